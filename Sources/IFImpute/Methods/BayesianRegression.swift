public import IFCore

/// Bayesian linear regression: a draw of the coefficients, a prediction, and normal noise (mice's `norm`).
///
/// Van Buuren 2018, algorithm 3.1. Suits columns whose residuals are close to normal; imputed values may lie
/// outside the observed range.
public struct BayesianRegression: ImputationMethod, Hashable, Codable {
    /// Added to the diagonal of the predictors' correlation matrix where it is singular.
    public var ridge: Double

    /// Creates the method.
    public init(ridge: Double = 1e-5) { self.ridge = ridge }

    /// The name in settings and messages.
    public var name: String { "norm" }

    /// Draws values for the missing rows of one column.
    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        let drawn = try LinearPosterior(problem, ridge: ridge, notes: &notes).draw(&random)
        var values = problem.recipients.predictions(intercept: drawn.intercept, slopes: drawn.slopes)
        for row in values.indices { values[row] += drawn.sigma * random.normal() }
        return values
    }
}

/// The least-squares prediction without noise (mice's `norm.predict`).
///
/// Every chain gets the same values, so variances and correlations come out too strong; use it for single
/// predictions, not for inference.
public struct RegressionPrediction: ImputationMethod, Hashable, Codable {
    /// Added to the diagonal of the predictors' correlation matrix where it is singular.
    public var ridge: Double

    /// Creates the method.
    public init(ridge: Double = 1e-5) { self.ridge = ridge }

    /// The name in settings and messages.
    public var name: String { "norm.predict" }

    /// Draws values for the missing rows of one column.
    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        let fit = try LinearPosterior(problem, ridge: ridge, notes: &notes)
        return problem.recipients.predictions(intercept: fit.intercept, slopes: fit.slopes)
    }
}

extension ImputationMethod where Self == BayesianRegression {
    /// Bayesian linear regression.
    public static var bayesianRegression: BayesianRegression { BayesianRegression() }
}

extension ImputationMethod where Self == RegressionPrediction {
    /// Least-squares prediction without noise.
    public static var regressionPrediction: RegressionPrediction { RegressionPrediction() }
}
