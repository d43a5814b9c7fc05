/// Which items may be recommended.
public struct RecommendationFilter: Sendable, Hashable {
    /// Items never recommended to a user: row u holds those of the model's user index u.
    public var seen: CSRMatrix?
    /// The only items that may be recommended, as dense indices; all where `nil`.
    public var allowed: [Int32]?
    /// Items recommended to nobody, as dense indices.
    public var denied: [Int32]
    /// Items not recommended to single users, beside ``seen``: row u holds those of the model's user index u.
    public var deniedByUser: CSRMatrix?

    /// Creates a filter; by default nothing is filtered.
    public init(
        seen: CSRMatrix? = nil, allowed: [Int32]? = nil, denied: [Int32] = [], deniedByUser: CSRMatrix? = nil
    ) {
        self.seen = seen
        self.allowed = allowed
        self.denied = denied
        self.deniedByUser = deniedByUser
    }

    /// Lets everything through.
    public static let none = RecommendationFilter()

    /// Removes what each user has in `history`, whose rows are the model's user indices.
    public static func removingSeen(_ history: CSRMatrix) -> RecommendationFilter {
        RecommendationFilter(seen: history)
    }
}

extension RecommendationFilter {
    /// Checks users and filter against the size of a model, for conformers of ``RecommenderModel``.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on an index outside the model (such as the −1 that
    ///   ``IDMap/indices(of:)`` gives for an unknown id) and on a matrix of another number of users or items.
    /// - Complexity: O(users + allowed + denied)
    public func validate(users: [Int32], userCount: Int, itemCount: Int) throws {
        try Self.requireIndices(users, below: userCount, "user", "users")
        try Self.requireIndices(allowed ?? [], below: itemCount, "item", "filter.allowed")
        try Self.requireIndices(denied, below: itemCount, "item", "filter.denied")
        for (matrix, name) in [(seen, "filter.seen"), (deniedByUser, "filter.deniedByUser")] {
            guard let matrix else { continue }
            guard matrix.rowCount == userCount, matrix.columnCount == itemCount else {
                throw IFError(
                    .invalidArgument,
                    "the matrix is \(matrix.rowCount) × \(matrix.columnCount), the model has \(userCount) users and "
                        + "\(itemCount) items; build it from the indices of the model's ids", key: name)
            }
        }
    }

    /// Requires dense indices of a model.
    ///
    /// - Parameters:
    ///   - kind: What an index stands for, as in "−1 is no *item* index".
    ///   - name: The argument, for the error's key.
    /// - Throws: ``IFError/Code/invalidArgument`` on an index outside `0..<count`.
    public static func requireIndices(
        _ indices: [Int32], below count: Int, _ kind: String, _ name: String
    ) throws {
        guard let bad = indices.first(where: { $0 < 0 || Int($0) >= count }) else { return }
        throw IFError(
            .invalidArgument,
            "\(bad) is no \(kind) index of the model, which has \(count); leave out ids that the model does not know",
            key: name)
    }

    /// What may not be recommended to the users at `rows`: ``seen`` and ``deniedByUser`` together.
    ///
    /// - Returns: A matrix and the row in it of each user; `nil` where neither is given. Where one of them is given it
    ///   is that matrix itself, so that nothing is copied.
    /// - Complexity: O(1), or O(entries of the rows) where both are given.
    public func exclusions(ofUsers rows: [Int32]) -> (matrix: CSRMatrix, rows: [Int32])? {
        guard let seen, let deniedByUser else {
            return (seen ?? deniedByUser).map { ($0, rows) }
        }
        var offsets = [0]
        var columns: [Int32] = []
        offsets.reserveCapacity(rows.count + 1)
        for row in rows {
            var first = seen.columns(ofRow: Int(row))[...]
            var second = deniedByUser.columns(ofRow: Int(row))[...]
            while let a = first.first, let b = second.first {
                columns.append(min(a, b))
                if a <= b { first.removeFirst() }
                if b <= a { second.removeFirst() }
            }
            columns.append(contentsOf: first)
            columns.append(contentsOf: second)
            offsets.append(columns.count)
        }
        let matrix = CSRMatrix(
            rowCount: rows.count, columnCount: seen.columnCount, offsets: offsets, columns: columns,
            values: Array(repeating: 1, count: columns.count))
        return (matrix, (0..<Int32(rows.count)).map { $0 })
    }
}
