public import FoundationEssentials
import IFCore

/// Charts of evaluation runs: trends, the latest run against the baseline, what reranking trades.
public enum EvaluationCharts {
    /// A metric of one run.
    public struct Score: Sendable, Hashable {
        /// What was evaluated: "als", "als-postrank".
        public var variant: String
        /// When the run finished.
        public var finished: Date
        /// The model's value; nil where the run does not have it.
        public var model: Double?
        /// The baseline's value.
        public var baseline: Double?
        /// (model − baseline) / baseline.
        public var lift: Double?

        /// Creates a score.
        public init(variant: String = "als", finished: Date, model: Double?, baseline: Double?, lift: Double?) {
            self.variant = variant
            self.finished = finished
            self.model = model
            self.baseline = baseline
            self.lift = lift
        }
    }

    /// A metric over the runs: models and baseline above, lifts below; a line for each variant.
    ///
    /// The baseline is that of the first variant's runs: the others' runs are of the same truth.
    ///
    /// - Parameters:
    ///   - metric: Name as readers know it, with its cut-off: "NDCG@10".
    ///   - scores: One for each run, in the order of time.
    public static func trend(_ metric: String, _ scores: [Score]) -> Chart {
        let variants = Set(scores.map(\.variant)).sorted()
        let lift = "Lift over the baseline (0.1 is 10% more)"
        func line(
            _ name: String, of variant: String?, _ value: KeyPath<Score, Double?>, in panel: String
        ) -> some ChartContent {
            let runs = scores.filter { $0.variant == variant }
            return LinePlot(
                x: .values("Run finished (UTC)", runs.map(\.finished)),
                y: .values("", runs.map { $0[keyPath: value] ?? .nan })
            )
            .foregroundStyle(by: .value("", name)).facet(by: .value("", panel)).symbol()
        }
        return Chart("\(metric) over the runs") {
            for variant in variants { line(variant, of: variant, \.model, in: metric) }
            line("baseline", of: variants.first, \.baseline, in: metric)
            for variant in variants { line(variant, of: variant, \.lift, in: lift) }
        }
        .chartForegroundStyleScale(order: variants + ["baseline"])
        .chartFacets(columns: 1, sharesY: false)
        .frame(width: 800, height: 560)
    }

    /// A coverage over the runs, a line for each variant.
    ///
    /// - Parameters:
    ///   - title: What is covered.
    ///   - finished: When each run finished, in the order of time.
    ///   - shares: Share in 0...1 of each run; nil where it does not have it.
    ///   - variants: What each run evaluated; `nil` where all are of one kind.
    public static func coverage(
        _ title: String, finished: [Date], shares: [Double?], variants: [String]? = nil
    ) -> Chart {
        let names = variants ?? [String](repeating: "", count: finished.count)
        let series = Set(names).sorted()
        var chart = Chart(title) {
            for name in series {
                let runs = names.indices.filter { names[$0] == name }
                let line = LinePlot(
                    x: .values("Run finished (UTC)", runs.map { finished[$0] }),
                    y: .values("Covered share", runs.map { shares[$0] ?? .nan }))
                if series.count == 1 { line.symbol() } else { line.foregroundStyle(by: .value("", name)).symbol() }
            }
        }
        .chartYAxisFormat(.percent(1))
        if let domain = shareDomain(shares.compactMap { $0 }) { chart = chart.chartYScale(domain: domain) }
        return chart
    }

    /// Where shares lie, with a little room, but none beyond 0 and 1.
    private static func shareDomain(_ shares: [Double]) -> ClosedRange<Double>? {
        let finite = shares.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max(), low >= 0, high <= 1 else { return nil }
        let room = max(0.01, 0.1 * (high - low))
        return max(0, low - room)...min(1, high + room)
    }

    /// A value with its confidence interval.
    public struct Estimate: Sendable, Hashable {
        /// The mean.
        public var value: Double
        /// Ends of the interval; nil where none was computed.
        public var interval: ClosedRange<Double>?

        /// Creates an estimate.
        public init(_ value: Double, interval: ClosedRange<Double>? = nil) {
            self.value = value
            self.interval = interval
        }
    }

    /// Grouped bars of the latest run against the baseline, with confidence intervals where there are any.
    ///
    /// - Parameters:
    ///   - metrics: Name, model and baseline of each metric.
    ///   - subtitle: Which run, over how many users.
    public static func latest(
        _ metrics: [(name: String, model: Estimate, baseline: Estimate)], subtitle: String
    ) -> Chart {
        Chart("The latest run against the baseline") {
            for metric in metrics {
                for (series, estimate) in [("als", metric.model), ("baseline", metric.baseline)] {
                    BarMark(x: .value("", metric.name), y: .value("Value", estimate.value))
                        .foregroundStyle(by: .value("", series))
                }
            }
            for metric in metrics {
                for (series, estimate) in [("als", metric.model), ("baseline", metric.baseline)] {
                    if let interval = estimate.interval {
                        ErrorBarMark(
                            x: .value("", metric.name), label: "Value", lower: interval.lowerBound,
                            upper: interval.upperBound
                        ).foregroundStyle(by: .value("", series))
                    }
                }
            }
        }
        .subtitle(subtitle)
        .chartForegroundStyleScale(order: ["als", "baseline"])
    }

    /// One setting of the reranker and what came of it.
    public struct TradeOff: Sendable, Hashable {
        /// The weight.
        public var weight: Double
        /// Precision at k in 0...1.
        public var precision: Double
        /// Share of the catalogue recommended, in 0...1.
        public var coverage: Double

        /// Creates a point.
        public init(weight: Double, precision: Double, coverage: Double) {
            self.weight = weight
            self.precision = precision
            self.coverage = coverage
        }
    }

    /// Precision against catalogue coverage, along the weights of the reranker.
    ///
    /// - Parameters:
    ///   - points: In the order of the weight.
    ///   - weight: What the weight is: "Weight of popularity γ".
    ///   - count: The length k of the lists.
    public static func tradeOff(_ points: [TradeOff], weight: String, count: Int) -> Chart {
        let coverage = points.map(\.coverage)
        let precision = points.map(\.precision)
        return Chart("Precision against coverage of the catalogue") {
            LinePlot(
                x: .values("Share of the catalogue recommended", coverage), y: .values("Precision@\(count)", precision)
            )
            .foregroundStyle(Color(0x8C959F)).lineStyle(width: 1.4)
            PointPlot(
                x: .values("Share of the catalogue recommended", coverage), y: .values("Precision@\(count)", precision)
            )
            .foregroundStyle(by: .values(weight, points.map(\.weight))).symbolSize(11).opacity(1)
        }
        .subtitle("Each point is one weight; up and to the right is better")
        .chartColorScale(.viridis)
        .chartXAxisFormat(.percent(1))
    }
}
