import Foundation
import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct SolverTests {
    private func configuration(_ solver: ALSSolver, iterations: Int = 12, factors: Int = 24)
        -> ImplicitALS.Configuration
    {
        var configuration = ImplicitALS.Configuration(
            factors: factors, regularization: 0.1, iterations: iterations, nonnegative: false)
        configuration.solver = solver
        return configuration
    }

    /// Enough steps solve exactly: then a sweep is that of Cholesky, whose users have the dual form here.
    @Test func manyStepsAreExact() async throws {
        let data = try RecommenderFixture.random(users: 600, items: 120)
        let exact = try await ImplicitALS(configuration(.cholesky, iterations: 2)).fit(data, in: RunContext())
        let steps = try await ImplicitALS(configuration(.conjugateGradient(steps: 60), iterations: 2)).fit(
            data, in: RunContext())
        for (found, wanted) in zip(steps.losses, exact.losses) { #expect(abs(found - wanted) < 1e-4 * wanted) }
        let scale = exact.userFactors.values.reduce(0) { max($0, abs($1)) }
        for (found, wanted) in zip(steps.userFactors.values, exact.userFactors.values) {
            #expect(abs(found - wanted) < 2e-3 * scale)
        }
    }

    /// Three steps a sweep fall short of an exact sweep, but never raise the objective, and more sweeps make up for it.
    @Test func threeStepsDescend() async throws {
        let data = try RecommenderFixture.random(users: 600, items: 120)
        let model = try await ImplicitALS(configuration(.conjugateGradient(), iterations: 60)).fit(
            data, in: RunContext())
        let exact = try await ImplicitALS(configuration(.cholesky)).fit(data, in: RunContext())
        for (before, after) in zip(model.losses, model.losses.dropFirst()) { #expect(after < before * 1.000_001) }
        let (last, wanted) = (try #require(model.losses.last), try #require(exact.losses.last))
        #expect(last < 1.01 * wanted)
        #expect(model.losses.first.map { $0 > (exact.losses.first ?? 0) } == true)
    }

    @Test(arguments: [2, 3, 5]) func sameFactorsForAnyWorkers(workers: Int) async throws {
        let data = try RecommenderFixture.random(users: 1500, items: 300)
        for solver in [ALSSolver.cholesky, .conjugateGradient()] {
            for factors in [24, 64] {
                let recommender = ImplicitALS(configuration(solver, iterations: 2, factors: factors))
                let one = try await recommender.fit(data, in: RunContext(seed: 5))
                let many = try await recommender.fit(data, in: RunContext(seed: 5, workers: WorkerBudget(workers)))
                #expect(one.userFactors == many.userFactors)
                #expect(one.itemFactors == many.itemFactors)
                #expect(one.losses == many.losses)
            }
        }
    }

    @Test func isCheckedAndRoundTrips() async throws {
        let data = try RecommenderFixture.random(users: 20, items: 10)
        var wrong = configuration(.conjugateGradient())
        wrong.nonnegative = true
        await #expect(throws: IFError.self) { try await ImplicitALS(wrong).fit(data, in: RunContext()) }
        await #expect(throws: IFError.self) {
            try await ImplicitALS(configuration(.conjugateGradient(steps: 0))).fit(data, in: RunContext())
        }
        for solver in [ALSSolver.cholesky, .conjugateGradient(steps: 7)] {
            let text = try JSONEncoder().encode(configuration(solver))
            #expect(try JSONDecoder().decode(ImplicitALS.Configuration.self, from: text).solver == solver)
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ALSSolver.self, from: Data(#"{"name":"magic"}"#.utf8))
        }
    }
}
