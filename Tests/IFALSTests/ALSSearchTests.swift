import IFALS
import IFCore
import IFEval
import IFTesting
import Synchronization
import Testing

@Suite struct ALSSearchTests {
    private func search(candidates: Int = 9) -> ALSSearch {
        var space = ALSSearch.Space()
        space.factors = [4, 8]
        return ALSSearch(
            space: space, base: .init(factors: 6, nonnegative: false), candidates: candidates, firstSweeps: 1, sweeps: 6
        )
    }

    private func run(_ search: ALSSearch, _ split: InteractionSplit, workers: Int, seed: UInt64 = 1) async throws
        -> ALSSearch.Result
    {
        let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10)
        return try await search.run(
            on: split.training, in: RunContext(seed: seed, workers: WorkerBudget(workers))
        ) { try await validation.score($0, in: $1) }
    }

    private func split() throws -> InteractionSplit {
        try .holdingOut(
            share: 0.2, of: RecommenderFixture.random(users: 200, items: 60), random: RandomSource(seed: 3))
    }

    @Test func halvesTheCandidates() async throws {
        let result = try await run(search(), split(), workers: 1)
        #expect(result.trials.count == 9)
        #expect(Set(result.trials.map(\.number)) == Set(0..<9))
        // 9 candidates do a sweep, 3 of them 2 more, 1 of those 3 more.
        #expect(result.trials.map(\.scores.count).sorted() == [1, 1, 1, 1, 1, 1, 3, 3, 6])
        #expect(result.best.scores.count == 6)
        for (a, b) in zip(result.trials, result.trials.dropFirst()) {
            let (first, second) = (try #require(a.score), try #require(b.score))
            #expect(first >= second)
        }
        for trial in result.trials {
            #expect(trial.score == trial.scores.max())
            let best = try #require(trial.score)
            #expect(trial.scores.firstIndex(of: best).map { $0 + 1 } == trial.configuration.iterations)
            if trial.number > 0 { #expect([4, 8].contains(trial.configuration.factors)) }
        }
        let given = try #require(result.trials.first { $0.number == 0 })
        #expect(given.configuration.factors == 6 && given.configuration.alpha == 40)
    }

    @Test func sameTableForAnyWorkersAndTheBestCanBeRefitted() async throws {
        let split = try split()
        let one = try await run(search(), split, workers: 1)
        for workers in [2, 3, 5] { #expect(try await run(search(), split, workers: workers) == one) }
        #expect(try await run(search(), split, workers: 1, seed: 2) != one)
        let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10)
        let model = try await ImplicitALS(one.best.configuration).fit(split.training, in: RunContext(seed: 1))
        #expect(try await validation.score(model, in: RunContext()) == one.best.score)
    }

    /// What solvers that are not exact reach depends on where both sides were before.
    @Test(arguments: [ALSSolver.conjugateGradient(), .blockCoordinate(blockSize: 16)])
    func theBestCanBeRefittedByOtherSolvers(_ solver: ALSSolver) async throws {
        let split = try split()
        var search = search(candidates: 3)
        search.base.solver = solver
        search.space.factors = [24, 32]
        let result = try await run(search, split, workers: 2)
        let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10)
        for trial in result.trials where trial.scores.count > 1 {
            #expect(trial.configuration.solver == solver)
            var configuration = trial.configuration
            configuration.iterations = trial.scores.count
            let model = try await ImplicitALS(configuration).fit(split.training, in: RunContext(seed: 1))
            #expect(try await validation.score(model, in: RunContext()) == trial.scores.last)
        }
        #expect(result.trials.contains { $0.scores.count > 1 })
    }

    /// More candidates do not change what the first ones are.
    @Test func drawsDependOnTheNumberAlone() async throws {
        let split = try split()
        let few = try await run(search(candidates: 3), split, workers: 1)
        let many = try await run(search(candidates: 6), split, workers: 1)
        for trial in few.trials {
            var a = try #require(many.trials.first { $0.number == trial.number }).configuration
            a.iterations = trial.configuration.iterations
            #expect(a == trial.configuration)
        }
    }

    /// For any ν, the rows' regularization adds up to what λ would give at ν = 1.
    @Test func regularizationIsRescaled() async throws {
        let split = try split()
        var search = search(candidates: 12)
        search.space.regularization = 0.05...0.05
        let result = try await run(search, split, workers: 1)
        let users = (0..<split.training.users.count).map { split.training.matrix.range(ofRow: $0).count }
        var items = [Int](repeating: 0, count: split.training.items.count)
        for column in split.training.matrix.columns { items[Int(column)] += 1 }
        let counts = (users + items).filter { $0 > 0 }
        let wanted = 0.05 * Double(counts.reduce(0, +))
        for trial in result.trials where trial.number > 0 {
            let exponent = trial.configuration.regularizationScaling.exponent
            let sum = counts.reduce(0.0) { $0 + power(Double($1), exponent) } * trial.configuration.regularization
            #expect(abs(sum - wanted) < 1e-3 * wanted)
        }
        #expect(Set(result.trials.map(\.configuration.regularizationScaling.exponent)).count == 12)
    }

    /// A candidate whose measure fails numerically is reported and does not end the search.
    @Test func failuresAreListed() async throws {
        let split = try split()
        let result = try await search(candidates: 4).run(on: split.training, in: RunContext()) { model, _ in
            if model.configuration.factors == 4 { throw IFError(.numericalFailure, "scripted") }
            return Double(model.configuration.factors)
        }
        let failed = result.trials.filter { $0.failure != nil }
        try #require(!failed.isEmpty && failed.count < 4)
        #expect(failed.allSatisfy { $0.score == nil && $0.configuration.factors == 4 })
        #expect(Array(result.trials.suffix(failed.count)) == failed)
        #expect(result.best.score != nil)
        let error = await #expect(throws: IFError.self) {
            try await search(candidates: 2).run(on: split.training, in: RunContext()) { _, _ in
                throw IFError(.numericalFailure, "scripted")
            }
        }
        #expect(error?.code == .numericalFailure)
    }

    @Test func settingsAreChecked() async throws {
        let split = try split()
        func key(_ change: (inout ALSSearch) -> Void) async -> String? {
            var search = search()
            change(&search)
            do {
                _ = try await search.run(on: split.training, in: RunContext()) { _, _ in 1 }
                return nil
            } catch { return (error as? IFError)?.location.key }
        }
        #expect(await key { $0.candidates = 0 } == "candidates")
        #expect(await key { $0.firstSweeps = 0 } == "firstSweeps")
        #expect(await key { $0.sweeps = 0 } == "sweeps")
        #expect(await key { $0.reduction = 1 } == "reduction")
        #expect(await key { $0.space.factors = [] } == "factors")
        #expect(await key { $0.space.alpha = 0...1 } == "alpha")
        #expect(await key { $0.space.unobservedWeight = 0.5...2 } == "unobservedWeight")
        #expect(await key { $0.space.exponent = -1...0 } == "exponent")
    }

    @Test func progressAndCancellation() async throws {
        let split = try split()
        let seen = Mutex<[Progress]>([])
        let context = RunContext(progress: { report in seen.withLock { $0.append(report) } })
        let search = search(candidates: 3)
        _ = try await search.run(on: split.training, in: context) { _, _ in 0.5 }
        let reports = seen.withLock { $0 }
        // 3 candidates of one sweep, one of them 5 more.
        #expect(reports.map(\.completed) == Array(1...8))
        #expect(reports.allSatisfy { $0.stage == "tune" && $0.total == 8 && $0.metrics["score"] == 0.5 })
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await search.run(on: split.training, in: RunContext()) { _, _ in 1 } }
                try await group.waitForAll()
            }
        }
    }
}
