public import IFCore

/// Chooses the hyper-parameters of implicit ALS: random search with successive halving over sweeps.
///
/// 1. The first candidate is the configuration that is given; the others are drawn from a ``Space``, each from a stream
///    of its own (J. Bergstra, Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012).
/// 2. Every candidate is fitted for ``firstSweeps`` sweeps and measured on held-out data after each.
/// 3. The best 1/``reduction`` go on from where they are to ``reduction`` times as many sweeps, up to ``sweeps``, and so
///    on until one is left or all sweeps are done (K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification
///    and hyperparameter optimization", AISTATS 2016, arXiv:1502.07943).
///
/// A candidate's score is that of its best sweep, which becomes its number of iterations. Candidates are fitted one
/// after the other, each on all workers: the same seed gives the same table for any number of workers.
///
/// ```swift
/// let split = try InteractionSplit.holdingOut(share: 0.1, of: interactions, random: context.random)
/// let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10, maximumUsers: 5000)
/// let result = try await ALSSearch().run(on: split.training, in: context) { try await validation.score($0, in: $1) }
/// let model = try await ImplicitALS(result.best.configuration).fit(interactions, in: context)
/// ```
public struct ALSSearch: Sendable {
    /// What may be drawn.
    public var space: Space
    /// The first candidate, and what all others have where the space has nothing to draw.
    public var base: ImplicitALS.Configuration
    /// Candidates, the first included; at least 1.
    public var candidates: Int
    /// Sweeps of every candidate, at least 1.
    public var firstSweeps: Int
    /// Sweeps of those that are left in the end, at least `firstSweeps`.
    public var sweeps: Int
    /// Of how many candidates one goes on, at least 2.
    public var reduction: Int

    /// Creates a search.
    public init(
        space: Space = Space(), base: ImplicitALS.Configuration = .init(), candidates: Int = 27, firstSweeps: Int = 2,
        sweeps: Int = 16, reduction: Int = 3
    ) {
        self.space = space
        self.base = base
        self.candidates = candidates
        self.firstSweeps = firstSweeps
        self.sweeps = sweeps
        self.reduction = reduction
    }

    /// One candidate.
    public struct Trial: Hashable, Sendable, Codable {
        /// Number of the candidate, from 0; 0 is the configuration that was given.
        public let number: Int
        /// Its hyper-parameters; iterations are those of its best sweep.
        public internal(set) var configuration: ImplicitALS.Configuration
        /// The measure on held-out data after its best sweep; `nil` where the fit failed.
        public internal(set) var score: Double?
        /// Measures after each of its sweeps.
        public internal(set) var scores: [Double] = []
        /// Why the fit failed.
        public internal(set) var failure: String?

        /// Best first: more score, then the lower number; failures last.
        static func precedes(_ a: Trial, _ b: Trial) -> Bool {
            switch (a.score, b.score) {
            case (let x?, let y?) where x != y: x > y
            case (.some, nil): true
            case (nil, .some): false
            default: a.number < b.number
            }
        }
    }

    /// What was tried.
    public struct Result: Hashable, Sendable, Codable {
        /// All candidates, best first. Those that were left out early have the scores of few sweeps; the best of them is
        /// no better than the worst that went on.
        public let trials: [Trial]

        /// The first of ``trials``.
        public var best: Trial { trials[0] }
    }

    /// Measures a model on held-out data; better when greater. The context is that of the search, less its progress.
    public typealias Score = @Sendable (ALSModel, RunContext) async throws -> Double

    /// Searches.
    ///
    /// Progress is reported as stage `tune`, one unit a sweep of a candidate, with the best score so far as `score`.
    ///
    /// - Parameters:
    ///   - interactions: The training side: what the measure is taken on must not be among them.
    ///   - score: The measure.
    /// - Throws: ``IFError/Code/invalidArgument`` on settings out of range, what a fit throws on unusable data;
    ///   ``IFError/Code/numericalFailure`` where every candidate failed numerically or a measure is not a number;
    ///   `CancellationError`, checked between blocks.
    /// - Complexity: About `candidates · firstSweeps · (1 + log(sweeps / firstSweeps))` sweeps, and as many measures.
    ///   Factors of the users of `candidates / reduction` candidates are held at once.
    @concurrent
    public func run(on interactions: Interactions, in context: RunContext, score: @escaping Score) async throws
        -> Result
    {
        try validate()
        let rows = RowCounts(interactions.matrix)
        var running = (0..<candidates).map { number in
            var stream = context.random.stream("als/search", block: number)
            let drawn = number == 0 ? base : space.draw(&stream, base: base, rows: rows)
            return Candidate(trial: Trial(number: number, configuration: drawn))
        }
        let plan = rungs()
        let total = plan.reduce(0) { $0 + $1.count * $1.sweeps }
        var tally = SearchTally(total: total, report: context.progress)
        let quiet = context.reporting(to: { _ in })
        var finished: [Trial] = []
        for (rung, step) in plan.enumerated() {
            let kept = rung + 1 < plan.count ? plan[rung + 1].count : 0
            var survivors: [Candidate] = []
            for candidate in running {
                let after = try await advance(candidate, step.sweeps, interactions, quiet, score, &tally)
                // Only as many factors are held as candidates can go on.
                survivors.append(after)
                survivors.sort { Trial.precedes($0.trial, $1.trial) }
                if survivors.count > kept, let out = survivors.popLast() { finished.append(out.trial) }
            }
            running = survivors
        }
        guard finished.contains(where: { $0.score != nil }) else {
            throw IFError(
                .numericalFailure, "every candidate failed, the first with: \(finished[0].failure ?? "no score")")
        }
        return Result(trials: finished.sorted(by: Trial.precedes))
    }

    /// A candidate and where it goes on from.
    private struct Candidate: Sendable {
        var trial: Trial
        var userFactors: FactorMatrix?
        var itemFactors: FactorMatrix?
    }

    /// Candidates of each rung, and the sweeps they do in it.
    func rungs() -> [(count: Int, sweeps: Int)] {
        var out: [(count: Int, sweeps: Int)] = []
        var count = candidates
        var done = 0
        var target = min(firstSweeps, sweeps)
        while true {
            out.append((count, target - done))
            guard target < sweeps else { return out }
            done = target
            count = max(1, count / reduction)
            target = count == 1 ? sweeps : min(sweeps, target * reduction)
        }
    }

    private func advance(
        _ candidate: Candidate, _ sweeps: Int, _ interactions: Interactions, _ context: RunContext,
        _ score: Score, _ tally: inout SearchTally
    ) async throws -> Candidate {
        var out = candidate
        guard out.trial.failure == nil else { return out }
        // One sweep from the last one's vectors continues a fit.
        var step = out.trial.configuration
        step.iterations = 1
        for _ in 0..<sweeps {
            do {
                let model = try await ImplicitALS(step).fit(
                    interactions, startingFrom: out.userFactors, itemFactors: out.itemFactors, in: context)
                let value = try await score(model, context)
                guard !value.isNaN else {
                    throw IFError(.invalidArgument, "the measure on held-out data is not a number", key: "score")
                }
                (out.userFactors, out.itemFactors) = (model.userFactors, model.itemFactors)
                out.trial.scores.append(value)
                if value > out.trial.score ?? -.infinity {
                    out.trial.score = value
                    out.trial.configuration.iterations = out.trial.scores.count
                }
            } catch let error as IFError where error.code == .numericalFailure {
                out.trial.failure = error.description
                out.trial.score = nil
                (out.userFactors, out.itemFactors) = (nil, nil)
                return out
            }
            tally.add(out.trial.score)
        }
        return out
    }

    private func validate() throws {
        func require(_ holds: Bool, _ key: String, _ message: String) throws {
            guard holds else { throw IFError(.invalidArgument, message, key: key) }
        }
        try space.validate()
        try base.validate()
        try require(candidates >= 1, "candidates", "\(candidates) is below 1")
        try require(firstSweeps >= 1, "firstSweeps", "\(firstSweeps) is below 1")
        try require(sweeps >= firstSweeps, "sweeps", "\(sweeps) is below firstSweeps, \(firstSweeps)")
        try require(reduction >= 2, "reduction", "\(reduction) is below 2")
    }
}

/// Counts sweeps over all candidates.
struct SearchTally {
    let total: Int
    let report: ProgressHandler
    private var done = 0
    private var best = -Double.infinity

    init(total: Int, report: @escaping ProgressHandler) {
        self.total = total
        self.report = report
    }

    mutating func add(_ score: Double?) {
        done += 1
        best = max(best, score ?? best)
        report(Progress(stage: "tune", completed: done, total: total, unit: "sweeps", metrics: ["score": best]))
    }
}
