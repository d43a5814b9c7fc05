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

    /// What makes rows' systems differ from those of the default.
    enum Variant: CaseIterable, Sendable {
        case plain, dislikes, sides, exponents, weights, all

        func apply(to configuration: inout ImplicitALS.Configuration) {
            if self == .dislikes || self == .all { configuration.allowsDislikes = true }
            if self == .sides || self == .all { configuration.itemRegularization = 0.8 }
            if self == .exponents { configuration.regularizationScaling = .count(exponent: 0.5) }
            if self == .weights || self == .all {
                configuration.unobservedWeight = 0.1
                configuration.regularizationScaling = .weight(exponent: 0.7)
                configuration.itemRegularizationScaling = .count(exponent: 1.2)
            }
        }

        /// Most rows of both sides have fewer ratings than 24 factors: the exact solver takes the dual form for them.
        func data(users: Int = 600, items: Int = 900) throws -> Interactions {
            let all = try RecommenderFixture.random(users: users, items: items)
            guard self == .dislikes || self == .all else { return all }
            let values = all.matrix.values.enumerated().map { $0.offset % 4 == 1 ? -$0.element : $0.element }
            return Interactions(
                users: all.users, items: all.items,
                matrix: CSRMatrix(
                    rowCount: all.matrix.rowCount, columnCount: all.matrix.columnCount, offsets: all.matrix.offsets,
                    columns: all.matrix.columns, values: values))
        }
    }

    /// Enough steps solve exactly: then a sweep is that of Cholesky, whose rows have the dual form here, and the users'
    /// vectors are those of folding in, which takes the normal equations.
    @Test(arguments: Variant.allCases) func manyStepsAreExact(_ variant: Variant) async throws {
        let data = try variant.data()
        var exact = configuration(.cholesky, iterations: 2)
        variant.apply(to: &exact)
        var steps = exact
        steps.solver = .conjugateGradient(steps: 80)
        let wanted = try await ImplicitALS(exact).fit(data, in: RunContext())
        let found = try await ImplicitALS(steps).fit(data, in: RunContext())
        for (found, wanted) in zip(found.losses, wanted.losses) { #expect(abs(found - wanted) < 1e-4 * wanted) }
        for (found, wanted) in [
            (found.userFactors, wanted.userFactors), (found.itemFactors, wanted.itemFactors),
        ] {
            let scale = wanted.values.reduce(0) { max($0, abs($1)) }
            for (found, wanted) in zip(found.values, wanted.values) { #expect(abs(found - wanted) < 2e-3 * scale) }
        }
        let objective = try await wanted.objective(of: data, in: RunContext())
        let reported = try #require(wanted.losses.last)
        #expect(abs(reported - objective) < 2e-5 * objective)
        let again = try wanted.foldIn(data.matrix)
        let scale = wanted.userFactors.values.reduce(0) { max($0, abs($1)) }
        for (found, wanted) in zip(again.values, wanted.userFactors.values) {
            #expect(abs(found - wanted) < 1e-4 * scale)
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

    /// Blocks as long as the vectors, padding included, solve exactly: the same sweeps as Cholesky's.
    @Test(arguments: Variant.allCases) func oneBlockIsExact(_ variant: Variant) async throws {
        let data = try variant.data()
        var exact = configuration(.cholesky, iterations: 2)
        variant.apply(to: &exact)
        var blocks = exact
        blocks.solver = .blockCoordinate(blockSize: 32)
        let wanted = try await ImplicitALS(exact).fit(data, in: RunContext())
        let found = try await ImplicitALS(blocks).fit(data, in: RunContext())
        for (found, wanted) in zip(found.losses, wanted.losses) { #expect(abs(found - wanted) < 2e-5 * wanted) }
        let scale = wanted.userFactors.values.reduce(0) { max($0, abs($1)) }
        for (found, wanted) in zip(found.userFactors.values, wanted.userFactors.values) {
            #expect(abs(found - wanted) < 1e-3 * scale)
        }
    }

    /// Blocks that do not divide the rank: the objective falls with every sweep, is what is reported, and ends where
    /// exact sweeps end, to 0.1 %, though it takes twice as many where unlike exponents make valleys flat.
    @Test(arguments: Variant.allCases) func blocksReachTheExactObjective(_ variant: Variant) async throws {
        let data = try variant.data(users: 150, items: 100)
        var exact = configuration(.cholesky, iterations: 250, factors: 20)
        exact.regularization = 1
        variant.apply(to: &exact)
        var blocks = exact
        blocks.solver = .blockCoordinate(blockSize: 16)
        blocks.iterations = 500
        let wanted = try await ImplicitALS(exact).fit(data, in: RunContext())
        let found = try await ImplicitALS(blocks).fit(data, in: RunContext())
        for (before, after) in zip(found.losses, found.losses.dropFirst()) { #expect(after < before * 1.000_001) }
        let (last, least) = (try #require(found.losses.last), try #require(wanted.losses.last))
        #expect(abs(last - least) < 0.001 * least)
        #expect(found.losses[0] > wanted.losses[0])
        let objective = try await found.objective(of: data, in: RunContext())
        #expect(abs(last - objective) < 2e-5 * objective)
    }

    /// Rows of few ratings are solved in the dual form whatever the others are: where all are such, nothing is approximate.
    @Test func blocksSolveShortRowsExactly() async throws {
        // Ten ratings a user and ten an item; up to 24 are few for 64 factors.
        let random = try RecommenderFixture.random(users: 300, items: 300)
        let columns = (0..<300).flatMap { user in (0..<10).map { Int32((user * 37 + $0 * 71) % 300) }.sorted() }
        let data = Interactions(
            users: random.users, items: random.items,
            matrix: CSRMatrix(
                rowCount: 300, columnCount: 300, offsets: (0...300).map { $0 * 10 }, columns: columns,
                values: (0..<3000).map { 1 + Float($0 % 5) }))
        let exact = configuration(.cholesky, iterations: 2, factors: 64)
        var blocks = exact
        blocks.solver = .blockCoordinate(blockSize: 32)
        let wanted = try await ImplicitALS(exact).fit(data, in: RunContext())
        let found = try await ImplicitALS(blocks).fit(data, in: RunContext())
        #expect(found.losses == wanted.losses)
        let isSame = found.userFactors == wanted.userFactors && found.itemFactors == wanted.itemFactors
        #expect(isSame)
    }

    @Test(arguments: [2, 3, 5]) func sameFactorsForAnyWorkers(workers: Int) async throws {
        let data = try RecommenderFixture.random(users: 1500, items: 300)
        for solver in [ALSSolver.cholesky, .conjugateGradient(), .blockCoordinate(blockSize: 16)] {
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
        for size in [0, 8, 40, 2048, -16] {
            await #expect(throws: IFError.self) {
                try await ImplicitALS(configuration(.blockCoordinate(blockSize: size))).fit(data, in: RunContext())
            }
        }
        #expect(ALSSolver.names.compactMap { ALSSolver.named($0)?.name } == ALSSolver.names)
        #expect(ALSSolver.named("magic") == nil)
        for solver in [ALSSolver.cholesky, .conjugateGradient(steps: 7), .blockCoordinate(blockSize: 64)] {
            let text = try JSONEncoder().encode(configuration(solver))
            #expect(try JSONDecoder().decode(ImplicitALS.Configuration.self, from: text).solver == solver)
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ALSSolver.self, from: Data(#"{"name":"magic"}"#.utf8))
        }
    }
}
