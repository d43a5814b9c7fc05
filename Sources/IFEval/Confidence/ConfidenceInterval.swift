/// A mean over users and how sure it is.
public struct MetricEstimate: Hashable, Sendable {
    /// Mean over users.
    public var mean: Double
    /// Standard error of the mean: sample sd / √users; 0 for a single user, where it is not defined.
    public var standardError: Double
    /// Lower bound of the interval.
    public var lower: Double
    /// Upper bound of the interval.
    public var upper: Double
}

/// The difference of two systems on the same users, in one metric.
public struct PairedDifference: Hashable, Sendable {
    /// The metric.
    public var metric: String
    /// Mean of (first − second) over the common users, its standard error and its interval.
    public var difference: MetricEstimate
    /// Two-sided p-value of Fisher's randomization test: how often differences with random signs are at least as far
    /// from
    /// 0. Never below 1 / (resamples + 1).
    public var pValue: Double
}

extension Array where Element == Double {
    /// The quantile of ascending values by linear interpolation (type 7 of R. J. Hyndman, Y. Fan,
    /// doi:10.1080/00031305.1996.10473566; the default of R and NumPy).
    func sortedQuantile(_ share: Double) -> Double {
        precondition(!isEmpty && 0...1 ~= share, "a quantile needs values and a share in 0...1")
        let position = share * Double(count - 1)
        let low = Int(position)
        let high = Swift.min(low + 1, count - 1)
        return self[low] + (position - Double(low)) * (self[high] - self[low])
    }
}
