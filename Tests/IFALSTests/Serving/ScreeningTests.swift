import IFALS
import IFCore
import IFTesting
import Testing

/// One user's list over a large catalogue goes another way than a batch: it must be the same to the bit.
@Suite struct ScreeningTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var rank: Int
        var nonnegative = false
        var isOdd = false
        var testDescription: String { "\(rank) factors\(nonnegative ? ", nonnegative" : "")\(isOdd ? ", odd" : "")" }
    }

    private func model(_ shape: Shape, users: Int, items: Int) -> ALSModel {
        var stream = RandomSource(seed: 11).stream("test/screening")
        func factors(_ rows: Int) -> FactorMatrix {
            var values: [Float] = []
            for row in 0..<rows {
                // Long and short vectors, as popular and rare items have; some equal, so that scores are.
                let length = Float(stream.exponential())
                for index in 0..<shape.rank {
                    let value = Float(stream.normal()) * length
                    let repeated = row % 7 == 6 ? values[(row - 1) * shape.rank + index] : value
                    values.append(shape.nonnegative ? max(0, repeated) : repeated)
                }
            }
            if shape.isOdd {
                for (place, value) in [0, Float.nan, Float.infinity, Float.leastNonzeroMagnitude * 714, 1e30, -1e30]
                    .enumerated()
                {
                    for index in 0..<shape.rank { values[(100 * place + 3) * shape.rank + index] = value }
                }
                values[5000] = .nan
            }
            return FactorMatrix(rowCount: rows, rank: shape.rank, values: values)
        }
        let itemFactors = factors(items)
        return ALSModel(
            users: IDMap(integers: (0..<Int64(users)).map { $0 }),
            items: IDMap(integers: (0..<Int64(items)).map { $0 }),
            userFactors: factors(users), itemFactors: itemFactors, configuration: .init(nonnegative: false))
    }

    @Test(arguments: [
        Shape(rank: 64), Shape(rank: 64, nonnegative: true), Shape(rank: 7), Shape(rank: 32, isOdd: true),
    ])
    func aSingleUserGetsTheListOfTheBatch(_ shape: Shape) throws {
        let (users, items) = (700, 5000)
        let model = model(shape, users: users, items: items)
        var offsets = [0]
        var columns: [Int32] = []
        for user in 0..<users {
            columns += stride(from: Int32(user % 11), to: Int32(items), by: 13 + user % 40)
            offsets.append(columns.count)
        }
        let seen = CSRMatrix(
            rowCount: users, columnCount: items, offsets: offsets, columns: columns,
            values: Array(repeating: 1, count: columns.count))
        let filters: [RecommendationFilter] = [
            .none, .removingSeen(seen), RecommendationFilter(seen: seen, denied: Array(0..<2500)),
            RecommendationFilter(allowed: Array(1000..<4000)), RecommendationFilter(allowed: [4, 5, 6]),
            RecommendationFilter(seen: seen, deniedByUser: seen),
        ]
        let some: [Int32] = [0, 1, 3, 6, 103, 203, 303, 403, 503, 699]
        for filter in filters {
            for count in [1, 10, 150, 9999] {
                let batch = try model.recommend(users: some, count: count, filter: filter)
                for (place, user) in some.enumerated() {
                    let single = try model.recommend(users: [user], count: count, filter: filter)
                    let range = batch.range(of: place)
                    #expect(single.items == Array(batch.items[range]), "user \(user), \(count) items")
                    #expect(
                        single.scores.map(\.bitPattern) == batch.scores[range].map(\.bitPattern),
                        "user \(user), \(count) items")
                }
            }
        }
    }
}
