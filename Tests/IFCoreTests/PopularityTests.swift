import IFCore
import IFTesting
import Testing

@Suite struct PopularityTests {
    @Test func decayHalvesAndAddsUp() async throws {
        let data = try Interactions(
            users: .int32([1, 1, 2, 3]), items: .int32([5, 5, 9, 7]), agesInDays: [0, 30, 60, 1e9], halfLife: 30)
        let model = try await WeightedPopularityRecommender().fit(data, in: RunContext())
        #expect(model.weights[0] == 1.5)
        #expect(model.weights[2] == 0.25)
        #expect(model.weights[1] > 0 && model.weights[1] < 1e-30)
        let list = try #require(try model.recommend(for: 3, count: 9))
        #expect(list.map(\.item) == [5, 9, 7])
        #expect(list.first?.score == 1.5)
    }

    /// Many old events lose to few recent ones; without decay they win.
    @Test func recentEventsCountMore() async throws {
        let users: [Int32] = [1, 2, 3, 4, 5]
        let items: [Int32] = [7, 7, 7, 8, 8]
        let ages: [Double] = [365, 365, 365, 1, 2]
        let decayed = try await WeightedPopularityRecommender().fit(
            Interactions(users: .int32(users), items: .int32(items), agesInDays: ages, halfLife: 30), in: RunContext())
        #expect(try decayed.recommend(for: 1, count: 1)?.first?.item == 8)
        let slow = try await WeightedPopularityRecommender().fit(
            Interactions(users: .int32(users), items: .int32(items), agesInDays: ages, halfLife: 1e6), in: RunContext())
        #expect(try slow.recommend(for: 1, count: 1)?.first?.item == 7)
    }

    @Test func badAgesAreErrors() throws {
        func code(_ age: Double, _ halfLife: Double) -> IFError.Code? {
            do {
                _ = try Interactions(users: .int32([1]), items: .int32([1]), agesInDays: [age], halfLife: halfLife)
                return nil
            } catch { return (error as? IFError)?.code }
        }
        #expect(code(1, 0) == .invalidArgument)
        #expect(code(1, .nan) == .invalidArgument)
        #expect(code(-1, 30) == .invalidData)
        #expect(code(.nan, 30) == .invalidData)
        #expect(code(.infinity, 30) == .invalidData)
        #expect(code(0, 30) == nil)
    }

    @Test func contracts() async throws {
        try await RecommenderContract(learnsTaste: false, usesSeed: false).check { WeightedPopularityRecommender() }
    }

    /// Segments belong to the users of one fit; here they follow the users' indices, and one user in four has none.
    private struct PopularityByIndex: Recommender {
        @concurrent
        func fit(_ interactions: Interactions, in context: RunContext) async throws -> SegmentPopularityModel {
            let segments = (0..<Int32(interactions.users.count)).map { $0 % 4 - 1 }
            return try await SegmentPopularityRecommender(segments: segments, smoothing: 20)
                .fit(interactions, in: context)
        }
    }

    @Test func segmentContract() async throws {
        try await RecommenderContract(learnsTaste: false, usesSeed: false, needsPositiveValues: false).check {
            PopularityByIndex()
        }
    }

    @Test func segmentScores() async throws {
        // Segment 0 (users 1, 2): item 1 twice, item 2 once. Segment 1 (user 3): item 3 once. User 4: none.
        let data = try Interactions(users: .int32([1, 1, 2, 3, 4]), items: .int32([1, 2, 1, 3, 3]))
        let recommender = SegmentPopularityRecommender(segments: [0, 0, 1, -1], smoothing: 2)
        let model = try await recommender.fit(data, in: RunContext(workers: 2))
        let lists = try model.recommend(users: [0, 2, 3], count: 3, filter: .none)
        // g = (2/5, 1/5, 2/5); segment 0: (2 + 0.8, 1 + 0.4, 0.8) / 5, segment 1: (0.8, 0.4, 1.8) / 3.
        #expect(Array(lists.items(of: 0)) == [0, 1, 2])
        #expect(Array(lists.items(of: 1)) == [2, 0, 1])
        #expect(Array(lists.items(of: 2)) == [0, 2, 1])
        let wanted: [Float] = [0.56, 0.28, 0.16, 0.6, 0.26667, 0.13333, 0.4, 0.4, 0.2]
        for (found, wanted) in zip(lists.scores, wanted) { #expect(abs(found - wanted) < 1e-5) }
        let unseen = try model.recommend(users: [0], count: 3, filter: .removingSeen(data.matrix))
        #expect(unseen.items == [2])
        let allowed = try model.recommend(users: [0], count: 3, filter: .init(allowed: [1, 2], denied: [2]))
        #expect(allowed.items == [1])
    }

    @Test func unusableSegmentsAreErrors() async throws {
        let data = try Interactions(users: .int32([1, 2]), items: .int32([1, 1]))
        func code(_ recommender: SegmentPopularityRecommender, _ data: Interactions) async -> IFError.Code? {
            do {
                _ = try await recommender.fit(data, in: RunContext())
                return nil
            } catch { return (error as? IFError)?.code }
        }
        #expect(await code(.init(segments: [0]), data) == .invalidArgument)
        #expect(await code(.init(segments: [0, -2]), data) == .invalidArgument)
        #expect(await code(.init(segments: [0, 0], smoothing: -1), data) == .invalidArgument)
        let nothing = Interactions(
            users: IDMap(integers: []), items: IDMap(integers: []),
            matrix: CSRMatrix(rowCount: 0, columnCount: 0, offsets: [0], columns: [], values: []))
        #expect(await code(.init(segments: []), nothing) == .emptyData)
        // Without smoothing, a segment that took nothing gets what is popular everywhere.
        let model = try await SegmentPopularityRecommender(segments: [0, 0], smoothing: 0).fit(data, in: RunContext())
        #expect(try model.recommend(for: 1)?.map(\.item) == [1])
    }
}
