import Foundation
import IFCharts

extension Gallery {
    /// The charts of the pipeline on made-up numbers.
    static var pipeline: [(name: String, chart: Chart)] {
        let days = normal(5_000, stage: "days").map { min(30, max(0, (14 + 9 * $0).rounded())) }
        let imputed = zip(days, normal(5_000, stage: "imputed")).map { $0 == 30 ? max(1, (19 + 6 * $1).rounded()) : $0 }
        let dates = (0..<8).map { Date(timeIntervalSince1970: 1_763_000_000 + Double($0) * 260_000) }
        let scores = dates.enumerated().flatMap { index, date in
            let model = 0.075 + 0.002 * Double(index % 3) + 0.001 * Double(index)
            return [("als", model, 0.0), ("als-postrank", model * 0.9, 600.0)].map { variant, model, later in
                EvaluationCharts.Score(
                    variant: variant, finished: date.addingTimeInterval(later), model: model, baseline: 0.061,
                    lift: index == 3 ? nil : (model - 0.061) / 0.061)
            }
        }
        return [
            ("imputation-histogram", ImputationCharts.histogram(before: days, after: imputed)),
            ("imputation-cdf", ImputationCharts.cumulative(before: days, after: imputed)),
            ("imputation-share", ImputationCharts.shareWithin30Days(before: 1, after: 0.962)),
            ("imputation-last", ImputationCharts.shareOfLastAt30Days(before: 0.213, after: 0.031)),
            ("imputation-traces", traces),
            (
                "training-loss",
                TrainingCharts.loss(
                    (0..<10).map { 4.1e6 * exp(-Double($0) * 0.9) + 2.3e6 },
                    subtitle: "64 factors, 12,345 users, 4,321 products")
            ),
            ("metric-trend", EvaluationCharts.trend("NDCG@10", scores)),
            (
                "coverage-trend",
                EvaluationCharts.coverage(
                    "Share of the catalogue recommended", finished: dates,
                    shares: dates.indices.map { $0 == 2 ? nil : 0.31 + 0.01 * Double($0 * $0 % 5) })
            ),
            ("metrics-bar", metricsBar), ("trade-off", tradeOff), ("segment-profiles", profiles),
            ("segment-plane", plane), ("segment-lift", lift),
            (
                "segment-sizes",
                SegmentCharts.sizes(
                    segments: (0..<10).map { "Segment \($0)" }, customers: (0..<10).map { 48_000 / ($0 + 1) })
            ),
            (
                "segment-means",
                SegmentCharts.means(
                    segments: (0..<10).map { "\($0)" }, recency: (0..<10).map { 4 + 2.5 * Double($0) },
                    frequency: (0..<10).map { 60 / Double($0 + 1) }, monetary: (0..<10).map { 8 + 3 * sin(Double($0)) })
            ),
            (
                "rfm-matrix",
                SegmentCharts.matrix(
                    recency: normal(4_000, stage: "recency").map { 15 + 8 * $0 },
                    frequency: zip(normal(4_000, stage: "recency"), normal(4_000, stage: "frequency"))
                        .map { exp(2 - 0.5 * $0 + 0.4 * $1).rounded() })
            ),
        ]
    }

    private static var traces: Chart {
        let noise = normal(7 * 10 * 2, stage: "traces")
        func series(_ level: Double, _ width: Double, _ from: Int) -> [[Double]] {
            (0..<7).map { chain in (0..<10).map { level + width * noise[from + chain * 10 + $0] } }
        }
        return ImputationCharts.traces(
            means: series(19, 0.2, 0), deviations: series(6.1, 0.1, 70), variable: "days since the prior order")
    }

    private static var metricsBar: Chart {
        let metrics = ["Precision@10", "Recall@10", "MAP@10", "NDCG@10"].enumerated().map { index, name in
            let value = 0.18 - 0.03 * Double(index)
            return (
                name: name, model: EvaluationCharts.Estimate(value, interval: value - 0.004...value + 0.004),
                baseline: EvaluationCharts.Estimate(value * 0.6, interval: value * 0.6 - 0.003...value * 0.6 + 0.003)
            )
        }
        return EvaluationCharts.latest(metrics, subtitle: "als-20261123-081500, 13,120 users, 95% confidence intervals")
    }

    private static var tradeOff: Chart {
        let points = (0...10).map { step in
            let weight = Double(step) / 10
            return EvaluationCharts.TradeOff(
                weight: weight, precision: 0.17 - 0.03 * weight * weight, coverage: 0.12 + 0.3 * weight)
        }
        return EvaluationCharts.tradeOff(points, weight: "weight of diversity 1 − λ", count: 10, configured: 0.3)
    }

    private static var profiles: Chart {
        let scores = (0..<30).map { index -> Double in
            let size = 1 + Double(index % 7) / 3
            return sin(Double(index) * 2.3) * size
        }
        return SegmentCharts.profiles(
            segments: (0..<10).map { "\($0)" }, features: ["Recency", "Frequency", "Monetary"], zScores: scores)
    }

    private static var plane: Chart {
        let x = normal(12_000, stage: "plane x")
        let y = normal(12_000, stage: "plane y")
        let segments = (0..<12_000).map { Int32($0 % 10) }
        return SegmentCharts.plane(
            first: zip(x, segments).map { 8 * $0 + 9 * Double($1 % 4) },
            second: zip(y, segments).map { 5 * $0 + 11 * Double($1 / 4) }, segments: segments,
            names: (0..<10).map { "\($0)" }, shares: (0.71, 0.22),
            note: "A random sample of 12,000 of 206,209 customers.")
    }

    private static var lift: Chart {
        let names = (1...30).map { "Product \($0) of an organic farm" }
        let lifts = (0..<300).map { index -> Double in index == 17 ? 0 : exp(sin(Double(index) * 1.3) * 1.4) }
        return SegmentCharts.lift(products: names, segments: (0..<10).map { "\($0)" }, lifts: lifts)
    }
}
