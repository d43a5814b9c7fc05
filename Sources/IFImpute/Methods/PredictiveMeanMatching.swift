public import IFCore

/// Predictive mean matching: a missing value takes the observed value of a row whose prediction is near.
///
/// Imputed values are always observed ones, so bounds, gaps and whole numbers are kept, and the regression need only
/// order the rows well. Steps (R. J. A. Little, doi:10.1080/07350015.1988.10509663; van Buuren 2018, section 3.4):
/// 1. regress the observed values on the predictors: β; draw β* from its posterior;
/// 2. predict observed rows with β and missing rows with β* (type 1; see ``Matching``);
/// 3. for each missing row take the value of one of the `donors` observed rows nearest in prediction, at random.
///
/// - Complexity: O(n·p² + n_missing·log n_observed) a step.
public struct PredictiveMeanMatching: ImputationMethod, Hashable, Codable {
    /// Which coefficients predict which rows (mice's `matchtype`).
    public enum Matching: String, Hashable, Sendable, Codable, CaseIterable {
        /// Type 0: β for all rows. Ignores that β is uncertain.
        case estimated
        /// Type 1: β for observed rows, β* for missing ones. mice's default, and the default here.
        case drawnForMissing
        /// Type 2: β* for all rows, as in statsmodels. With few different predictors every missing row meets its equals,
        /// and the uncertainty of β hardly shows.
        case drawnForAll
    }

    /// Rows to draw from, at least 1. 5 in mice; statsmodels uses 20.
    public var donors: Int
    /// Added to the diagonal of the predictors' correlation matrix where it is singular.
    public var ridge: Double
    /// Which coefficients predict which rows.
    public var matching: Matching

    /// Creates the method.
    public init(donors: Int = 5, ridge: Double = 1e-5, matching: Matching = .drawnForMissing) {
        self.donors = donors
        self.matching = matching
        self.ridge = ridge
    }

    /// The name in settings and messages.
    public var name: String { "pmm" }
    /// Whether every imputed value is one that was observed.
    public var drawsObservedValues: Bool { true }

    /// Numbers, and categories by their level numbers (as mice does).
    public func supports(_ kind: VariableKind) -> Bool { true }

    /// Draws values for the missing rows of one column.
    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        guard donors >= 1 else {
            throw IFError(.invalidArgument, "predictive mean matching needs 1 donor or more, not \(donors)")
        }
        let posterior = try LinearPosterior(problem, ridge: ridge, notes: &notes)
        let drawn = posterior.draw(&random)
        let estimated = (intercept: posterior.intercept, slopes: posterior.slopes)
        let sampled = (intercept: drawn.intercept, slopes: drawn.slopes)
        let forObserved = matching == .drawnForAll ? sampled : estimated
        let forMissing = matching == .estimated ? estimated : sampled
        let observed = problem.donors.predictions(intercept: forObserved.intercept, slopes: forObserved.slopes)
        let missing = problem.recipients.predictions(intercept: forMissing.intercept, slopes: forMissing.slopes)
        let pool = DonorPool(observed, using: &random)
        let picks = pool.draws(for: missing, donors: donors, using: &random)
        return picks.map { problem.observed[Int($0)] }
    }
}

extension ImputationMethod where Self == PredictiveMeanMatching {
    /// Predictive mean matching with mice's 5 donors.
    public static var predictiveMeanMatching: PredictiveMeanMatching { PredictiveMeanMatching() }
}
