import IFCore
import IFLinearAlgebra

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Multinomial logistic regression with level 0 as the base, by Newton's method, and the normal approximation of its
/// posterior. Two levels make it ordinary logistic regression.
///
/// A separated data set has no finite estimate. As in mice, `2·p·K` pseudo-rows of total weight p + 1 are added, half a
/// standard deviation around each predictor's mean, for every level (I. R. White, R. Daniel, P. Royston,
/// doi:10.1016/j.csda.2010.04.005), which keeps the estimate finite and moves it little.
struct LogisticPosterior: Sendable {
    /// Levels.
    let levelCount: Int
    /// Estimates: for each level but the first, the intercept and the slopes of the standardised predictors.
    let coefficients: [Double]
    /// Whether Newton's method came to rest.
    let converged: Bool
    private let width: Int
    private let means: [Double]
    private let deviations: [Double]
    private let factor: CholeskyFactor

    init(_ problem: UnivariateProblem) throws {
        let rows = AugmentedRows(problem)
        let levels = problem.levelCount
        let width = rows.width
        let count = width * (levels - 1)
        var estimate = [Double](repeating: 0, count: count)
        var system = LogisticSystem(rows, levels: levels, at: estimate)
        var factor = try Self.factor(system, problem)
        var converged = false
        for _ in 0..<50 {
            let step = factor.solve(system.gradient)
            var scale = 1.0
            var next = system
            var candidate = estimate
            // Halve the step until the likelihood does not fall.
            for _ in 0..<30 {
                candidate = zip(estimate, step).map { $0 + scale * $1 }
                next = LogisticSystem(rows, levels: levels, at: candidate)
                if next.logLikelihood >= system.logLikelihood - 1e-12 * abs(system.logLikelihood) { break }
                scale /= 2
            }
            let gain = next.logLikelihood - system.logLikelihood
            estimate = candidate
            system = next
            factor = try Self.factor(system, problem)
            if abs(gain) <= 1e-12 * (abs(system.logLikelihood) + 1e-3) {
                converged = true
                break
            }
        }
        levelCount = levels
        coefficients = estimate
        self.converged = converged
        self.width = width
        means = rows.means
        deviations = rows.deviations
        self.factor = factor
    }

    /// A draw of the coefficients: estimate + L⁻ᵀ·z, where L·Lᵀ is the observed information.
    func draw(_ random: inout RandomStream) -> [Double] {
        let normals = coefficients.map { _ in random.normal() }
        return zip(coefficients, factor.solvingTransposedLower(normals)).map { $0 + $1 }
    }

    /// Probabilities of the levels for one row, `levelCount` numbers.
    func probabilities(_ design: DesignMatrix, row: Int, coefficients: [Double]) -> [Double] {
        var scores = [Double](repeating: 0, count: levelCount)
        for level in 1..<levelCount {
            let base = (level - 1) * width
            var score = coefficients[base]
            for index in 0..<width - 1 {
                score +=
                    coefficients[base + index + 1] * (design.columns[index][row] - means[index]) / deviations[index]
            }
            scores[level] = score
        }
        LogisticSystem.softmax(&scores)
        return scores
    }

    private static func factor(_ system: LogisticSystem, _ problem: UnivariateProblem) throws -> CholeskyFactor {
        let order = system.gradient.count
        var information = system.information
        // Predictors kept by the caller may be exactly collinear; a trace of ridge settles them.
        for index in 0..<order { information[index * order + index] *= 1 + 1e-10 }
        do {
            return try Cholesky.factor(information, n: order)
        } catch {
            throw IFError(
                .numericalFailure, "the logistic regression has no solution; drop collinear predictors",
                column: problem.column, cause: error)
        }
    }
}

/// Standardised observed rows, and the pseudo-rows.
struct AugmentedRows {
    /// Predictors and the intercept.
    let width: Int
    let means: [Double]
    let deviations: [Double]
    /// `width` numbers a row, the intercept first.
    private(set) var values: [Double] = []
    private(set) var levels: [Int] = []
    private(set) var weights: [Double] = []

    init(_ problem: UnivariateProblem) {
        let predictors = problem.donors.columns.count
        width = predictors + 1
        means = problem.moments.means
        deviations = problem.moments.deviations.map { $0 > 0 ? $0 : 1 }
        for row in problem.observed.indices {
            append(problem.donors.columns.map { $0[row] }, level: Int(problem.observed[row]), weight: 1)
        }
        guard predictors > 0, problem.recipients.rowCount > 1 else { return }
        let pseudo = 2 * predictors * problem.levelCount
        for index in 0..<predictors {
            let column = problem.donors.columns[index]
            let low = column.min() ?? 0
            let high = column.max() ?? 0
            for level in 0..<problem.levelCount {
                for half in [0.5, -0.5] {
                    var row = means
                    row[index] = min(high, max(low, means[index] + half * deviations[index]))
                    append(row, level: level, weight: Double(predictors + 1) / Double(pseudo))
                }
            }
        }
    }

    private mutating func append(_ row: [Double], level: Int, weight: Double) {
        values.append(1)
        for index in row.indices { values.append((row[index] - means[index]) / deviations[index]) }
        levels.append(level)
        weights.append(weight)
    }
}

/// Log-likelihood, gradient and observed information of the multinomial model at some coefficients.
struct LogisticSystem {
    private(set) var logLikelihood = 0.0
    private(set) var gradient: [Double]
    /// Lower triangle filled, row after row.
    private(set) var information: [Double]

    init(_ rows: AugmentedRows, levels: Int, at coefficients: [Double]) {
        let width = rows.width
        let order = width * (levels - 1)
        gradient = Array(repeating: 0, count: order)
        information = Array(repeating: 0, count: order * order)
        var scores = [Double](repeating: 0, count: levels)
        for row in rows.levels.indices {
            let start = row * width
            scores[0] = 0
            for level in 1..<levels {
                var score = 0.0
                for index in 0..<width {
                    score += coefficients[(level - 1) * width + index] * rows.values[start + index]
                }
                scores[level] = score
            }
            let own = scores[rows.levels[row]]
            let norm = Self.softmax(&scores)
            let weight = rows.weights[row]
            logLikelihood += weight * (own - norm)
            add(rows.values[start..<start + width], weight: weight, level: rows.levels[row], probabilities: scores)
        }
    }

    private mutating func add(_ x: ArraySlice<Double>, weight: Double, level: Int, probabilities: [Double]) {
        let width = x.count
        let order = gradient.count
        let base = x.startIndex
        for a in 1..<probabilities.count {
            let residual = weight * ((level == a ? 1 : 0) - probabilities[a])
            for i in 0..<width {
                let row = (a - 1) * width + i
                gradient[row] += residual * x[base + i]
                for b in 1...a {
                    let curvature = weight * probabilities[a] * ((a == b ? 1 : 0) - probabilities[b]) * x[base + i]
                    for j in 0..<width { information[row * order + (b - 1) * width + j] += curvature * x[base + j] }
                }
            }
        }
    }

    /// Turns scores into probabilities; returns the logarithm of the sum of their exponentials.
    @discardableResult
    static func softmax(_ scores: inout [Double]) -> Double {
        let greatest = scores.max() ?? 0
        var sum = 0.0
        for level in scores.indices {
            scores[level] = exp(scores[level] - greatest)
            sum += scores[level]
        }
        for level in scores.indices { scores[level] /= sum }
        return greatest + log(sum)
    }
}
