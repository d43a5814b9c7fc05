/// What became of a pipeline run.
public struct PipelineReport: Hashable, Sendable, Codable {
    /// Bounds of a value at the confidence level that the metric notes name.
    public struct Interval: Hashable, Sendable, Codable {
        /// Lower bound.
        public var lower: Double
        /// Upper bound.
        public var upper: Double

        /// Half the width: the bounds are about value ± this; a percentile interval need not be symmetric.
        public var halfWidth: Double { (upper - lower) / 2 }
    }

    /// A line of the metrics table: a metric, and its value in each column as text.
    public struct MetricRow: Hashable, Sendable, Codable {
        /// Name of the metric, for example `NDCG@10`.
        public var name: String
        /// One value a column, `nil` where there is none.
        public var values: [String?]
        /// The interval of each value, in the same columns; `nil` where there is none, as for a lift.
        public var intervals: [Interval?]
    }

    /// Where the artifacts are.
    public var root: String
    /// The stages in the order they ran.
    public var stages: [StageReport]
    /// Columns of `metrics`: recommenders and the baseline.
    public var metricColumns: [String]
    /// Metrics of the evaluated recommenders.
    public var metrics: [MetricRow]
    /// How the metrics were computed.
    public var metricNotes: [String]
    /// What a person should look at before using the results, and what to do about it.
    public var warnings: [String] = []
    /// Wall time in seconds.
    public var seconds: Double

    enum CodingKeys: String, CodingKey {
        case root, stages
        case metricColumns = "metric_columns"
        case metrics
        case metricNotes = "metric_notes"
        case warnings, seconds
    }
}
