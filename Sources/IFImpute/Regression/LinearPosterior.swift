import IFCore
import IFLinearAlgebra

/// Normal linear regression and its posterior under the usual flat prior: mice's `norm.draw`.
///
/// S. van Buuren, Flexible Imputation of Missing Data, 2nd ed. 2018, algorithm 3.1 (after D. B. Rubin 1987, p. 167):
/// 1. least squares on the observed rows: coefficients, residual sum of squares;
/// 2. σ*² = RSS / χ², with max(n − p − 1, 1) degrees of freedom;
/// 3. β* = β + σ*·V^½·z with V = (XᵀX)⁻¹ and z standard normal.
///
/// The system is solved for standardised predictors, whose matrix is a correlation matrix and so of known scale; the
/// intercept then is independent of the slopes. Where the matrix is singular, `ridge` is added to its diagonal
/// (mice adds it relative to the diagonal of XᵀX, which is the same for centred predictors), and a note says so.
struct LinearPosterior: Sendable {
    /// Least-squares intercept.
    let intercept: Double
    /// Least-squares slopes.
    let slopes: [Double]
    /// Sum of squared residuals.
    let residualSumOfSquares: Double
    /// max(n − p − 1, 1).
    let degreesOfFreedom: Int
    private let moments: PredictorMoments
    private let factor: CholeskyFactor

    init(_ problem: UnivariateProblem, ridge: Double, notes: inout [String]) throws {
        let moments = problem.moments
        let count = moments.means.count
        factor = try Self.factor(moments, ridge: ridge, notes: &notes)
        let standardized = factor.solve(moments.targetCorrelations)
        slopes = (0..<count).map { index in
            let deviation = moments.deviations[index]
            return deviation > 0 ? standardized[index] * moments.targetDeviation / deviation : 0
        }
        intercept = moments.targetMean - zip(slopes, moments.means).reduce(0) { $0 + $1.0 * $1.1 }
        let fitted = problem.donors.predictions(intercept: intercept, slopes: slopes)
        var sum = 0.0
        for row in fitted.indices {
            let residual = problem.observed[row] - fitted[row]
            sum += residual * residual
        }
        residualSumOfSquares = sum
        degreesOfFreedom = max(problem.observed.count - count - 1, 1)
        self.moments = moments
        guard intercept.isFinite, slopes.allSatisfy(\.isFinite), sum.isFinite else {
            throw IFError(
                .numericalFailure, "the regression on the other columns is not finite; scale or drop predictors",
                column: problem.column)
        }
    }

    /// A draw of coefficients and residual standard deviation from their posterior.
    func draw(_ random: inout RandomStream) -> (intercept: Double, slopes: [Double], sigma: Double) {
        let chi = random.chiSquared(degreesOfFreedom: Double(degreesOfFreedom))
        let sigma = (residualSumOfSquares / chi).squareRoot()
        let centre = moments.targetMean + sigma * random.normal() / Double(max(1, moments.rowCount)).squareRoot()
        let normals = slopes.map { _ in random.normal() }
        let steps = factor.solvingTransposedLower(normals)
        let scale = sigma / Double(max(1, moments.rowCount - 1)).squareRoot()
        var drawn = slopes
        var intercept = centre
        for index in drawn.indices {
            if moments.deviations[index] > 0 { drawn[index] += scale * steps[index] / moments.deviations[index] }
            intercept -= drawn[index] * moments.means[index]
        }
        return (intercept, drawn, sigma)
    }

    /// (XᵀX)⁻¹ with the intercept first, `(p + 1) * (p + 1)` numbers: the posterior covariance of the coefficients is
    /// this times σ².
    func unscaledCovariance() -> [Double] {
        let count = slopes.count
        let inverse = factor.inverse()
        let degrees = Double(max(1, moments.rowCount - 1))
        var slope = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0..<count {
                slope[row * count + column] =
                    inverse[row * count + column] / (degrees * moments.deviations[row] * moments.deviations[column])
            }
        }
        var out = [Double](repeating: 0, count: (count + 1) * (count + 1))
        out[0] = 1 / Double(moments.rowCount)
        for row in 0..<count {
            let cross = (0..<count).reduce(0) { $0 - slope[row * count + $1] * moments.means[$1] }
            out[row + 1] = cross
            out[(row + 1) * (count + 1)] = cross
            out[0] -= cross * moments.means[row]
            for column in 0..<count { out[(row + 1) * (count + 1) + column + 1] = slope[row * count + column] }
        }
        return out
    }

    private static func factor(
        _ moments: PredictorMoments, ridge: Double, notes: inout [String]
    ) throws -> CholeskyFactor {
        let count = moments.means.count
        // Rounding leaves a singular correlation matrix with a pivot near 1e-16: count that as singular too.
        if let factor = try? Cholesky.factor(moments.correlations, n: count),
            (0..<count).allSatisfy({ factor.lower[$0 * count + $0] > 1e-7 })
        {
            return factor
        }
        var penalized = moments.correlations
        for index in 0..<count { penalized[index * count + index] += ridge }
        notes.append("predictors are collinear or outnumber the observed rows: ridge \(ridge) added")
        return try Cholesky.factor(penalized, n: count)
    }
}
