public import IFCore

/// Logistic regression for Booleans, with a draw of the coefficients (mice's `logreg`).
///
/// Van Buuren 2018, algorithm 3.4 (Rubin 1987, p. 169), on rows augmented against separation.
public struct LogisticRegression: ImputationMethod, Hashable, Codable {
    /// Creates the method.
    public init() {}

    /// The name in settings and messages.
    public var name: String { "logreg" }
    /// Whether every imputed value is one that was observed.
    public var drawsObservedValues: Bool { true }

    /// Whether the method can complete columns of this kind.
    public func supports(_ kind: VariableKind) -> Bool { kind == .binary }

    /// Draws values for the missing rows of one column.
    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        try LevelDraw.impute(problem, using: &random, notes: &notes)
    }
}

/// Multinomial logistic regression for unordered categories (mice's `polyreg`).
///
/// Van Buuren 2018, section 3.6.3. Unlike mice 3.15, which predicts with the estimated coefficients, a draw from their
/// posterior is used, as in ``LogisticRegression``; without it the imputed categories vary too little between chains.
public struct PolytomousRegression: ImputationMethod, Hashable, Codable {
    /// More levels than this are refused: each needs its own coefficients. mice's limit is 50.
    public var maximumLevels: Int

    /// Creates the method.
    public init(maximumLevels: Int = 50) { self.maximumLevels = maximumLevels }

    /// The name in settings and messages.
    public var name: String { "polyreg" }
    /// Whether every imputed value is one that was observed.
    public var drawsObservedValues: Bool { true }

    /// Whether the method can complete columns of this kind.
    public func supports(_ kind: VariableKind) -> Bool { kind == .categorical || kind == .binary }

    /// Draws values for the missing rows of one column.
    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        guard problem.levelCount <= maximumLevels else {
            throw IFError(
                .unsupported,
                "the column has \(problem.levelCount) levels, more than the \(maximumLevels) that regression takes; impute it by sample or pmm",
                column: problem.column)
        }
        return try LevelDraw.impute(problem, using: &random, notes: &notes)
    }
}

/// The step that both categorical methods share: fit, draw coefficients, draw a level for each missing row.
enum LevelDraw {
    static func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        if let only = problem.observed.first, !problem.observed.contains(where: { $0 != only }) {
            return Array(repeating: only, count: problem.recipients.rowCount)
        }
        let posterior = try LogisticPosterior(problem)
        if !posterior.converged { notes.append("the logistic regression did not converge in 50 steps") }
        let coefficients = posterior.draw(&random)
        return (0..<problem.recipients.rowCount).map { row in
            let probabilities = posterior.probabilities(problem.recipients, row: row, coefficients: coefficients)
            let threshold = random.uniform()
            var sum = 0.0
            for level in probabilities.indices {
                sum += probabilities[level]
                if threshold < sum { return Double(level) }
            }
            return Double(probabilities.count - 1)
        }
    }
}

extension ImputationMethod where Self == LogisticRegression {
    /// Logistic regression for Booleans.
    public static var logisticRegression: LogisticRegression { LogisticRegression() }
}

extension ImputationMethod where Self == PolytomousRegression {
    /// Multinomial logistic regression for categories.
    public static var polytomousRegression: PolytomousRegression { PolytomousRegression() }
}
