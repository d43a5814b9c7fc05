public import IFCore

/// How near imputed values come to the truth, where the truth is known (simulated censoring, held-out cells).
///
/// Errors judge the mean over the chains, which is what the pipeline writes. That mean is a prediction: its distribution
/// is narrower than the truth's by design, so the distances between distributions look at all chains' single values.
public struct ImputationScore: Hashable, Sendable, Codable {
    /// Cells.
    public let count: Int
    /// Root of the mean squared error of the chains' mean.
    public let rootMeanSquaredError: Double
    /// Mean absolute error of the chains' mean.
    public let meanAbsoluteError: Double
    /// Mean of estimate less truth.
    public let bias: Double
    /// Share of cells whose truth lies between the least and the greatest value of the chains; `nil` for one chain.
    public let coverage: Double?
    /// The coverage that m exchangeable draws have for a continuous variable: (m − 1) / (m + 1).
    public let expectedCoverage: Double?
    /// Two-sample Kolmogorov-Smirnov distance between all chains' values and the truth, in 0...1.
    public let kolmogorovSmirnov: Double
    /// Wasserstein distance of order 1 between the same, in the variable's unit.
    public let wasserstein: Double

    /// Scores.
    ///
    /// - Parameters:
    ///   - imputed: Imputed cells.
    ///   - truth: The true value of each cell, in the order of `imputed.rows`.
    /// - Throws: ``IFError/Code/emptyData`` without cells; ``IFError/Code/invalidArgument`` where the lengths differ or a
    ///   number is not finite.
    /// - Complexity: O(cells · chains · log).
    public init(_ imputed: ImputedValues, truth: [Double]) throws {
        guard imputed.rows.count == truth.count else {
            throw IFError(
                .invalidArgument, "\(imputed.rows.count) imputed cells cannot be scored by \(truth.count) true values")
        }
        guard !truth.isEmpty, imputed.chainCount > 0 else {
            throw IFError(.emptyData, "there is no imputed cell to score")
        }
        guard truth.allSatisfy(\.isFinite), imputed.values.allSatisfy(\.isFinite) else {
            throw IFError(.invalidArgument, "imputed and true values must be finite")
        }
        let errors = zip(imputed.means, truth).map { $0 - $1 }
        let cells = Double(truth.count)
        count = truth.count
        rootMeanSquaredError = (errors.reduce(0) { $0 + $1 * $1 } / cells).squareRoot()
        meanAbsoluteError = errors.reduce(0) { $0 + abs($1) } / cells
        bias = errors.reduce(0, +) / cells
        let chains = imputed.chainCount
        if chains > 1 {
            let covered = truth.indices.count { cell in
                let draws = imputed.values[cell * chains..<(cell + 1) * chains]
                return draws.contains { $0 <= truth[cell] } && draws.contains { $0 >= truth[cell] }
            }
            coverage = Double(covered) / cells
            expectedCoverage = Double(chains - 1) / Double(chains + 1)
        } else {
            coverage = nil
            expectedCoverage = nil
        }
        (kolmogorovSmirnov, wasserstein) = DistributionDistance.between(imputed.values, truth)
    }
}

/// Distances between two empirical distributions.
enum DistributionDistance {
    /// The greatest vertical gap between the distribution functions, and the area between them.
    ///
    /// - Precondition: Neither sample is empty.
    static func between(_ first: [Double], _ second: [Double]) -> (kolmogorovSmirnov: Double, wasserstein: Double) {
        let left = first.sorted()
        let right = second.sorted()
        var i = 0
        var j = 0
        var greatest = 0.0
        var area = 0.0
        var previous = min(left[0], right[0])
        var gap = 0.0
        while i < left.count || j < right.count {
            let value = i < left.count && (j >= right.count || left[i] <= right[j]) ? left[i] : right[j]
            area += gap * (value - previous)
            while i < left.count, left[i] == value { i += 1 }
            while j < right.count, right[j] == value { j += 1 }
            gap = abs(Double(i) / Double(left.count) - Double(j) / Double(right.count))
            greatest = max(greatest, gap)
            previous = value
        }
        return (greatest, area)
    }
}
