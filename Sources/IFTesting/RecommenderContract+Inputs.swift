import IFCore
import Testing

extension RecommenderContract {
    /// One user, one item, users without interactions, items nobody took: an error of ours, or finite lists.
    func oddDataHaveDefinedResults<R: Recommender>(
        _ make: @escaping @Sendable () -> R, _ place: SourceLocation
    ) async throws {
        let odd: [(name: String, data: Interactions)] = [
            ("nothing at all", Self.data(users: 0, items: 0, [])),
            ("users and items without interactions", Self.data(users: 3, items: 2, [])),
            ("one user and one item", Self.data(users: 1, items: 1, [(0, 0, 1)])),
            ("one user of many items", Self.data(users: 1, items: 4, (0..<4).map { (0, Int32($0), Float($0 + 1)) })),
            ("one item of many users", Self.data(users: 4, items: 1, (0..<4).map { ($0, 0, 2) })),
            ("a user without interactions", Self.data(users: 3, items: 2, [(0, 0, 1), (2, 1, 1)])),
            ("an item nobody took", Self.data(users: 2, items: 3, [(0, 0, 1), (1, 2, 1)])),
            ("tiny and huge values", Self.data(users: 2, items: 2, [(0, 0, 1e-30), (1, 1, 1e6)])),
            ("a value that is no number", Self.data(users: 2, items: 2, [(0, 0, 1), (1, 1, .nan)])),
        ]
        for (name, data) in odd {
            do {
                let model = try await make().fit(data, in: RunContext())
                let lists = try model.recommend(users: everyone(model), count: 99, filter: .none)
                let unseen = try model.recommend(users: everyone(model), count: 99, filter: .removingSeen(data.matrix))
                let bad = (lists.scores + unseen.scores).first { !$0.isFinite }
                #expect(bad == nil, "scores are finite: \(name)", sourceLocation: place)
                #expect(
                    lists.count == data.users.count && lists.items.count == data.users.count * data.items.count,
                    "lists are complete: \(name)", sourceLocation: place)
            } catch is IFError {
                continue
            } catch {
                Issue.record("\(name) throws \(error), which is no IFError", sourceLocation: place)
            }
        }
    }

    /// Repeated rows collapse before a fit: how many there were does not change the result.
    func repeatedRowsPlayNoPart<R: Recommender>(
        _ make: @escaping @Sendable () -> R, _ place: SourceLocation
    ) async throws {
        let data = try RecommenderFixture.random(users: 60, items: 40)
        var rows: [(user: Int32, item: Int32, value: Float)] = []
        for user in 0..<data.users.count {
            for entry in data.matrix.range(ofRow: user) {
                rows.append((Int32(user), data.matrix.columns[entry], data.matrix.values[entry]))
            }
        }
        func lists(_ rows: [(user: Int32, item: Int32, value: Float)]) async throws -> RankedLists {
            let given = try Interactions(
                users: .int32(rows.map(\.user)), items: .int32(rows.map(\.item)), values: rows.map(\.value))
            return try await make().fit(given, in: RunContext(seed: 1)).recommendAll(count: 9, in: RunContext())
        }
        let first = try await lists(rows)
        let repeated = try await lists(rows + rows.reversed().prefix(100))
        #expect(
            RecommenderFixture.equalBits(first, repeated), "repeated rows play no part", sourceLocation: place)
    }

    private static func data(
        users: Int, items: Int, _ entries: [(user: Int, item: Int32, value: Float)]
    ) -> Interactions {
        var offsets = [0]
        for user in 0..<users { offsets.append(offsets[user] + entries.count { $0.user == user }) }
        return Interactions(
            users: IDMap(integers: (0..<Int64(users)).map { $0 }),
            items: IDMap(integers: (0..<Int64(items)).map { $0 }),
            matrix: CSRMatrix(
                rowCount: users, columnCount: items, offsets: offsets, columns: entries.map(\.item),
                values: entries.map(\.value)))
    }
}
