public import FoundationEssentials

/// What an evaluation found, and how sure it is.
public struct EvaluationResult: Hashable, Sendable {
    /// How lists were scored.
    public let configuration: Evaluation.Configuration
    /// When the evaluation ended, by the context's clock.
    public let finishedAt: Date
    /// Values of each metric for each evaluated user.
    public let model: UserMetrics
    /// The same of the most popular items, for all users with a truth.
    public let baseline: UserMetrics
    /// Means of the model's metrics with intervals; empty without resampling.
    public let modelEstimates: [MetricEstimate]
    /// Means of the baseline's metrics with intervals; empty without resampling.
    public let baselineEstimates: [MetricEstimate]
    /// Model − baseline over the evaluated users; empty without resampling.
    public let differences: [PairedDifference]
    /// How many users and items the lists reach.
    public let coverage: Coverage
    /// Leaks that were found and allowed.
    public let leaks: [LeakFinding]
    /// What a reader of the numbers has to know.
    public let notes: [String]

    /// The mean of one of the model's metrics; `nil` where there is no such metric.
    public func mean(_ metric: String) -> Double? { model.names.firstIndex(of: metric).map { model.means[$0] } }

    /// The mean of one of the baseline's metrics; `nil` where there is no such metric.
    public func baselineMean(_ metric: String) -> Double? {
        baseline.names.firstIndex(of: metric).map { baseline.means[$0] }
    }

    /// (model − baseline) / baseline of a metric; `nil` where the baseline is 0 or there is no such metric.
    public func lift(_ metric: String) -> Double? {
        guard let mean = mean(metric), let base = baselineMean(metric), base != 0 else { return nil }
        return (mean - base) / base
    }
}
