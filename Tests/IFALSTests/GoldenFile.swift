import Foundation
import IFALS
import IFCore

/// Golden files of this module, read by path.
enum GoldenFile {
    static func load<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }
}

/// What `numpy_reference.py` writes.
struct NumPyGolden: Decodable, Sendable {
    struct Case: Decodable, Sendable {
        var nonnegative: Bool
        var exponent: Double
        var sweeps: Int
        var users: [Double]
        var items: [Double]
        var losses: [Double]
    }

    var alpha: Double
    var regularization: Double
    var factors: Int
    var rows: [Int32]
    var columns: [Int32]
    var values: [Float]
    var start: [Float]
    var cases: [Case]

    static func load() throws -> NumPyGolden { try GoldenFile.load("numpy.json", as: NumPyGolden.self) }

    func interactions() throws -> Interactions {
        try Interactions(users: .int32(rows), items: .int32(columns), values: values)
    }

    var startFactors: FactorMatrix {
        FactorMatrix(rowCount: start.count / factors, rank: factors, values: start)
    }

    func configuration(nonnegative: Bool, exponent: Double, sweeps: Int) -> ImplicitALS.Configuration {
        .init(
            factors: factors, regularization: regularization, alpha: alpha, iterations: sweeps,
            nonnegative: nonnegative, regularizationScaling: .count(exponent: exponent))
    }
}
