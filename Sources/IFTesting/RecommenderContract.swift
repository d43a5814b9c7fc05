public import IFCore
public import Testing

/// What every recommender must do, whatever it learns: run ``check(sourceLocation:_:)`` from a test of yours.
///
/// ```swift
/// @Test func contract() async throws {
///     try await RecommenderContract(learnsTaste: true, usesSeed: true).check { MyRecommender() }
/// }
/// ```
public struct RecommenderContract: Sendable {
    /// Whether the recommender learns from who took what, so that it must solve the checkerboard.
    public var learnsTaste: Bool
    /// Whether the seed of the context changes the result.
    public var usesSeed: Bool
    /// Whether values that are not above 0 are an error.
    public var needsPositiveValues: Bool

    /// Creates a contract.
    public init(learnsTaste: Bool = true, usesSeed: Bool = true, needsPositiveValues: Bool = true) {
        self.learnsTaste = learnsTaste
        self.usesSeed = usesSeed
        self.needsPositiveValues = needsPositiveValues
    }

    /// Checks all clauses.
    ///
    /// - Parameter make: Makes the recommender under test, always with the same configuration.
    public func check<R: Recommender>(
        sourceLocation: SourceLocation = #_sourceLocation, _ make: @escaping @Sendable () -> R
    ) async throws {
        let data = try RecommenderFixture.checkerboard()
        let model = try await make().fit(data, in: RunContext(seed: 1))
        if learnsTaste { try recommendsTheWithheldDiagonal(model, data, sourceLocation) }
        try batchEqualsSingle(model, data, sourceLocation)
        try filtersHold(model, data, sourceLocation)
        try longCountsAreLegal(model, data, sourceLocation)
        try unknownIsAnOutcome(model, data, sourceLocation)
        try await blocksEqualBatch(model, data, sourceLocation)
        try capabilitiesHold(model, data, sourceLocation)
        try await sameBytes(make, sourceLocation)
        try await refusesBadData(make, sourceLocation)
        try await oddDataHaveDefinedResults(make, sourceLocation)
        try await repeatedRowsPlayNoPart(make, sourceLocation)
        try await stopsWhenCancelled(make, sourceLocation)
        try await stopsAtTheNextBlock(make, sourceLocation)
    }

    func everyone(_ model: some RecommenderModel) -> [Int32] { (0..<Int32(model.users.count)).map { $0 } }

    /// Even users took the even items and odd users the odd ones, each but the own: the own must come back first.
    private func recommendsTheWithheldDiagonal(
        _ model: some RecommenderModel, _ data: Interactions, _ place: SourceLocation
    ) throws {
        let lists = try model.recommend(
            users: everyone(model), count: 1, filter: .removingSeen(data.matrix))
        for user in 0..<lists.count {
            #expect(lists.items(of: user).first == Int32(user), "user \(user)", sourceLocation: place)
        }
    }

    private func batchEqualsSingle(
        _ model: some RecommenderModel, _ data: Interactions, _ place: SourceLocation
    ) throws {
        let filter = RecommendationFilter.removingSeen(data.matrix)
        let batch = try model.recommend(users: everyone(model), count: 7, filter: filter)
        for user in everyone(model) {
            let single = try model.recommend(users: [user], count: 7, filter: filter)
            let range = batch.range(of: Int(user))
            #expect(single.items == Array(batch.items[range]), "items of user \(user)", sourceLocation: place)
            #expect(
                single.scores.map(\.bitPattern) == batch.scores[range].map(\.bitPattern),
                "scores of user \(user), to the bit", sourceLocation: place)
        }
        let nobody = try model.recommend(users: [], count: 7, filter: .none)
        #expect(nobody.count == 0, sourceLocation: place)
        let twice = try model.recommend(users: [3, 1, 3], count: 4, filter: filter)
        #expect(twice.items(of: 0) == twice.items(of: 2), "a user may be asked for twice", sourceLocation: place)
    }

    private func filtersHold(
        _ model: some RecommenderModel, _ data: Interactions, _ place: SourceLocation
    ) throws {
        let users = everyone(model)
        let count = model.items.count
        let unseen = try model.recommend(users: users, count: count, filter: .removingSeen(data.matrix))
        for user in 0..<users.count {
            let expected = Set(0..<Int32(count)).subtracting(data.matrix.columns(ofRow: user))
            #expect(Set(unseen.items(of: user)) == expected, "all but what was seen", sourceLocation: place)
        }
        let allowed: [Int32] = [2, 3, 5, 7]
        let some = try model.recommend(
            users: users, count: count, filter: RecommendationFilter(allowed: allowed, denied: [5]))
        for user in 0..<users.count {
            #expect(
                some.items(of: user).sorted() == [2, 3, 7], "allowed and not denied", sourceLocation: place)
        }
        let denied = try model.recommend(users: users, count: count, filter: RecommendationFilter(denied: [0, 4]))
        for user in 0..<users.count {
            #expect(
                Set(denied.items(of: user)) == Set(0..<Int32(count)).subtracting([0, 4]), "denied to all",
                sourceLocation: place)
        }
        // Users who are denied the items of their own row, beside what all are denied and what they have seen.
        let own = CSRMatrix(
            rowCount: users.count, columnCount: count, offsets: Array(0...users.count),
            columns: users.map { $0 % Int32(count) }, values: Array(repeating: 1, count: users.count))
        let personal = try model.recommend(
            users: users, count: count,
            filter: RecommendationFilter(seen: data.matrix, denied: [1], deniedByUser: own))
        for user in 0..<users.count {
            let expected = Set(0..<Int32(count)).subtracting(data.matrix.columns(ofRow: user))
                .subtracting([1, Int32(user % count)])
            #expect(
                Set(personal.items(of: user)) == expected, "what is denied to single users", sourceLocation: place)
        }
        let none = try model.recommend(users: users, count: count, filter: RecommendationFilter(allowed: []))
        #expect(none.count == users.count && none.items.isEmpty, "nothing is allowed", sourceLocation: place)
    }

    private func longCountsAreLegal(
        _ model: some RecommenderModel, _ data: Interactions, _ place: SourceLocation
    ) throws {
        let count = model.items.count
        let lists = try model.recommend(users: everyone(model), count: 10 * count, filter: .none)
        for user in 0..<lists.count {
            let items = lists.items(of: user)
            #expect(
                Set(items) == Set(0..<Int32(count)) && items.count == count,
                "no more entries than items, none twice, no placeholders", sourceLocation: place)
            for entry in lists.range(of: user).dropFirst() {
                let (before, after) = (lists.scores[entry - 1], lists.scores[entry])
                #expect(
                    before > after || (before == after && lists.items[entry - 1] < lists.items[entry]),
                    "best first, equal scores in ascending item", sourceLocation: place)
            }
        }
        let bad = lists.scores.first { !$0.isFinite }
        #expect(bad == nil, "scores are finite", sourceLocation: place)
        let empty = try model.recommend(users: [0], count: 0, filter: .none)
        #expect(empty.count == 1 && empty.items.isEmpty, "a count of 0 is legal", sourceLocation: place)
    }

    private func sameBytes<R: Recommender>(
        _ make: @escaping @Sendable () -> R, _ place: SourceLocation
    ) async throws {
        let data = try RecommenderFixture.random()
        func lists(_ data: Interactions, seed: UInt64, workers: Int, with recommender: R) async throws -> RankedLists {
            let context = RunContext(seed: seed, workers: WorkerBudget(workers))
            return try await recommender.fit(data, in: context).recommendAll(count: 20, in: context)
        }
        let recommender = make()
        let first = try await lists(data, seed: 1, workers: 1, with: recommender)
        for workers in [2, 3, 5] {
            let other = try await lists(data, seed: 1, workers: workers, with: make())
            let equal = RecommenderFixture.equalBits(first, other)
            #expect(equal, "\(workers) workers", sourceLocation: place)
        }
        _ = try await recommender.fit(RecommenderFixture.checkerboard(), in: RunContext(seed: 9))
        let again = try await lists(data, seed: 1, workers: 1, with: recommender)
        #expect(RecommenderFixture.equalBits(first, again), "a refit equals a fresh fit", sourceLocation: place)
        let seeded = try await lists(data, seed: 2, workers: 1, with: make())
        #expect(
            RecommenderFixture.equalBits(first, seeded) != usesSeed, "whether the seed matters", sourceLocation: place)
    }

    private func refusesBadData<R: Recommender>(
        _ make: @escaping @Sendable () -> R, _ place: SourceLocation
    ) async throws {
        guard needsPositiveValues else { return }
        let empty = Interactions(
            users: IDMap(integers: []), items: IDMap(integers: []),
            matrix: CSRMatrix(rowCount: 0, columnCount: 0, offsets: [0], columns: [], values: []))
        let error = await #expect(throws: IFError.self, "no interactions", sourceLocation: place) {
            _ = try await make().fit(empty, in: RunContext())
        }
        #expect(error?.code == .emptyData, sourceLocation: place)
        for bad: Float in [.nan, .infinity, -1, 0] {
            let data = Interactions(
                users: IDMap(integers: [1, 2]), items: IDMap(integers: [1, 2]),
                matrix: CSRMatrix(rowCount: 2, columnCount: 2, offsets: [0, 1, 2], columns: [0, 1], values: [1, bad]))
            let error = await #expect(throws: IFError.self, "the value \(bad)", sourceLocation: place) {
                _ = try await make().fit(data, in: RunContext())
            }
            #expect(error?.code == .invalidData, sourceLocation: place)
            #expect(error?.location.row == 2, "the error names the row", sourceLocation: place)
        }
    }
}
