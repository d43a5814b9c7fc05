public import IFCore

/// Predictive mean matching: a missing value takes the observed value of a row whose prediction is near.
///
/// Imputed values are always observed ones, so bounds, gaps and whole numbers are kept, and the regression need only
/// order the rows well. Steps (R. J. A. Little, doi:10.1080/07350015.1988.10509663; van Buuren 2018, section 3.4,
/// type 1 matching, mice's default):
/// 1. regress the observed values on the predictors: β; draw β* from its posterior (`LinearPosterior`);
/// 2. predict observed rows with β and missing rows with β*;
/// 3. for each missing row take the value of one of the `donors` observed rows nearest in prediction, at random.
///
/// - Complexity: O(n·p² + n_missing·log n_observed) a step.
public struct PredictiveMeanMatching: ImputationMethod, Hashable, Codable {
    /// Rows to draw from, at least 1. 5 in mice; statsmodels uses 20.
    public var donors: Int
    /// Added to the diagonal of the predictors' correlation matrix where it is singular.
    public var ridge: Double

    /// Creates the method.
    public init(donors: Int = 5, ridge: Double = 1e-5) {
        self.donors = donors
        self.ridge = ridge
    }

    public var name: String { "pmm" }
    public var drawsObservedValues: Bool { true }

    /// Numbers, and categories by their level numbers (as mice does).
    public func supports(_ kind: VariableKind) -> Bool { true }

    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        guard donors >= 1 else {
            throw IFError(.invalidArgument, "predictive mean matching needs 1 donor or more, not \(donors)")
        }
        let posterior = try LinearPosterior(problem, ridge: ridge, notes: &notes)
        let drawn = posterior.draw(&random)
        let observed = problem.donors.predictions(intercept: posterior.intercept, slopes: posterior.slopes)
        let missing = problem.recipients.predictions(intercept: drawn.intercept, slopes: drawn.slopes)
        let pool = DonorPool(observed, using: &random)
        let picks = pool.draws(for: missing, donors: donors, using: &random)
        return picks.map { problem.observed[Int($0)] }
    }
}

extension ImputationMethod where Self == PredictiveMeanMatching {
    /// Predictive mean matching with mice's 5 donors.
    public static var predictiveMeanMatching: PredictiveMeanMatching { PredictiveMeanMatching() }
}
