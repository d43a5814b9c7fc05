import IFLinearAlgebra

/// Which predictors a univariate step can use: mice's `remove.lindep`.
///
/// Dropped are predictors that do not vary over the observed rows, predictors that are all but the target itself
/// (`maximumCorrelation`), and, while the correlation matrix is nearly singular (ratio of its extreme eigenvalues below
/// `tolerance`), the predictor that weighs most in the eigenvector of the least eigenvalue.
///
/// Differences from mice 3.15: "does not vary" is exact instead of "variance below 1e-4", which depends on units; the
/// correlation with the target counts with either sign.
struct PredictorScreen: Hashable, Sendable {
    var tolerance = 1e-4
    var maximumCorrelation = 0.99

    /// Positions of the usable predictors, ascending, and what was dropped and why.
    func usable(_ moments: PredictorMoments, names: [String]) throws -> (kept: [Int], dropped: [String]) {
        guard tolerance > 0 else { return (Array(moments.means.indices), []) }
        var dropped: [String] = []
        var kept: [Int] = []
        for index in moments.means.indices {
            if moments.deviations[index] == 0 {
                dropped.append("\(names[index]) (constant over the observed rows)")
            } else if abs(moments.targetCorrelations[index]) >= maximumCorrelation {
                dropped.append("\(names[index]) (correlation with the target of \(maximumCorrelation) or more)")
            } else {
                kept.append(index)
            }
        }
        while kept.count > 1 {
            let (values, vectors) = try SymmetricEigen.decompose(moments.correlations(among: kept), n: kept.count)
            guard let least = values.first, let greatest = values.last, least < tolerance * greatest else { break }
            var worst = 0
            for index in kept.indices where abs(vectors[index]) > abs(vectors[worst]) { worst = index }
            dropped.append("\(names[kept[worst]]) (collinear with other predictors)")
            kept.remove(at: worst)
        }
        return (kept, dropped)
    }
}
