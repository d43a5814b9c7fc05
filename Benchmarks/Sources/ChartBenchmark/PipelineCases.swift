import Foundation
import IFCharts

/// The charts that the pipeline draws, at the sizes that they ask for.
enum PipelineCases {
    static var all: [(name: String, draw: () -> Chart)] {
        [
            (
                "imputation_histogram",
                { ImputationCharts.histogram(before: Numbers.daysBefore, after: Numbers.daysAfter) }
            ),
            ("imputation_cdf", cumulative), ("imputation_share", share), ("chain_traces", traces),
            ("training_loss", loss), ("metric_trend", metricTrend), ("coverage_trend", coverageTrend),
            ("metrics_bar", metricsBar), ("trade_off", tradeOff), ("segment_profiles", profiles),
            ("segment_plane", plane), ("segment_lift", lift), ("segment_sizes", sizes), ("segment_means", means),
            ("rfm_matrix", matrix),
        ]
    }

    // MARK: Imputation and training

    private static let fewerBefore = Array(Numbers.daysBefore.prefix(20_000))
    private static let fewerAfter = Array(Numbers.daysAfter.prefix(20_000))

    private static func cumulative() -> Chart { ImputationCharts.cumulative(before: fewerBefore, after: fewerAfter) }

    private static func share() -> Chart { ImputationCharts.shareWithin30Days(before: 1, after: 0.962) }

    private static let chains = Numbers.noise(140, 6)

    private static func traces() -> Chart {
        func series(_ level: Double, _ width: Double, _ from: Int) -> [[Double]] {
            (0..<7).map { (chain: Int) -> [Double] in
                (0..<10).map { (sweep: Int) -> Double in level + width * chains[from + chain * 10 + sweep] }
            }
        }
        return ImputationCharts.traces(
            means: series(19, 0.2, 0), deviations: series(6.1, 0.1, 70), variable: "days since the prior order")
    }

    private static let losses: [Double] = (0..<10).map { (sweep: Int) -> Double in
        4.1e6 / Double((sweep + 1) * (sweep + 1)) + 2.3e6
    }

    private static func loss() -> Chart { TrainingCharts.loss(losses, subtitle: "64 factors, 12,345 users") }

    // MARK: Evaluation

    private static let trendNoise = Numbers.noise(80, 7)

    private static let scores: [EvaluationCharts.Score] = {
        var scores: [EvaluationCharts.Score] = []
        for (index, date) in Numbers.dates.enumerated() {
            for (place, variant) in ["als", "als-postrank"].enumerated() {
                let level: Double = place == 0 ? 1 : 0.9
                let model: Double = (0.08 + 0.002 * trendNoise[2 * index + place]) * level
                scores.append(
                    EvaluationCharts.Score(
                        variant: variant, finished: date.addingTimeInterval(600 * Double(place)), model: model,
                        baseline: 0.061, lift: (model - 0.061) / 0.061))
            }
        }
        return scores
    }()

    private static func metricTrend() -> Chart { EvaluationCharts.trend("NDCG@10", scores) }

    private static let coverages: [Double?] = Numbers.noise(40, 8).map { (value: Double) -> Double? in
        0.31 + 0.02 * value
    }

    private static func coverageTrend() -> Chart {
        EvaluationCharts.coverage("Share of the catalogue recommended", finished: Numbers.dates, shares: coverages)
    }

    private static func metricsBar() -> Chart {
        var metrics: [(name: String, model: EvaluationCharts.Estimate, baseline: EvaluationCharts.Estimate)] = []
        for (index, name) in Numbers.metrics.enumerated() {
            let value: Double = 0.18 - 0.03 * Double(index)
            let low: Double = value * 0.6
            metrics.append(
                (
                    name: name, model: EvaluationCharts.Estimate(value, interval: (value - 0.004)...(value + 0.004)),
                    baseline: EvaluationCharts.Estimate(low, interval: (low - 0.003)...(low + 0.003))
                ))
        }
        return EvaluationCharts.latest(metrics, subtitle: "13,120 users, 95% confidence intervals")
    }

    private static let tradeOffs: [EvaluationCharts.TradeOff] = (0...10).map {
        (step: Int) -> EvaluationCharts.TradeOff in
        let weight = Double(step) / 10
        return EvaluationCharts.TradeOff(
            weight: weight, precision: 0.17 - 0.03 * weight * weight, coverage: 0.12 + 0.3 * weight)
    }

    private static func tradeOff() -> Chart {
        EvaluationCharts.tradeOff(tradeOffs, weight: "weight of popularity γ", count: 10, configured: 0.3)
    }

    // MARK: Segments

    private static let zScores = Numbers.noise(30, 9)

    private static func profiles() -> Chart {
        SegmentCharts.profiles(
            segments: Numbers.segments, features: ["Recency", "Frequency", "Monetary"], zScores: zScores)
    }

    private static func plane() -> Chart {
        SegmentCharts.plane(
            first: Numbers.cloudX, second: Numbers.cloudY, segments: Numbers.codes, names: Numbers.segments,
            shares: (0.71, 0.22))
    }

    private static let lifts: [Double] = Numbers.noise(300, 5).map { (value: Double) -> Double in exp2(value) }

    private static func lift() -> Chart {
        SegmentCharts.lift(products: Numbers.products, segments: Numbers.segments, lifts: lifts)
    }

    private static func sizes() -> Chart {
        SegmentCharts.sizes(segments: Numbers.segments, customers: (0..<10).map { 48_000 / ($0 + 1) })
    }

    private static func means() -> Chart {
        SegmentCharts.means(
            segments: Numbers.segments, recency: (0..<10).map { (index: Int) -> Double in 4 + 2.5 * Double(index) },
            frequency: (0..<10).map { (index: Int) -> Double in 60 / Double(index + 1) },
            monetary: (0..<10).map { (index: Int) -> Double in 8 + Double(index % 4) })
    }

    private static let recency: [Double] = Numbers.noise(50_000, 10).map { (value: Double) -> Double in 15 + 8 * value }
    private static let frequency: [Double] = Numbers.noise(50_000, 11).map { (value: Double) -> Double in
        (12 + 4 * value).rounded(.down)
    }

    private static func matrix() -> Chart { SegmentCharts.matrix(recency: recency, frequency: frequency) }
}
