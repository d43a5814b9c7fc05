extension MetricsReport {
    /// Bounds of a mean.
    public struct Interval: Hashable, Sendable, Codable {
        /// Lower bound.
        public var lower: Double
        /// Upper bound, not below the lower one.
        public var upper: Double

        /// Creates an interval.
        public init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }
    }

    /// Percentile-bootstrap intervals over users, by metric (`precision`, `recall`, `map`, `ndcg`, …).
    public struct Intervals: Hashable, Sendable {
        /// Share of resamples that an interval covers, 0…1.
        public var level: Double
        /// Intervals of the model's means.
        public var als: [String: Interval]
        /// Intervals of the baseline's means.
        public var baseline: [String: Interval]
    }
}

extension MetricsReport.Intervals: Decodable {
    private enum CodingKeys: CodingKey {
        case level, als, baseline
    }

    /// The intervals of a result; `nil` where it was not resampled.
    init?(_ result: EvaluationResult) {
        guard let resampling = result.configuration.resampling, !result.modelEstimates.isEmpty else { return nil }
        func intervals(_ names: [String], _ estimates: [MetricEstimate]) -> [String: MetricsReport.Interval] {
            Dictionary(
                zip(names, estimates.map { MetricsReport.Interval(lower: $0.lower, upper: $0.upper) }),
                uniquingKeysWith: { first, _ in first })
        }
        level = resampling.level
        als = intervals(result.model.names, result.modelEstimates)
        baseline = intervals(result.baseline.names, result.baselineEstimates)
    }

    /// Reads the member `confidence_intervals`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        level = try container.decode(Double.self, forKey: .level)
        als = try container.decode([String: MetricsReport.Interval].self, forKey: .als)
        baseline = try container.decode([String: MetricsReport.Interval].self, forKey: .baseline)
    }
}
