import IFALS
import IFCore
import IFEval
import IFTesting
import Synchronization
import Testing

@Suite struct EarlyStoppingTests {
    private let configuration = ImplicitALS.Configuration(factors: 12, iterations: 12, nonnegative: false)

    /// A measure that follows a script: one number a call.
    private func scripted<Model: Sendable>(
        _ scores: [Double], patience: Int, interval: Int = 1, minimumImprovement: Double = 0
    ) -> EarlyStopping<Model> {
        let calls = Atomic<Int>(0)
        return EarlyStopping(patience: patience, minimumImprovement: minimumImprovement, interval: interval) { _, _ in
            scores[calls.wrappingAdd(1, ordering: .relaxed).oldValue]
        }
    }

    @Test func keepsTheBestSweep() async throws {
        let data = try RecommenderFixture.random()
        let fit = try await ImplicitALS(configuration).fit(
            data, until: scripted([0.1, 0.3, 0.2, 0.3, 0.1, 0.9], patience: 3), in: RunContext())
        #expect(fit.bestSweep == 2)
        #expect(fit.bestScore == 0.3)
        #expect(fit.stoppedEarly)
        #expect(fit.measures.map(\.sweep) == [1, 2, 3, 4, 5])
        #expect(fit.measures.map(\.loss).count == 5)
        var two = configuration
        two.iterations = 2
        let plain = try await ImplicitALS(two).fit(data, in: RunContext())
        #expect(fit.model.userFactors == plain.userFactors)
        #expect(fit.model.itemFactors == plain.itemFactors)
        #expect(fit.model.losses == plain.losses)
    }

    @Test func measuresAtIntervalsAndInTheEnd() async throws {
        var five = configuration
        five.iterations = 5
        let fit = try await ImplicitALS(five).fit(
            RecommenderFixture.random(), until: scripted([1, 2, 3], patience: 1, interval: 2), in: RunContext())
        #expect(fit.measures.map(\.sweep) == [2, 4, 5])
        #expect(fit.bestSweep == 5)
        #expect(!fit.stoppedEarly)
    }

    @Test func smallGainsDoNotGoOnButCount() async throws {
        let fit = try await ImplicitALS(configuration).fit(
            RecommenderFixture.random(), until: scripted([0.5, 0.51, 0.52, 9], patience: 2, minimumImprovement: 0.1),
            in: RunContext())
        #expect(fit.measures.count == 3)
        #expect(fit.bestSweep == 3)
    }

    @Test func rulesAreChecked() async throws {
        let data = try RecommenderFixture.random()
        func code(_ rule: EarlyStopping<ALSModel>) async -> IFError.Code? {
            do {
                _ = try await ImplicitALS(configuration).fit(data, until: rule, in: RunContext())
                return nil
            } catch { return (error as? IFError)?.code }
        }
        #expect(await code(scripted([1], patience: 0)) == .invalidArgument)
        #expect(await code(scripted([1], patience: 1, interval: 0)) == .invalidArgument)
        #expect(await code(scripted([1], patience: 1, minimumImprovement: -1)) == .invalidArgument)
        #expect(await code(scripted([.nan], patience: 1)) == .numericalFailure)
    }

    /// Real measures: the watched fit is no worse than the full one, for any number of workers the same.
    @Test func aRankingMeasureStopsTheFit() async throws {
        let all = try RecommenderFixture.random(users: 600, items: 120)
        let split = try InteractionSplit.holdingOut(share: 0.2, of: all, random: RandomSource(seed: 3))
        let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10)
        let rule = EarlyStopping<ALSModel>(patience: 2) { try await validation.score($0, in: $1) }
        let one = try await ImplicitALS(configuration).fit(split.training, until: rule, in: RunContext(seed: 2))
        #expect(one.bestScore == one.measures.map(\.score).max())
        let full = try await ImplicitALS(configuration).fit(split.training, in: RunContext(seed: 2))
        #expect(try await one.bestScore >= validation.score(full, in: RunContext()))
        for workers in [2, 3, 5] {
            let many = try await ImplicitALS(configuration).fit(
                split.training, until: rule, in: RunContext(seed: 2, workers: WorkerBudget(workers)))
            #expect(many.measures == one.measures)
            #expect(many.model.itemFactors == one.model.itemFactors)
        }
    }

    @Test func cancellationEndsAWatchedFit() async throws {
        let data = try RecommenderFixture.random()
        let recommender = ImplicitALS(configuration)
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let rule = EarlyStopping<ALSModel> { _, _ in
                        withUnsafeCurrentTask { unsafe $0?.cancel() }
                        return 1
                    }
                    _ = try await recommender.fit(data, until: rule, in: RunContext())
                }
                try await group.waitForAll()
            }
        }
    }
}
