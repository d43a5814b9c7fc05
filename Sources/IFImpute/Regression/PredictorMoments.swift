import IFLinearAlgebra

/// Means, standard deviations and correlations of the predictors and the target over the observed rows.
///
/// Sums are taken about the mean, so that a large offset (a year, an id) costs no digits.
struct PredictorMoments: Hashable, Sendable {
    /// Rows.
    let rowCount: Int
    /// One mean a predictor.
    let means: [Double]
    /// One sample standard deviation a predictor; 0 marks a constant.
    let deviations: [Double]
    /// `p * p` correlations of the predictors; 0 beside a constant, 1 on the diagonal.
    let correlations: [Double]
    /// Mean of the target.
    let targetMean: Double
    /// Sample standard deviation of the target.
    let targetDeviation: Double
    /// Correlation of each predictor with the target; 0 for a constant.
    let targetCorrelations: [Double]

    /// Complexity: O(n·p²).
    init(_ design: DesignMatrix, target: [Double]) {
        let scores = design.columns.map { Standardized($0) }
        let targetScores = Standardized(target)
        let count = scores.count
        let degrees = Double(max(1, target.count - 1))
        var correlations = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            correlations[row * count + row] = 1
            for column in 0..<row {
                let value = scores[row].dot(scores[column]) / degrees
                correlations[row * count + column] = value
                correlations[column * count + row] = value
            }
        }
        rowCount = target.count
        means = scores.map(\.mean)
        deviations = scores.map(\.deviation)
        self.correlations = correlations
        targetMean = targetScores.mean
        targetDeviation = targetScores.deviation
        targetCorrelations = scores.map { $0.dot(targetScores) / degrees }
    }

    private init(
        rowCount: Int, means: [Double], deviations: [Double], correlations: [Double], targetMean: Double,
        targetDeviation: Double, targetCorrelations: [Double]
    ) {
        self.rowCount = rowCount
        self.means = means
        self.deviations = deviations
        self.correlations = correlations
        self.targetMean = targetMean
        self.targetDeviation = targetDeviation
        self.targetCorrelations = targetCorrelations
    }

    func keeping(_ kept: [Int]) -> PredictorMoments {
        PredictorMoments(
            rowCount: rowCount, means: kept.map { means[$0] }, deviations: kept.map { deviations[$0] },
            correlations: correlations(among: kept), targetMean: targetMean, targetDeviation: targetDeviation,
            targetCorrelations: kept.map { targetCorrelations[$0] })
    }

    func correlations(among kept: [Int]) -> [Double] {
        kept.flatMap { row in kept.map { correlations[row * means.count + $0] } }
    }
}

/// A variable's z-scores; all 0 where it does not vary.
struct Standardized {
    let mean: Double
    let deviation: Double
    let scores: [Double]

    init(_ values: [Double]) {
        guard let first = values.first, values.contains(where: { $0 != first }) else {
            mean = values.first ?? 0
            deviation = 0
            scores = Array(repeating: 0, count: values.count)
            return
        }
        let mean = values.reduce(0, +) / Double(values.count)
        var centred = values.map { $0 - mean }
        let sum = DotProduct.dot(centred.span, centred.span)
        let deviation = (sum / Double(values.count - 1)).squareRoot()
        if deviation > 0 {
            for row in centred.indices { centred[row] /= deviation }
        }
        self.mean = mean
        self.deviation = deviation
        scores = centred
    }

    func dot(_ other: Standardized) -> Double {
        let mine = scores
        let theirs = other.scores
        return DotProduct.dot(mine.span, theirs.span)
    }
}
