import Foundation

/// The numbers that both sides draw.
enum Numbers {
    /// The fractional part of a multiple of the golden ratio, made roughly normal.
    static func noise(_ count: Int, _ salt: Double) -> [Double] {
        (0..<count).map { index in
            var sum = -3.0
            for term in 1...6 {
                let value = (Double(index) + salt) * 0.6180339887498949 * Double(term * term + 1)
                sum += value - value.rounded(.down)
            }
            return sum
        }
    }

    static let dates: [Date] = (0..<40).map { Date(timeIntervalSince1970: 1_763_000_000 + Double($0) * 90_000) }
    static let before: [Double] = noise(100_000, 1).map { (value: Double) -> Double in 15 + 9 * value }
    static let after: [Double] = noise(100_000, 2).map { (value: Double) -> Double in 22 + 12 * value }
    /// Intervals in days, none below 0.
    static let daysBefore: [Double] = before.map { (value: Double) -> Double in max(0, value) }
    static let daysAfter: [Double] = after.map { (value: Double) -> Double in max(0, value) }
    static let codes: [Int32] = (0..<50_000).map { Int32($0 % 10) }
    static let cloudX: [Double] = zip(noise(50_000, 3), codes).map { (value: Double, code: Int32) -> Double in
        value + Double(code % 5)
    }
    static let cloudY: [Double] = zip(noise(50_000, 4), codes).map { (value: Double, code: Int32) -> Double in
        value + Double(code / 5) * 3
    }
    static let products: [String] = (0..<30).map { "Product \($0)" }
    static let segments: [String] = (0..<10).map { "Segment \($0)" }
    static let metrics: [String] = ["Precision@10", "Recall@10", "MAP@10", "NDCG@10"]
}
