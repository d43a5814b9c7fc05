extension RecommenderModel {
    /// The best `count` items for one user by external id; `nil` where the model does not know the user.
    public func recommend(
        for user: ID, count: Int = 10, filter: RecommendationFilter = .none
    ) throws -> [Recommendation]? {
        try recommend(for: [user], count: count, filter: filter)[0]
    }

    /// The best `count` items for users by external id.
    ///
    /// - Returns: One outcome a user, in the order given: a list, or `nil` where the model does not know the user. A
    ///   user who is known but for whom the filter leaves nothing has an empty list.
    public func recommend(
        for wanted: [ID], count: Int = 10, filter: RecommendationFilter = .none
    ) throws -> [[Recommendation]?] {
        let indices = wanted.map { users.index(of: $0) }
        let lists = try recommend(users: indices.compactMap { $0 }, count: count, filter: filter)
        var next = 0
        return indices.map { index in
            guard index != nil else { return nil }
            defer { next += 1 }
            return lists.range(of: next).map {
                Recommendation(item: items[Int(lists.items[$0])], score: lists.scores[$0])
            }
        }
    }

    /// The best `count` items for many users, cut in blocks over the context's workers.
    ///
    /// All lists are held in memory; ``recommendAll(users:count:filter:stage:in:to:)`` hands them over as they are made.
    ///
    /// - Parameters:
    ///   - users: Dense user indices; all users where `nil`.
    ///   - stage: Name under which progress is reported.
    public func recommendAll(
        users wanted: [Int32]? = nil, count: Int, filter: RecommendationFilter = .none, stage: String = "recommend",
        in context: RunContext
    ) async throws -> RankedLists {
        var batches: [RankedLists] = []
        try await recommendAll(users: wanted, count: count, filter: filter, stage: stage, in: context) { _, lists in
            batches.append(lists)
        }
        return RankedLists(joining: batches)
    }

    /// The best `count` items for many users, handed over block after block as they are made.
    ///
    /// Memory is that of `2 * workers` blocks of 1,024 lists, however many users there are and however slow `sink` is:
    /// a pipeline writes Parquet as it goes.
    ///
    /// - Parameters:
    ///   - users: Dense user indices; all users where `nil`.
    ///   - stage: Name under which progress is reported.
    ///   - sink: Takes some of the users, in the order given, and their lists; called once a block, one at a time.
    /// - Throws: What `sink` throws, and what ``recommend(users:count:filter:)`` throws; `CancellationError`, checked
    ///   before each block.
    public func recommendAll(
        users wanted: [Int32]? = nil, count: Int, filter: RecommendationFilter = .none, stage: String = "recommend",
        in context: RunContext, to sink: (ArraySlice<Int32>, RankedLists) async throws -> Void
    ) async throws {
        let wanted = wanted ?? (0..<Int32(users.count)).map { $0 }
        let blocks = BlockRanges(rowCount: wanted.count, blockSize: 1024)
        let tally = ProgressTally(stage: stage, total: wanted.count, unit: "users", context.progress)
        try await context.streamBlocks(blocks.count) { block in
            let lists = try self.recommend(users: Array(wanted[blocks[block]]), count: count, filter: filter)
            tally.add(blocks[block].count)
            return lists
        } to: { block, lists in
            try await sink(wanted[blocks[block]], lists)
        }
    }
}
