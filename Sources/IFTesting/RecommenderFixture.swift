public import IFCore

/// Interactions for tests of recommenders.
public enum RecommenderFixture {
    /// Users × items in which user u took the items of u's parity, all but item u: what to recommend first is known.
    ///
    /// - Parameter size: Users, and items; even.
    public static func checkerboard(size: Int = 50) throws -> Interactions {
        var users: [Int32] = []
        var items: [Int32] = []
        for user in 0..<size {
            for item in 0..<size where item != user && (user + item) % 2 == 0 {
                users.append(Int32(user))
                items.append(Int32(item))
            }
        }
        return try Interactions(users: .int32(users), items: .int32(items))
    }

    /// Skewed random interactions with ratings in [1, 4): users of different activity, items of different popularity.
    public static func random(users: Int = 400, items: Int = 150, seed: UInt64 = 17) throws -> Interactions {
        var stream = RandomSource(seed: seed).stream("fixture/interactions")
        var rows: [Int32] = []
        var columns: [Int32] = []
        var values: [Float] = []
        for user in 0..<users {
            for _ in 0..<1 + Int(stream.exponential() * 12) {
                let share = stream.uniform()
                rows.append(Int32(user))
                columns.append(Int32(Double(items) * share * share))
                values.append(Float(1 + 3 * stream.uniform()))
            }
        }
        return try Interactions(users: .int32(rows), items: .int32(columns), values: values)
    }

    /// Whether two results are the same to the bit of every score.
    public static func equalBits(_ a: RankedLists, _ b: RankedLists) -> Bool {
        a.offsets == b.offsets && a.items == b.items && a.scores.map(\.bitPattern) == b.scores.map(\.bitPattern)
    }
}
