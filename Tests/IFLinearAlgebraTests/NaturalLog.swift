import Foundation

enum NaturalLog {
    static func of(_ x: Double) -> Double { Foundation.log(x) }
}
