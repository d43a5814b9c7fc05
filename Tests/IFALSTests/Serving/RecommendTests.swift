import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct RecommendTests {
    /// The best items by scores in double precision, less what is excluded.
    private func expected(
        _ model: ALSModel, _ user: Int, _ count: Int, excluding excluded: Set<Int32>
    ) -> [Int32] {
        let scores = (0..<model.items.count).map { item in
            zip(model.userFactors[user], model.itemFactors[item]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        return (0..<Int32(scores.count)).filter { !excluded.contains($0) }
            .sorted { (scores[Int($0)], $1) > (scores[Int($1)], $0) }.prefix(count).map { $0 }
    }

    private func rows(_ sets: [Set<Int32>], columns: Int) -> CSRMatrix {
        var offsets = [0]
        for set in sets { offsets.append(offsets[offsets.count - 1] + set.count) }
        let flat = sets.flatMap { $0.sorted() }
        return CSRMatrix(
            rowCount: sets.count, columnCount: columns, offsets: offsets, columns: flat,
            values: Array(repeating: 1, count: flat.count))
    }

    @Test func allFiltersTogether() throws {
        let model = try ServingGolden.load().model()
        let (users, items) = (model.users.count, model.items.count)
        var stream = RandomSource(seed: 4).stream("test/filters")
        func sets() -> [Set<Int32>] {
            (0..<users).map { _ in Set((0..<6).map { _ in Int32(stream.uniform() * Double(items)) }) }
        }
        let (seen, own) = (sets(), sets())
        let allowed = Set((0..<20).map { _ in Int32(stream.uniform() * Double(items)) })
        let denied: Set<Int32> = [2, 11, 29]
        let filter = RecommendationFilter(
            seen: rows(seen, columns: items), allowed: allowed.sorted(), denied: denied.sorted(),
            deniedByUser: rows(own, columns: items))
        let all = (0..<Int32(users)).map { $0 }
        for count in [1, 4, 100] {
            let lists = try model.recommend(users: all, count: count, filter: filter)
            for user in 0..<users {
                let excluded = Set(0..<Int32(items)).subtracting(allowed).union(denied).union(seen[user])
                    .union(own[user])
                #expect(Array(lists.items(of: user)) == expected(model, user, count, excluding: excluded))
            }
        }
        let onlyOwn = try model.recommend(
            users: [3], count: 100, filter: RecommendationFilter(deniedByUser: rows(own, columns: items)))
        #expect(onlyOwn.items == expected(model, 3, 100, excluding: own[3]))
        // Few allowed items are laid out apart, in whatever order they are given.
        let few = try model.recommend(
            users: [3], count: 9, filter: RecommendationFilter(allowed: [17, 5, 5, 11], denied: [5]))
        #expect(few.items == expected(model, 3, 9, excluding: Set(0..<30).subtracting([17, 11])))
    }

    @Test func unknownIdsAreAnOutcome() throws {
        let model = try ServingGolden.load().model()
        let found = try model.recommend(for: [230, 7, "70", 0], count: 2)
        #expect(found.map { $0?.count } == [2, nil, nil, 2])
        #expect(try found[0] == model.recommend(for: 230, count: 2))
        #expect(try model.recommend(for: 7) == nil)
        let nothing = try model.recommend(for: 230, filter: RecommendationFilter(allowed: []))
        #expect(nothing == [], "a known user for whom nothing is left has an empty list")
    }

    @Test func indicesOutsideTheModelAreRefused() throws {
        let model = try ServingGolden.load().model()
        let wrong: [(users: [Int32], filter: RecommendationFilter)] = [
            ([-1], .none), ([24], .none), ([0], RecommendationFilter(allowed: [30])),
            ([0], RecommendationFilter(denied: [-1])),
            ([0], .removingSeen(rows([[1]], columns: 30))),
            ([0], RecommendationFilter(deniedByUser: rows(Array(repeating: [1], count: 24), columns: 31))),
        ]
        for (users, filter) in wrong {
            let error = #expect(throws: IFError.self) { try model.recommend(users: users, count: 3, filter: filter) }
            #expect(error?.code == .invalidArgument)
            #expect(error?.location.key != nil || users != [0])
        }
    }

    /// Lists arrive in order, are those of one call, and never more than a few blocks are begun ahead of the sink.
    @Test(arguments: [1, 2, 3, 5]) func allUsersAreHandedOverInBlocks(workers: Int) async throws {
        let data = try RecommenderFixture.random(users: 20_000, items: 40)
        let model = try await PopularityRecommender().fit(data, in: RunContext())
        let filter = RecommendationFilter.removingSeen(data.matrix)
        let whole = try model.recommend(
            users: (0..<Int32(data.users.count)).map { $0 }, count: 5, filter: filter)
        var batches: [RankedLists] = []
        var users: [Int32] = []
        try await model.recommendAll(
            count: 5, filter: filter, in: RunContext(workers: WorkerBudget(workers))
        ) { block, lists in
            #expect(block.count == lists.count)
            users += block
            batches.append(lists)
            await Task.yield()
        }
        #expect(users == (0..<Int32(data.users.count)).map { $0 })
        #expect(RecommenderFixture.equalBits(RankedLists(joining: batches), whole))
        #expect(batches.count == 20)
    }
}
