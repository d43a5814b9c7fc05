public import IFCore

/// How the missing values of one column are drawn, given the other columns: one univariate step of chained equations.
///
/// The set is open: conform a value type of your own and hand it to ``ChainedEquations``. A method is pure: all
/// randomness comes from the stream it is given, so that the same seed gives the same values.
///
/// ## Topics
/// - ``PredictiveMeanMatching``
/// - ``BayesianRegression``
/// - ``RegressionPrediction``
/// - ``LogisticRegression``
/// - ``PolytomousRegression``
/// - ``ConstantFill``
/// - ``RandomSample``
public protocol ImputationMethod: Sendable {
    /// Short name, mice's where there is one: `pmm`, `norm`, `logreg`.
    var name: String { get }

    /// Whether every imputed value is one that was observed, so that a column of integers stays one.
    var drawsObservedValues: Bool { get }

    /// Whether the method can impute variables of this kind.
    func supports(_ kind: VariableKind) -> Bool

    /// Draws the missing values.
    ///
    /// - Parameters:
    ///   - problem: Observed values, and the predictors of observed and of missing rows.
    ///   - random: The only source of randomness.
    ///   - notes: Receives what the user should know: a ridge was added, a fit did not converge.
    /// - Returns: One value for each row of `problem.recipients`, in order; level numbers for categories.
    func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double]
}

extension ImputationMethod {
    /// Whether every imputed value is one that was observed.
    public var drawsObservedValues: Bool { false }

    /// Whether the method can complete columns of this kind.
    public func supports(_ kind: VariableKind) -> Bool { kind == .numeric }
}
