/// The values of several metrics for many users: kept, so that means can say how sure they are.
public struct UserMetrics: Hashable, Sendable {
    /// Metric names, in order.
    public let names: [String]
    /// Dense user indices of the ground truth, ascending.
    public let users: [Int32]
    /// `users.count * names.count` values, user after user.
    public let values: [Double]

    init(names: [String], users: [Int32], values: [Double]) {
        precondition(values.count == names.count * users.count, "values of another size than users × metrics")
        self.names = names
        self.users = users
        self.values = values
    }

    /// The values of one metric, one a user; `nil` where there is no such metric.
    public func values(of name: String) -> [Double]? {
        guard let column = names.firstIndex(of: name) else { return nil }
        return users.indices.map { values[$0 * names.count + column] }
    }

    /// Means over all users, in the order of `names`. Summed in user order, so the result is reproducible.
    public var means: [Double] {
        var sums = [Double](repeating: 0, count: names.count)
        for user in users.indices {
            for column in names.indices { sums[column] += values[user * names.count + column] }
        }
        return sums.map { users.isEmpty ? 0 : $0 / Double(users.count) }
    }

    /// The values of the given users only.
    ///
    /// - Precondition: `wanted` ascends and is among `users`.
    func restricted(to wanted: [Int32]) -> UserMetrics {
        if wanted == users { return self }
        var kept: [Double] = []
        kept.reserveCapacity(wanted.count * names.count)
        var position = 0
        for user in wanted {
            while users[position] < user { position += 1 }
            precondition(users[position] == user, "user without values")
            kept.append(contentsOf: values[position * names.count..<(position + 1) * names.count])
        }
        return UserMetrics(names: names, users: wanted, values: kept)
    }
}
