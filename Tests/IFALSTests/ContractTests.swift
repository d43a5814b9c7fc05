import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct ContractTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        var factors: Int
        var nonnegative: Bool
        var testDescription: String { "\(factors) factors, \(nonnegative ? "nonnegative" : "unconstrained")" }
    }

    @Test(arguments: [
        Variant(factors: 16, nonnegative: true), Variant(factors: 16, nonnegative: false),
        Variant(factors: 10, nonnegative: true), Variant(factors: 7, nonnegative: false),
    ])
    func implicitALS(_ variant: Variant) async throws {
        try await RecommenderContract().check {
            ImplicitALS(.init(factors: variant.factors, iterations: 3, nonnegative: variant.nonnegative))
        }
    }

    struct Approximate: Sendable, CustomTestStringConvertible {
        var solver: ALSSolver
        /// Of blocks, more than one has to fit in.
        var factors: Int
        var testDescription: String { "\(solver), \(factors) factors" }
    }

    @Test(arguments: [
        Approximate(solver: .conjugateGradient(), factors: 16),
        Approximate(solver: .blockCoordinate(blockSize: 16), factors: 24),
    ])
    func approximateSolvers(_ variant: Approximate) async throws {
        try await RecommenderContract().check {
            var configuration = ImplicitALS.Configuration(
                factors: variant.factors, iterations: 4, nonnegative: false)
            configuration.solver = variant.solver
            return ImplicitALS(configuration)
        }
    }

    @Test(arguments: [true, false]) func logarithmicConfidence(nonnegative: Bool) async throws {
        try await RecommenderContract().check {
            var configuration = ImplicitALS.Configuration(factors: 8, iterations: 3, nonnegative: nonnegative)
            configuration.confidence = .logarithmic
            return ImplicitALS(configuration)
        }
    }

    /// ALS on data of which every fifth rating is turned into a dislike.
    private struct SomeDislikes: Recommender {
        var nonnegative: Bool

        @concurrent
        func fit(_ interactions: Interactions, in context: RunContext) async throws -> ALSModel {
            let matrix = interactions.matrix
            let values = matrix.values.enumerated().map { $0.offset % 5 == 2 ? -$0.element : $0.element }
            var configuration = ImplicitALS.Configuration(factors: 8, iterations: 3, nonnegative: nonnegative)
            configuration.allowsDislikes = true
            let turned = Interactions(
                users: interactions.users, items: interactions.items,
                matrix: CSRMatrix(
                    rowCount: matrix.rowCount, columnCount: matrix.columnCount, offsets: matrix.offsets,
                    columns: matrix.columns, values: values))
            return try await ImplicitALS(configuration).fit(turned, in: context)
        }
    }

    @Test(arguments: [true, false]) func dislikes(nonnegative: Bool) async throws {
        // A rating below 0 is no error here, and the checkerboard's pattern is broken.
        try await RecommenderContract(learnsTaste: false, usesSeed: true, needsPositiveValues: false).check {
            SomeDislikes(nonnegative: nonnegative)
        }
    }

    @Test func popularity() async throws {
        try await RecommenderContract(learnsTaste: false, usesSeed: false, needsPositiveValues: false).check {
            PopularityRecommender()
        }
    }
}
