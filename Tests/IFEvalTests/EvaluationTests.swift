import Foundation
import IFCore
import Testing

@testable import IFEval

struct EvaluationTests {
    let history = Fixtures.lines("prior", [(1, 1, 0), (1, 1, 1), (2, 2, 0), (3, 3, 2), (4, 4, 0), (4, 4, 1)])
    // Item 99 is known to no model; user 3 gets no list; user 4 took item 0 twice, in two orders.
    let held = Fixtures.lines(
        "train", [(11, 1, 0), (11, 1, 3), (12, 2, 99), (12, 2, 4), (13, 3, 1), (14, 4, 0), (15, 4, 0)])
    let plain = Evaluation(.init(topK: 2, resampling: nil))

    func lists(_ provenance: DataProvenance? = nil) -> Recommendations {
        Fixtures.recommendations(
            [1: [0, 3, 4], 2: [1, 1, 4], 3: [], 4: [2, 0], 77: [0, 1]], itemCount: 5,
            fittedOn: provenance ?? history.provenance)
    }

    @Test("means, baseline, lift and coverage of a case worked by hand")
    func workedCase() async throws {
        let result = try await plain.evaluate(
            lists(), against: GroundTruth(held), popularity: ItemPopularity(counting: history), in: RunContext())
        // User 1 hits places 1, 2 of 2 true; user 2 hits place 2 of 2 true (the repeated 1 moves up); user 4 place 2 of 1.
        #expect(result.mean("precision") == 2.0 / 3)
        #expect(result.mean("recall") == 2.5 / 3)
        #expect(result.mean("map") == 1.75 / 3)
        #expect(result.mean("hit_rate") == 1)
        #expect(result.mean("mrr") == 2.0 / 3)
        // Popular: 0 (three lines), then 1 (two); users 1, 3, 4 have one of them, user 3 at place 2.
        #expect(result.baselineMean("precision") == 1.5 / 4)
        #expect(result.baselineMean("mrr") == 2.5 / 4)
        let lift: Double = (2.0 / 3 - 0.375) / 0.375
        #expect(result.lift("precision") == lift)
        #expect(
            result.coverage
                == Coverage(
                    topK: 2, usersWithTruth: 4, usersWithRecommendations: 4, usersEvaluated: 3, catalogueSize: 5,
                    itemsRecommended: 5))
        #expect(result.notes.contains { $0.hasPrefix("1 repeated item") })
        #expect(result.leaks.isEmpty)
    }

    @Test("popularity breaks ties by ascending id")
    func popularityTies() {
        let popularity = ItemPopularity(
            counting: Fixtures.lines("p", [(1, 1, 30), (1, 1, 20), (2, 2, 10), (3, 1, 20), (4, 2, 10)]))
        #expect(popularity.items.ids(at: popularity.top(5)) == .int64([10, 20, 30]))
    }

    @Test("the compatible baseline counts the evaluated lines, not the training lines, and says so")
    func compatible() async throws {
        var configuration = Evaluation.Configuration.compatible
        configuration.topK = 1
        configuration.resampling = nil
        let truth = try GroundTruth(held)
        let result = try await Evaluation(configuration).evaluate(
            lists(), against: truth, popularity: nil, in: RunContext())
        // Item 0 has three evaluated lines (two users); it is hit for users 1 and 4.
        #expect(result.baselineMean("precision") == 0.5)
        #expect(result.leaks.map(\.source) == ["the baseline's popularity"])
        #expect(result.notes.contains { $0.hasPrefix("LEAKAGE ALLOWED") })
        configuration.leakage = .refuse
        await #expect(throws: IFError.self) {
            try await Evaluation(configuration).evaluate(lists(), against: truth, popularity: nil, in: RunContext())
        }
    }

    @Test("unusable input is refused with a reason")
    func refusals() async throws {
        let truth = try GroundTruth(held)
        let popularity = ItemPopularity(counting: history)
        func code(_ recommendations: Recommendations, _ configuration: Evaluation.Configuration) async -> IFError.Code?
        {
            do {
                _ = try await Evaluation(configuration).evaluate(
                    recommendations, against: truth, popularity: popularity, in: RunContext())
                return nil
            } catch { return (error as? IFError)?.code }
        }
        let good = plain.configuration
        func twice(_ users: [Int64], _ items: [Int32]) -> Recommendations {
            Recommendations(
                users: .int64(users), items: IDMap(integers: [0, 1]),
                lists: RankedLists(items.map { [(item: $0, score: Float(1))] }), fittedOn: history.provenance)
        }
        #expect(await code(twice([1, 1], [0, 1]), good) == .invalidData)
        #expect(await code(twice([1, 2], [0, 2]), good) == .invalidData)
        #expect(await code(twice([501, 502], [0, 1]), good) == .emptyData)
        #expect(await code(lists(), .init(topK: 0)) == .invalidArgument)
        #expect(await code(lists(), .init(resampling: Resampling(level: 1))) == .invalidArgument)
        #expect(await code(lists(), .init(resampling: Resampling(resamples: 0))) == .invalidArgument)
        #expect(await code(lists(), good) == nil)
        await #expect(throws: IFError.self) {
            try await plain.evaluate(lists(), against: truth, popularity: nil, in: RunContext())
        }
        #expect(throws: IFError.self) { try GroundTruth(Fixtures.lines("train", [])) }
    }

    @Test("any number of workers gives the same bytes, another seed other intervals")
    func workers() async throws {
        let lines = Fixtures.randomLines("train", users: 4500, items: 300, firstOrder: 0, longest: 12, seed: 1)
        let past = Fixtures.randomLines("prior", users: 4500, items: 300, firstOrder: 100_000, longest: 12, seed: 2)
        let truth = try GroundTruth(lines)
        var stream = RandomSource(seed: 3).stream("lists")
        let lists = RankedLists(
            (0..<4500).map { _ in stream.sample(12, below: 300).map { (item: Int32($0), score: Float(0)) } })
        let recommendations = Recommendations(
            users: .int64((0..<4500).map { Int64($0) }), items: IDMap(integers: Array(0..<300)), lists: lists,
            fittedOn: past.provenance)
        func text(_ workers: WorkerBudget, seed: UInt64 = 7) async throws -> String {
            let context = RunContext(seed: seed, workers: workers, now: { Date(timeIntervalSince1970: 0) })
            let result = try await Evaluation(.init(resampling: Resampling(resamples: 20))).evaluate(
                recommendations, against: truth, popularity: ItemPopularity(counting: past), in: context)
            return MetricsReport(result).text + CoverageReport(result.coverage).text
        }
        let one = try await text(1)
        #expect(try await text(2) == one)
        #expect(try await text(5) == one)
        #expect(try await text(1, seed: 8) != one)
    }

    @Test("cancellation ends the evaluation")
    func cancellation() async throws {
        let truth = try GroundTruth(held)
        let evaluation = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await plain.evaluate(
                lists(), against: truth, popularity: ItemPopularity(counting: history), in: RunContext())
        }
        await #expect(throws: CancellationError.self) { try await evaluation.value }
    }
}
