import IFCore
import IFImpute
import Testing

@Suite("Imputation score")
struct ImputationScoreTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            var cells: Int
            var chains: Int
            var seed: Int
            var wholeTruth: Bool
            var rmse: Double
            var mae: Double
            var bias: Double
            var coverage: Double
            var ks: Double
            var wasserstein: Double
        }
        var cases: [Case]
    }

    @Test("errors, coverage and distances equal numpy's and scipy's")
    func equalsReference() throws {
        let reference = try Golden.load("scores.json", as: Reference.self)
        #expect(reference.cases.count == 3)
        for expected in reference.cases {
            let truth = Golden.uniforms(expected.cells, seed: expected.seed).map {
                expected.wholeTruth ? ($0 * 30).rounded(.down) : $0 * 30
            }
            let draws = Golden.uniforms(expected.cells * expected.chains, seed: expected.seed + 1)
            let imputed = ImputedValues(
                rows: Array(0..<expected.cells), chainCount: expected.chains,
                values: draws.map { ($0 * 28).rounded(.down) })
            let score = try ImputationScore(imputed, truth: truth)
            #expect(abs(score.rootMeanSquaredError - expected.rmse) < 1e-12)
            #expect(abs(score.meanAbsoluteError - expected.mae) < 1e-12)
            #expect(abs(score.bias - expected.bias) < 1e-12)
            #expect(abs(score.kolmogorovSmirnov - expected.ks) < 1e-12)
            #expect(abs(score.wasserstein - expected.wasserstein) < 1e-10)
            if expected.chains > 1 {
                #expect(score.coverage == expected.coverage)
                #expect(score.expectedCoverage == Double(expected.chains - 1) / Double(expected.chains + 1))
            } else {
                #expect(score.coverage == nil)
            }
        }
    }

    @Test("m exchangeable draws cover the truth in (m − 1)/(m + 1) of the cells")
    func coverageOfExchangeableDraws() throws {
        var random = RandomSource(seed: 8).stream("score")
        let cells = 20_000
        let imputed = ImputedValues(
            rows: Array(0..<cells), chainCount: 7, values: (0..<cells * 7).map { _ in random.normal() })
        let score = try ImputationScore(imputed, truth: (0..<cells).map { _ in random.normal() })
        // Standard error of the share: 0.0031.
        #expect(abs((score.coverage ?? 0) - 0.75) < 0.0125)
    }

    @Test func refusesWhatCannotBeScored() {
        let cells = ImputedValues(rows: [0, 1], chainCount: 1, values: [1, 2])
        #expect(throws: IFError.self) { try ImputationScore(cells, truth: [1]) }
        #expect(throws: IFError.self) { try ImputationScore(cells, truth: [1, .nan]) }
        let none = ImputedValues(rows: [], chainCount: 1, values: [])
        let error = #expect(throws: IFError.self) { try ImputationScore(none, truth: []) }
        #expect(error?.code == .emptyData)
    }
}
