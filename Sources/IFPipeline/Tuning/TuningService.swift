import FoundationEssentials
public import IFALS
public import IFCore
import IFEval
import IFRatings

/// Chooses the settings of `training.als` on a pipeline's own input: every user's last prior order is held out, models
/// are fitted on the orders before it, and scored by NDCG of the lists that the pipeline would make.
///
/// The orders that the pipeline evaluates on take no part, so its evaluation stays honest.
public struct TuningService: Sendable {
    /// How to search.
    public struct Options: Hashable, Sendable {
        /// What may be drawn.
        public var space = ALSSearch.Space()
        /// Candidates, the configuration's settings included.
        public var candidates = 27
        /// Sweeps of every candidate.
        public var firstSweeps = 2
        /// Sweeps of those left in the end.
        public var sweeps = 18
        /// Users that are scored at most.
        public var maximumUsers = 5000

        /// The defaults.
        public init() {}
    }

    /// What a search found.
    public struct Report: Hashable, Sendable, Codable {
        /// What was measured, for example `ndcg@10`.
        public var metric: String
        /// Pairs that models were fitted on.
        public var trainingPairs: Int
        /// Pairs of the held-out orders of the users that were scored.
        public var scoredUsers: Int
        /// The score of recommending the most popular items to everyone.
        public var popularity: Double
        /// All candidates, best first.
        public var trials: [ALSSearch.Trial]

        /// The lines of `recsys.yaml` that set the best candidate's settings.
        public var yaml: String {
            let best = trials[0].configuration
            var lines = [
                "training:", "  als:", "    factors: \(best.factors)", "    regularization: \(best.regularization)",
            ]
            // Drawn candidates have one for both sides; the given one's own for items must not outlive them.
            if trials.contains(where: { $0.configuration.itemRegularization != nil }) {
                lines.append("    regularization_items: \(best.itemRegularization ?? best.regularization)")
            }
            lines.append("    regularization_exponent: \(best.regularizationScaling.exponent)")
            if best.confidence != .asGiven { lines.append("    alpha: \(best.alpha)") }
            if best.confidence != .linear { lines.append("    confidence: \(best.confidence)") }
            lines.append("    unobserved_weight: \(best.unobservedWeight)")
            lines.append("    iterations: \(best.iterations)")
            return lines.joined(separator: "\n")
        }

        /// The table as CSV, one row a candidate, best first.
        public var csv: String {
            let rows = trials.enumerated().map { place, trial in
                let settings = trial.configuration
                return [
                    "\(place + 1)", "\(trial.number)", trial.score.map { "\($0)" } ?? "", "\(trial.scores.count)",
                    "\(settings.factors)", "\(settings.regularization)", "\(settings.regularizationScaling.exponent)",
                    "\(settings.alpha)", "\(settings.unobservedWeight)", "\(settings.iterations)",
                    settings.itemRegularization.map { "\($0)" } ?? "",
                ].joined(separator: ",")
            }
            let header =
                "place,candidate,score,sweeps,factors,regularization,regularization_exponent,alpha,unobserved_weight,"
                + "iterations,regularization_items"
            return ([header] + rows).joined(separator: "\n") + "\n"
        }
    }

    private let pipeline: Pipeline
    private let options: Options

    /// Creates a service.
    ///
    /// - Throws: ``IFError`` where settings contradict each other.
    public init(
        configuration: RecsysConfiguration = .default, input: String?, root: String, options: Options = Options()
    ) throws {
        pipeline = try Pipeline(configuration: configuration, input: input, root: root)
        self.options = options
    }

    /// Searches. Writes nothing.
    ///
    /// - Throws: ``IFError/Code/emptyData`` where no user has two prior orders with lines; what reading the input and
    ///   ``ALSSearch/run(on:in:score:)`` throw.
    @concurrent
    public func run(in context: RunContext) async throws -> Report {
        let workspace = try Workspace(pipeline, context: context)
        let (training, heldOut) = try await split(workspace, context)
        let topK = pipeline.configuration.topK
        let validation = try RankingValidation(
            training: training, heldOut: heldOut, masksSeen: pipeline.configuration.eval.filterSeen,
            metric: NDCG(cutoff: topK), cutoff: topK, maximumUsers: options.maximumUsers)
        let search = ALSSearch(
            space: options.space, base: TrainStage.configuration(pipeline.configuration),
            candidates: options.candidates, firstSweeps: options.firstSweeps, sweeps: options.sweeps)
        let result = try await search.run(on: training, in: context) { try await validation.score($0, in: $1) }
        let popular = try await WeightedPopularityRecommender().fit(training, in: context)
        return Report(
            metric: "ndcg@\(topK)", trainingPairs: training.matrix.count, scoredUsers: validation.users.count,
            popularity: try await validation.score(popular, in: context), trials: result.trials)
    }

    /// Ratings of all prior orders but each user's last, and the pairs of the last ones.
    private func split(
        _ workspace: Workspace, _ context: RunContext
    ) async throws -> (training: Interactions, heldOut: Interactions) {
        let shop = try await workspace.loadShop()
        guard let lines = shop.priorLines else {
            throw IFError(.emptyData, "the input has no order lines to learn from")
        }
        let split = try OrderSplit.leavingLastOrderOut(shop.orders, among: ["prior"])
        let ratings = try await RatingsBuilder().build(
            orders: shop.orders.gather(split.training.rows), lines: lines, in: context
        ).ratings
        let held = try OrderLines(split.evaluated, orders: shop.orders, lines: [lines])
        let (ratedUsers, ratedItems) = (try ratings.ids("user_id"), try ratings.ids("product_id"))
        let users = try IDMap(ratedUsers).union(IDMap(held.users))
        let items = try IDMap(ratedItems).union(IDMap(held.items))
        func interactions(_ rows: IDColumn, _ columns: IDColumn, _ values: [Float]?) throws -> Interactions {
            Interactions(
                users: users, items: items,
                matrix: try CSRMatrix(
                    rows: users.indices(of: rows), columns: items.indices(of: columns), values: values,
                    rowCount: users.count, columnCount: items.count, duplicates: .maximum))
        }
        return (
            try interactions(ratedUsers, ratedItems, ratings.float("rating").values),
            try interactions(held.users, held.items, nil)
        )
    }
}

extension IDMap {
    /// The ids of both maps.
    fileprivate func union(_ other: IDMap) throws -> IDMap {
        switch (ids, other.ids) {
        case (.int64(let mine), .int64(let theirs)): return IDMap(integers: mine + theirs)
        case (.strings(let mine), .strings(let theirs)):
            return IDMap(strings: (mine.strings() + theirs.strings()).compactMap { $0 })
        default: throw IFError(.typeMismatch, "ids are numbers on one side and texts on the other")
        }
    }
}
