import IFALS
import IFCore

/// What `serving_reference.py` writes.
struct ServingGolden: Decodable, Sendable {
    struct Case: Decodable, Sendable {
        var nonnegative: Bool
        var confidence: ConfidenceForm
        var exponent: Double
        var unobservedWeight: Double
        var user: [Double]
        var item: [Double]
        /// One row an item explained (0...5), one number an entry of `columns`.
        var contributions: [[Double]]
    }

    struct Hash: Decodable, Sendable {
        var bytes: [UInt8]
        var seed: UInt64
        var hash: String
    }

    var alpha: Double
    var regularization: Double
    var rank: Int
    var users: [Float]
    var items: [Float]
    var columns: [Int32]
    var ratings: [Float]
    var takers: [Int32]
    var strengths: [Float]
    var cases: [Case]
    var cosine: [[Int32]]
    var innerProduct: [[Int32]]
    var hashes: [Hash]

    static func load() throws -> ServingGolden { try GoldenFile.load("serving.json", as: ServingGolden.self) }

    /// The reference's factors as a model.
    func model(_ variant: Case? = nil) -> ALSModel {
        var configuration = ImplicitALS.Configuration(
            factors: rank, regularization: regularization, alpha: alpha, nonnegative: variant?.nonnegative ?? false,
            regularizationScaling: .count(exponent: variant?.exponent ?? 1))
        configuration.confidence = variant?.confidence ?? .linear
        configuration.unobservedWeight = variant?.unobservedWeight ?? 1
        func side(_ values: [Float]) -> (IDMap, FactorMatrix) {
            let numbers = configuration.nonnegative ? values.map { abs($0) } : values
            let rows = values.count / rank
            return (
                IDMap(integers: (0..<Int64(rows)).map { 10 * $0 }),
                FactorMatrix(rowCount: rows, rank: rank, values: numbers)
            )
        }
        let (userIDs, userFactors) = side(users)
        let (itemIDs, itemFactors) = side(items)
        return ALSModel(
            users: userIDs, items: itemIDs, userFactors: userFactors, itemFactors: itemFactors,
            configuration: configuration)
    }

    var history: [(item: Int32, value: Float)] { zip(columns, ratings).map { (item: $0, value: $1) } }
}

extension CSRMatrix {
    /// A matrix of one row.
    static func row(_ columns: [Int32], _ values: [Float], columnCount: Int) -> CSRMatrix {
        CSRMatrix(
            rowCount: 1, columnCount: columnCount, offsets: [0, columns.count], columns: columns, values: values)
    }
}

/// |a − b| / |b|.
func relativeDistance(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Double {
    var (distance, length) = (0.0, 0.0)
    for (x, y) in zip(a, b) {
        distance += (Double(x) - Double(y)) * (Double(x) - Double(y))
        length += Double(y) * Double(y)
    }
    return length == 0 ? (distance == 0 ? 0 : .infinity) : (distance / length).squareRoot()
}
