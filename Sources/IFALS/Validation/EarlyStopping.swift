public import IFCore

/// Watches a measure on held-out data while a model is fitted, ends the fit when it no longer improves, and keeps the
/// best sweep's factors.
///
/// ```swift
/// let split = try InteractionSplit.holdingOut(share: 0.1, of: interactions, random: context.random)
/// let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10)
/// let fit = try await ImplicitALS(configuration).fit(
///     split.training, until: EarlyStopping { try await validation.score($0, in: $1) }, in: context)
/// print(fit.bestSweep, fit.model)
/// ```
public struct EarlyStopping<Model: Sendable>: Sendable {
    /// Measures that may pass without an improvement before the fit ends, at least 1.
    public var patience: Int
    /// How much greater than the best so far a measure has to be to count as an improvement, at least 0.
    public var minimumImprovement: Double
    /// Measure after every so many sweeps, at least 1; the last sweep is always measured.
    public var interval: Int
    /// The measure, better when greater: negate an error. Called with the context of the fit, less its progress.
    public var score: @Sendable (Model, RunContext) async throws -> Double

    /// Creates a rule.
    public init(
        patience: Int = 3, minimumImprovement: Double = 0, interval: Int = 1,
        score: @escaping @Sendable (Model, RunContext) async throws -> Double
    ) {
        self.patience = patience
        self.minimumImprovement = minimumImprovement
        self.interval = interval
        self.score = score
    }

    func validate() throws {
        func require(_ holds: Bool, _ key: String, _ message: String) throws {
            guard holds else { throw IFError(.invalidArgument, message, key: key) }
        }
        try require(patience >= 1, "patience", "\(patience) is below 1")
        try require(
            minimumImprovement >= 0 && minimumImprovement.isFinite, "minimumImprovement",
            "\(minimumImprovement) is below 0 or not finite")
        try require(interval >= 1, "interval", "\(interval) is below 1")
    }
}

/// A fit that was watched: the best sweep's model, and what was measured.
public struct ValidatedFit<Model: Sendable>: Sendable {
    /// One measure.
    public struct Measure: Hashable, Sendable, Codable {
        /// Sweep, from 1.
        public let sweep: Int
        /// The objective value after it.
        public let loss: Double
        /// The measure on held-out data.
        public let score: Double
    }

    /// The model of ``bestSweep``.
    public let model: Model
    /// All measures, in order.
    public let measures: [Measure]
    /// The sweep of the greatest score; the first of equal ones.
    public let bestSweep: Int
    /// The score of the model.
    public let bestScore: Double
    /// Whether the fit ended before its last sweep.
    public let stoppedEarly: Bool
}

/// What both recommenders share: sweeps under a rule.
struct WatchedSweeps<Model: Sendable> {
    let rule: EarlyStopping<Model>
    let sweeps: Int
    private var measures: [ValidatedFit<Model>.Measure] = []
    private var best: (model: Model, sweep: Int, score: Double)?
    private var sinceImprovement = 0
    private(set) var isDone = false

    init(_ rule: EarlyStopping<Model>, sweeps: Int) {
        self.rule = rule
        self.sweeps = sweeps
    }

    /// Whether a sweep is measured.
    func measures(after sweep: Int) -> Bool { sweep % rule.interval == 0 || sweep == sweeps }

    /// Measures a model.
    ///
    /// - Throws: ``IFError/Code/numericalFailure`` on a score that is not a number.
    mutating func add(_ model: Model, sweep: Int, loss: Double, in context: RunContext) async throws -> Double {
        let score = try await rule.score(model, context.reporting(to: { _ in }))
        guard !score.isNaN else {
            throw IFError(.numericalFailure, "the measure on held-out data is not a number after sweep \(sweep)")
        }
        measures.append(.init(sweep: sweep, loss: loss, score: score))
        if let best, score <= best.score + rule.minimumImprovement {
            sinceImprovement += 1
            isDone = sinceImprovement >= rule.patience
            // A gain too small to go on for is still the better model.
            if score > best.score { self.best = (model, sweep, score) }
        } else {
            best = (model, sweep, score)
            sinceImprovement = 0
        }
        return score
    }

    func result() throws -> ValidatedFit<Model> {
        guard let best else { throw IFError(.invalidArgument, "no sweep was measured") }
        return ValidatedFit(
            model: best.model, measures: measures, bestSweep: best.sweep, bestScore: best.score,
            stoppedEarly: (measures.last?.sweep ?? 0) < sweeps)
    }
}
