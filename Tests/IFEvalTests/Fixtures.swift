import Foundation
import IFCore

@testable import IFEval

/// Small data with known answers.
enum Fixtures {
    /// A file beside the tests.
    static func golden<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }

    /// Lines from (order, user, item).
    static func lines(_ label: String, _ rows: [(Int64, Int64, Int64)]) -> OrderLines {
        OrderLines(
            label: label, orders: .int64(rows.map(\.0)), users: .int64(rows.map(\.1)), items: .int64(rows.map(\.2)))
    }

    /// Lists by user id over items 0..<itemCount, whose ids are their indices.
    static func recommendations(
        _ lists: KeyValuePairs<Int64, [Int32]>, itemCount: Int64, fittedOn: DataProvenance
    ) -> Recommendations {
        Recommendations(
            users: .int64(lists.map(\.key)), items: IDMap(integers: Array(0..<itemCount)),
            lists: RankedLists(lists.map { $0.value.enumerated().map { ($0.element, -Float($0.offset)) } }),
            fittedOn: fittedOn)
    }

    /// Random order lines of `users` users, each with one order of 1...`longest` items.
    static func randomLines(_ label: String, users: Int, items: Int, firstOrder: Int, longest: Int, seed: UInt64)
        -> OrderLines
    {
        var stream = RandomSource(seed: seed).stream("fixture")
        var rows: [(Int64, Int64, Int64)] = []
        for user in 0..<users {
            for item in stream.sample(1 + stream.integer(below: longest), below: items) {
                rows.append((Int64(firstOrder + user), Int64(user), Int64(item)))
            }
        }
        return lines(label, rows)
    }
}
