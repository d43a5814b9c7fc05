/// How the imputed values of one column moved from iteration to iteration: mice's `chainMean` and `chainVar`.
///
/// Healthy chains cross freely and show no trend; categories are traced by their level numbers.
public struct ChainTrace: Hashable, Sendable, Codable {
    /// The column.
    public var column: String
    /// Means of the imputed values: chain, then iteration.
    public var means: [[Double]]
    /// Sample variances of the imputed values: chain, then iteration. `nil` where a single value is missing, which has
    /// no variance.
    public var variances: [[Double]]?

    /// Creates a trace.
    public init(column: String, means: [[Double]], variances: [[Double]]?) {
        self.column = column
        self.means = means
        self.variances = variances
    }

    /// Split-chain potential scale reduction of the chain means (R-hat; A. Gelman et al., Bayesian Data Analysis,
    /// 3rd ed. 2013, p. 284): near 1 where the chains agree; above about 1.1 more iterations are needed.
    ///
    /// `nil` with fewer than 4 iterations, or where the means do not vary.
    public var potentialScaleReduction: Double? {
        let half = (means.first?.count ?? 0) / 2
        guard half >= 2 else { return nil }
        // Of an odd number of iterations the middle one is left out.
        let parts = means.flatMap { [Array($0.prefix(half)), Array($0.suffix(half))] }
        let averages = parts.map { $0.reduce(0, +) / Double(half) }
        let grand = averages.reduce(0, +) / Double(averages.count)
        let between = averages.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / Double(averages.count - 1)
        let within =
            zip(parts, averages).reduce(0) { sum, part in
                sum + part.0.reduce(0) { $0 + ($1 - part.1) * ($1 - part.1) } / Double(half - 1)
            } / Double(parts.count)
        guard within > 0 else { return nil }
        return ((Double(half - 1) / Double(half) * within + between) / within).squareRoot()
    }
}
