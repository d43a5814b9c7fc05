import IFCore

/// One estimate from several imputations: Rubin's rules.
///
/// D. B. Rubin, Multiple Imputation for Nonresponse in Surveys, 1987, pp. 76-77; degrees of freedom for small samples
/// by J. Barnard, D. B. Rubin, doi:10.1093/biomet/86.4.948. Same results as mice's `pool.scalar`.
public struct RubinPooling: Hashable, Sendable, Codable {
    /// Number of imputations.
    public let imputations: Int
    /// Pooled estimate: the mean.
    public let estimate: Double
    /// Mean variance within imputations.
    public let withinVariance: Double
    /// Variance between imputations.
    public let betweenVariance: Double
    /// Total variance: within + (1 + 1/m)·between.
    public let totalVariance: Double
    /// Degrees of freedom of the t reference (Barnard and Rubin).
    public let degreesOfFreedom: Double
    /// Relative increase of variance due to missing values.
    public let relativeIncrease: Double
    /// Fraction of missing information.
    public let missingInformation: Double

    /// Root of the total variance.
    public var standardError: Double { totalVariance.squareRoot() }

    /// Pools.
    ///
    /// - Parameters:
    ///   - estimates: One estimate an imputation, at least 2.
    ///   - variances: Its squared standard errors, above 0.
    ///   - completeDegreesOfFreedom: Degrees of freedom that the estimate would have in complete data (n − k);
    ///     `nil` for a large sample.
    /// - Throws: ``IFError/Code/invalidArgument``.
    public init(estimates: [Double], variances: [Double], completeDegreesOfFreedom: Double? = nil) throws {
        guard estimates.count >= 2, estimates.count == variances.count else {
            throw IFError(
                .invalidArgument,
                "pooling needs 2 estimates or more and one variance for each, not \(estimates.count) and \(variances.count)"
            )
        }
        guard estimates.allSatisfy(\.isFinite), variances.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw IFError(.invalidArgument, "estimates must be finite and variances finite and above 0")
        }
        let count = Double(estimates.count)
        let mean = estimates.reduce(0, +) / count
        let within = variances.reduce(0, +) / count
        let between = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let total = within + (1 + 1 / count) * between
        let increase = (1 + 1 / count) * between / within
        let degrees = Self.barnardRubin(
            count, lambda: (1 + 1 / count) * between / total, complete: completeDegreesOfFreedom)
        imputations = estimates.count
        estimate = mean
        withinVariance = within
        betweenVariance = between
        totalVariance = total
        relativeIncrease = increase
        degreesOfFreedom = degrees
        missingInformation = (increase + 2 / (degrees + 3)) / (increase + 1)
    }

    /// mice keeps the fraction at 1e-4 or more, so that equal estimates do not divide by 0.
    private static func barnardRubin(_ count: Double, lambda: Double, complete: Double?) -> Double {
        let fraction = max(lambda, 1e-4)
        let old = (count - 1) / (fraction * fraction)
        guard let complete, complete.isFinite else { return old }
        let observed = (complete + 1) / (complete + 3) * complete * (1 - fraction)
        return old * observed / (old + observed)
    }
}
