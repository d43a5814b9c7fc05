public import IFCore

/// How sure means and differences are: bootstrap intervals and randomization tests over users.
///
/// Users are the unit of resampling, so that what one user's items have in common is respected. Intervals are
/// percentile bootstrap intervals (B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13);
/// the test is Fisher's randomization test, recommended for ranked lists by M. D. Smucker, J. Allan, B. Carterette,
/// doi:10.1145/1321440.1321528. Up to 1,024 users are drawn with replacement; above that each user gets a Poisson(1)
/// weight, which is the same in the limit; above 8,192 users, groups of users are weighted (random signs, too, go to
/// groups, which leaves the test exact).
public struct Resampling: Hashable, Sendable, Codable {
    /// Share of intervals that would cover the true mean, in (0, 1).
    public var level: Double
    /// Resamples of each kind, at least 1.
    public var resamples: Int

    /// Creates a configuration.
    public init(level: Double = 0.95, resamples: Int = 1000) {
        self.level = level
        self.resamples = resamples
    }

    func validate() throws {
        guard level > 0, level < 1 else {
            throw IFError(
                .invalidArgument, "the confidence level \(level) must be above 0 and below 1, for example 0.95")
        }
        guard resamples > 0 else {
            throw IFError(.invalidArgument, "\(resamples) resamples are too few; use at least 1, better 1000")
        }
    }

    /// Means of all metrics with their intervals, in the order of the metrics.
    ///
    /// - Throws: ``IFCore/IFError/Code/invalidArgument``, ``IFCore/IFError/Code/emptyData`` without users.
    /// - Complexity: O(users · metrics + min(users, 8192) · metrics · resamples).
    @concurrent
    public func estimates(of metrics: UserMetrics, in context: RunContext) async throws -> [MetricEstimate] {
        try validate()
        return try await estimates(values: metrics.values, columns: metrics.names.count, in: context)
    }

    /// Differences first − second of all metrics over the users that both have.
    ///
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` where the metrics differ, ``IFCore/IFError/Code/emptyData``
    ///   without common users.
    /// - Precondition: Both were scored against the same truth, as their user indices refer to it.
    /// - Complexity: O(users · metrics + min(users, 8192) · metrics · resamples).
    @concurrent
    public func differences(
        _ first: UserMetrics, minus second: UserMetrics, in context: RunContext
    ) async throws -> [PairedDifference] {
        try validate()
        guard first.names == second.names else {
            throw IFError(.invalidArgument, "metrics \(first.names) and \(second.names) cannot be compared")
        }
        let theirs = Set(second.users)
        let common = first.users == second.users ? first.users : first.users.filter(theirs.contains)
        let left = first.restricted(to: common).values
        let right = second.restricted(to: common).values
        let values = zip(left, right).map { $0 - $1 }
        let columns = first.names.count
        let estimates = try await estimates(values: values, columns: columns, in: context)
        let pValues = try await randomizationTest(values: values, columns: columns, in: context)
        return first.names.indices.map {
            PairedDifference(metric: first.names[$0], difference: estimates[$0], pValue: pValues[$0])
        }
    }

    private func estimates(values: [Double], columns: Int, in context: RunContext) async throws -> [MetricEstimate] {
        let users = values.count / columns
        guard users > 0 else { throw IFError(.emptyData, "a mean needs at least one user") }
        let sums = try await ResampledSums.compute(
            values: values, columns: columns, resamples: resamples,
            weighting: users <= ResampledSums.blockSize ? .multinomial : .poisson, stage: "eval/bootstrap", in: context)
        let width = columns + 1
        return (0..<columns).map { column in
            let means = (0..<resamples).map { sums[$0 * width + column] / sums[$0 * width + columns] }.sorted()
            let (mean, error) = Self.moments(values, column: column, columns: columns)
            return MetricEstimate(
                mean: mean, standardError: error, lower: means.sortedQuantile((1 - level) / 2),
                upper: means.sortedQuantile((1 + level) / 2))
        }
    }

    /// Two-sided p-values: (1 + resamples at least as extreme) / (1 + resamples).
    private func randomizationTest(values: [Double], columns: Int, in context: RunContext) async throws -> [Double] {
        let sums = try await ResampledSums.compute(
            values: values, columns: columns, resamples: resamples, weighting: .coin, stage: "eval/randomization",
            in: context)
        return (0..<columns).map { column in
            var total = 0.0
            var absolute = 0.0
            for position in stride(from: column, to: values.count, by: columns) {
                total += values[position]
                absolute += values[position].magnitude
            }
            // A positive sign for coin 1: Σ ±d = 2 Σ coin·d − Σ d. The margin keeps rounding from deciding ties.
            let bound = total.magnitude - absolute * 1e-12
            let extreme = (0..<resamples).lazy.filter {
                (2 * sums[$0 * (columns + 1) + column] - total).magnitude >= bound
            }.count
            return Double(1 + extreme) / Double(1 + resamples)
        }
    }

    /// Mean and standard error of a column, in two passes.
    static func moments(_ values: [Double], column: Int, columns: Int) -> (mean: Double, standardError: Double) {
        let users = values.count / columns
        var sum = 0.0
        for user in 0..<users { sum += values[user * columns + column] }
        let mean = sum / Double(users)
        guard users > 1 else { return (mean, 0) }
        var squares = 0.0
        for user in 0..<users {
            let distance = values[user * columns + column] - mean
            squares += distance * distance
        }
        return (mean, (squares / Double(users - 1) / Double(users)).squareRoot())
    }
}
