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
        /// The cut-off K of the metric; nil where it is not known.
        public var topK: Int?

        /// Creates a score.
        public init(
            variant: String = "als", finished: Date, model: Double?, baseline: Double?, lift: Double?, topK: Int? = nil
        ) {
            self.variant = variant
            self.topK = topK
            self.finished = finished
            self.model = model
            self.baseline = baseline
            self.lift = lift
        }
    }

    /// A metric over the runs: models and baseline above, lifts below; a line for each variant, and where runs differ in the
    /// cut-off, for each cut-off: a metric at 5 and one at 10 are no two points of one line.
    ///
    /// The baseline has a point at every time that has one, whichever variant ran then; runs of one time, which are of the same
    /// truth, share it.
    ///
    /// - Parameters:
    ///   - metric: Name as readers know it, with its cut-off where all runs have the same: "NDCG@10".
    ///   - scores: One for each run, in the order of time.
    public static func trend(_ metric: String, _ scores: [Score]) -> Chart {
        let hasCuts = Set(scores.map(\.topK)).count > 1
        func name(_ score: Score) -> String { hasCuts ? named(score.variant, score.topK) : score.variant }
        // In the order of the variants, and of the cut-offs of each.
        var firsts: [String: Score] = [:]
        for score in scores where firsts[name(score)] == nil { firsts[name(score)] = score }
        let lines = firsts.values.sorted { ($0.variant, $0.topK ?? 0) < ($1.variant, $1.topK ?? 0) }
        let variants = lines.map(name)
        var cuts: Set<Int?> = []
        let baselines = lines.filter { cuts.insert($0.topK).inserted }
            .map { (name: hasCuts ? named("baseline", $0.topK) : "baseline", runs: baseline(scores, $0.topK)) }
        func runs(_ variant: String) -> [Score] { scores.filter { name($0) == variant } }
        let lift = "Lift over the baseline (0.1 is 10% more)"
        func line(
            _ series: String, _ runs: [Score], _ value: KeyPath<Score, Double?>, in panel: String
        ) -> some ChartContent {
            LinePlot(
                x: .values("Run finished (UTC)", runs.map(\.finished)),
                y: .values("", runs.map { $0[keyPath: value] ?? .nan })
            )
            .foregroundStyle(by: .value("", series)).facet(by: .value("", panel)).symbol()
        }
        return Chart("\(metric) over the runs") {
            for variant in variants { line(variant, runs(variant), \.model, in: metric) }
            for baseline in baselines { line(baseline.name, baseline.runs, \.baseline, in: metric) }
            for variant in variants { line(variant, runs(variant), \.lift, in: lift) }
        }
        .chartForegroundStyleScale(order: variants + baselines.map(\.name))
        .chartFacets(columns: 1, sharesY: false)
        .frame(width: 800, height: 560)
    }

    /// One run for each time of a cut-off: the first that has a baseline, else the first.
    private static func baseline(_ scores: [Score], _ topK: Int?) -> [Score] {
        var runs: [Score] = []
        var places: [Date: Int] = [:]
        for score in scores where score.topK == topK {
            if let place = places[score.finished] {
                if runs[place].baseline == nil { runs[place] = score }
            } else {
                places[score.finished] = runs.count
                runs.append(score)
            }
        }
        return runs
    }

    /// "als@5"; "als@?" where the cut-off is not known.
    private static func named(_ series: String, _ topK: Int?) -> String {
        "\(series)@\(topK.map(String.init) ?? "?")"
    }

    /// A coverage over the runs, a line for each variant.
    ///
    /// - Parameters:
    ///   - title: What is covered.
    ///   - finished: When each run finished, in the order of time.
    ///   - shares: Share in 0...1 of each run; nil where it does not have it.
    ///   - variants: What each run evaluated; `nil` where all are of one kind.
    ///   - cutOffs: The length K of each run's lists, where coverage depends on it: runs that differ in it are of different
    ///     lines. `nil` where it does not matter.
    public static func coverage(
        _ title: String, finished: [Date], shares: [Double?], variants: [String]? = nil, cutOffs: [Int?]? = nil
    ) -> Chart {
        let kinds = variants ?? [String](repeating: "", count: finished.count)
        let cuts = cutOffs.flatMap { Set($0).count > 1 ? $0 : nil }
        let names = cuts.map { zip(kinds, $0).map { named($0, $1) } } ?? kinds
        var seen: Set<String> = []
        let series = names.indices.sorted { (kinds[$0], cuts?[$0] ?? 0) < (kinds[$1], cuts?[$1] ?? 0) }
            .map { names[$0] }.filter { seen.insert($0).inserted }
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
    ///   - variant: What was evaluated: "als", "als-postrank".
    ///   - subtitle: Which run, over how many users.
    public static func latest(
        _ metrics: [(name: String, model: Estimate, baseline: Estimate)], variant: String = "als", subtitle: String
    ) -> Chart {
        Chart("The latest run against the baseline") {
            for metric in metrics {
                for (series, estimate) in [(variant, metric.model), ("baseline", metric.baseline)] {
                    BarMark(x: .value("", metric.name), y: .value("Value", estimate.value))
                        .foregroundStyle(by: .value("", series))
                }
            }
            for metric in metrics {
                for (series, estimate) in [(variant, metric.model), ("baseline", metric.baseline)] {
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
        .chartForegroundStyleScale(order: [variant, "baseline"])
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

    /// Precision against catalogue coverage, along the weights of the reranker, each point with its weight beside it.
    ///
    /// - Parameters:
    ///   - points: In the order of the weight.
    ///   - weight: What the weight is: "weight of popularity γ".
    ///   - count: The length k of the lists.
    ///   - title: What the chart says.
    ///   - configured: The weight in use, whose point is marked; nil marks none.
    ///   - sampledUsers: On how many users this was measured, where these are a sample: the caption says it.
    public static func tradeOff(
        _ points: [TradeOff], weight: String, count: Int, title: String = "Precision against coverage of the catalogue",
        configured: Double? = nil, sampledUsers: Int? = nil
    ) -> Chart {
        let coverage = PlotValues.values("Share of the catalogue recommended", points.map(\.coverage))
        let precision = PlotValues.values("Precision@\(count)", points.map(\.precision))
        let texts = points.map { point in
            NumberFormat.automatic.text(point.weight) + (point.weight == configured ? " (in use)" : "")
        }
        let chart = Chart(title) {
            LinePlot(x: coverage, y: precision).foregroundStyle(Theme.light.axis).lineStyle(width: 1.4)
            PointPlot(x: coverage, y: precision).symbolSize(10).opacity(1).annotation(.values(weight, texts))
        }
        .subtitle("Numbers are the \(weight); up and to the right is better")
        .chartXAxisFormat(.percent(1))
        guard let sampledUsers else { return chart }
        return chart.caption(
            "On a sample of \(NumberFormat.decimal(0).text(Double(sampledUsers))) \(sampledUsers == 1 ? "user" : "users")."
        )
    }
}
