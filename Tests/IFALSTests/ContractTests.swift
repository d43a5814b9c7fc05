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

    @Test func popularity() async throws {
        try await RecommenderContract(learnsTaste: false, usesSeed: false, needsPositiveValues: false).check {
            PopularityRecommender()
        }
    }
}
