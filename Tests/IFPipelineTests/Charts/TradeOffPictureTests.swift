import Foundation
import IFCharts
import IFCore
import Testing

@testable import IFPipeline

/// The pictures of what reranking trades.
@Suite struct TradeOffPictureTests {
    private func points(_ weights: [Double]) -> [RerankTradeOff.Point] {
        weights.map { .init(weight: $0, precision: 0.2 - 0.1 * $0 * $0, coverage: 0.1 + 0.2 * $0) }
    }

    /// A picture that is published stands alone, without the report's words beside it.
    @Test func publishedPicturesNameTheSample() throws {
        let file = RerankTradeOff(
            users: 1_000, topK: 10, configuredGamma: 0.3, configuredLambda: 0.3, gamma: points([0, 0.3, 1]),
            lambda: points([1, 0.3]))
        #expect(file.charts.map(\.file) == ["trade_off_gamma.png", "trade_off_lambda.png"])
        for (name, chart) in file.charts {
            let svg = String(decoding: try chart.render(.svg), as: UTF8.self)
            #expect(svg.contains(">On a sample of 1,000 users.</text>"), "\(name)")
        }
    }

    /// The weight in use is measured and marked wherever it lies.
    @Test func theWeightInUseIsAmongThoseTried() {
        #expect(RerankTradeOff.gammas(with: 0.3) == [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1])
        #expect(RerankTradeOff.gammas(with: 0.25) == [0, 0.1, 0.2, 0.25, 0.3, 0.5, 0.7, 1])
        #expect(RerankTradeOff.gammas(with: 0.1 + 0.2) == [0, 0.1, 0.2, 0.1 + 0.2, 0.5, 0.7, 1])
        #expect(RerankTradeOff.gammas(with: 1) == [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1])
        #expect(RerankTradeOff.lambdas(with: 0.5) == [1, 0.9, 0.7, 0.5, 0.3, 0.1])
        #expect(RerankTradeOff.lambdas(with: 0.85) == [1, 0.9, 0.85, 0.7, 0.5, 0.3, 0.1])
        #expect(RerankTradeOff.lambdas(with: 0.05) == [1, 0.9, 0.7, 0.5, 0.3, 0.1, 0.05])
        #expect(RerankTradeOff.lambdas(with: 0) == [0, 1, 0.9, 0.7, 0.5, 0.3, 0.1])
    }
}
