public import IFCore

/// Alternating least squares for implicit feedback: exact solves, with or without nonnegative factors.
///
/// Minimizes Σ c·(p − x·y)² + Σ λₓ|x|² + Σ λᵧ|y|² over all users and items, where p = 1 and c as ``ConfidenceForm``
/// says for observed pairs, p = 0 and c = ``Configuration/unobservedWeight`` for all others; p = 0, too, for dislikes,
/// where ``Configuration/allowsDislikes`` lets ratings be below 0 (Y. Hu, Y. Koren,
/// C. Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008, doi:10.1109/ICDM.2008.22).
///
/// 1. Users' vectors start as random unit vectors, nonnegative where asked.
/// 2. Each item's vector is solved for exactly, given the users': A = YᵀY + λI + Σ (c − 1)·y·yᵀ, b = Σ c·y.
/// 3. Each user's vector is solved for likewise, given the items'; so folding in a training user gives its vector.
/// 4. Steps 2 and 3 are repeated ``Configuration/iterations`` times.
///
/// ``Configuration/solver`` may take approximate steps instead of exact solves: each sweep then takes less time and
/// leads less far.
///
/// Differences: Spark solves in double precision and scales λ by the number of ratings, as is the default here;
/// implicit scales nothing, takes c = α·r, starts from uniform numbers and approximates by conjugate gradients.
/// Factors are single precision here; a row whose system single precision cannot solve is solved in double.
///
/// The same seed gives the same bytes for any number of workers on one kind of machine.
///
/// - Complexity: O(entries · rank² + (users + items) · rank³) a sweep.
public struct ImplicitALS: Recommender {
    /// The hyper-parameters.
    public let configuration: Configuration

    /// Creates the recommender.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Factorizes interactions, whose values are ratings above 0.
    ///
    /// Progress is reported as stage `als`, one unit a sweep, with the objective value as metric `loss`.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on a configuration out of range, ``IFError/Code/emptyData`` without
    ///   interactions, ``IFError/Code/invalidData`` on a rating that is not above 0 and finite,
    ///   ``IFError/Code/numericalFailure`` on factors that are not finite; `CancellationError`, checked between blocks.
    @concurrent
    public func fit(_ interactions: Interactions, in context: RunContext) async throws -> ALSModel {
        try await fit(interactions, startingFrom: nil, in: context)
    }

    /// Factorizes interactions, starting from vectors of an earlier fit or from elsewhere.
    ///
    /// A sweep solves for the items first. Exact solvers need nothing but the users' vectors for that; those that improve
    /// vectors step by step go on from the items' as well. With both of an earlier fit of `a` sweeps, `b` more give the bytes
    /// of one fit of `a + b`.
    ///
    /// - Parameters:
    ///   - userFactors: One vector a user of `interactions`, ``Configuration/factors`` long; those of users without
    ///     interactions are not used. Random where `nil`.
    ///   - itemFactors: One vector an item, likewise; where `nil`, solvers that are not exact start from 0.
    /// - Throws: As ``fit(_:in:)``, and ``IFError/Code/invalidArgument`` on factors of another shape, that are not
    ///   finite, or below 0 where factors are to be nonnegative.
    @concurrent
    public func fit(
        _ interactions: Interactions, startingFrom userFactors: FactorMatrix?, itemFactors: FactorMatrix? = nil,
        in context: RunContext
    ) async throws -> ALSModel {
        let trained = try await train(interactions, userFactors, itemFactors, in: context)
        return try model(interactions, trained, isLast: true)
    }

    /// What sweeps lead to, without the matrices that they take.
    private struct Trained {
        var users: DisjointBuffer<Float>
        var items: DisjointBuffer<Float>
        var losses: [Double]
        var events: [ALSEvent]
        var dualForm: DualForm

        init(_ training: ALSTraining, _ losses: [Double], _ events: [ALSEvent]) {
            users = training.userFactors
            items = training.itemFactors
            self.losses = losses
            self.events = events
            dualForm = training.dualForm
        }
    }

    /// Runs all sweeps. The matrices end here, so that a fit never holds them and the model.
    private func train(
        _ interactions: Interactions, _ userFactors: FactorMatrix?, _ itemFactors: FactorMatrix?,
        in context: RunContext
    ) async throws -> Trained {
        let training = try await prepare(interactions, userFactors, itemFactors, in: context)
        var losses: [Double] = []
        var events: [ALSEvent] = []
        for sweep in 1...configuration.iterations {
            let result = try await training.sweep(sweep, in: context)
            losses.append(result.loss)
            events += result.events
            report(sweep, ["loss": result.loss], in: context)
        }
        return Trained(training, losses, events)
    }

    /// Factorizes interactions until a measure on held-out data no longer improves, and gives the best sweep's model.
    ///
    /// ``Configuration/iterations`` is the greatest number of sweeps. Progress carries the metric `score`, too. The same
    /// seed gives the same bytes for any number of workers, if the measure does.
    ///
    /// - Parameters:
    ///   - interactions: The training side: what the measure is taken on must not be among them.
    ///   - rule: What is measured, and when the fit ends.
    ///   - userFactors: Where to start, as in ``fit(_:startingFrom:itemFactors:in:)``; so `itemFactors`.
    /// - Throws: As ``fit(_:startingFrom:itemFactors:in:)``; ``IFError/Code/invalidArgument`` on a rule out of range,
    ///   ``IFError/Code/numericalFailure`` on a measure that is not a number; what the measure throws.
    @concurrent
    public func fit(
        _ interactions: Interactions, until rule: EarlyStopping<ALSModel>,
        startingFrom userFactors: FactorMatrix? = nil, itemFactors: FactorMatrix? = nil, in context: RunContext
    ) async throws -> ValidatedFit<ALSModel> {
        try rule.validate()
        let training = try await prepare(interactions, userFactors, itemFactors, in: context)
        var watched = WatchedSweeps(rule, sweeps: configuration.iterations)
        var losses: [Double] = []
        var events: [ALSEvent] = []
        for sweep in 1...configuration.iterations where !watched.isDone {
            let result = try await training.sweep(sweep, in: context)
            losses.append(result.loss)
            events += result.events
            var metrics = ["loss": result.loss]
            if watched.measures(after: sweep) {
                metrics["score"] = try await watched.add(
                    model(interactions, Trained(training, losses, events), isLast: false), sweep: sweep,
                    loss: result.loss, in: context)
            }
            report(sweep, metrics, in: context)
        }
        return try watched.result()
    }

    private func prepare(
        _ interactions: Interactions, _ userFactors: FactorMatrix?, _ itemFactors: FactorMatrix?,
        in context: RunContext
    ) async throws -> ALSTraining {
        try configuration.validate()
        try check(interactions)
        if let userFactors { try check(userFactors, of: interactions.users.count, "users") }
        if let itemFactors { try check(itemFactors, of: interactions.items.count, "items") }
        return try await ALSTraining(
            interactions, configuration, start: userFactors, startOfItems: itemFactors, in: context)
    }

    private func report(_ sweep: Int, _ metrics: [String: Double], in context: RunContext) {
        context.progress(
            Progress(
                stage: "als", completed: sweep, total: configuration.iterations, unit: "sweeps", metrics: metrics))
    }

    /// - Parameter isLast: Whether no sweep follows, so that the buffers' memory may go as they are copied.
    private func model(_ interactions: Interactions, _ trained: Trained, isLast: Bool) throws -> ALSModel {
        let rank = configuration.factors
        var model = ALSModel(
            users: interactions.users, items: interactions.items,
            userFactors: try ALSTraining.factors(
                trained.users, rows: interactions.users.count, rank: rank, side: .user, discarding: isLast),
            itemFactors: try ALSTraining.factors(
                trained.items, rows: interactions.items.count, rank: rank, side: .item, discarding: isLast),
            configuration: configuration, losses: trained.losses, events: trained.events)
        model.dualForm = trained.dualForm
        return model
    }

    private func check(_ start: FactorMatrix, of count: Int, _ side: String) throws {
        guard start.rowCount == count, start.rank == configuration.factors else {
            throw IFError(
                .invalidArgument,
                "factors of \(side) to start from are \(start.rowCount) × \(start.rank), not \(count) × "
                    + "\(configuration.factors)")
        }
        let least: Float = configuration.nonnegative ? 0 : -.greatestFiniteMagnitude
        guard start.values.allSatisfy({ $0 >= least && $0.isFinite }) else {
            throw IFError(.invalidArgument, "factors to start from are not finite, or below 0 in a nonnegative fit")
        }
    }

    private func check(_ interactions: Interactions) throws {
        let matrix = interactions.matrix
        guard matrix.count > 0 else { throw IFError(.emptyData, "there are no interactions to learn from") }
        guard let bad = matrix.values.firstIndex(where: { !configuration.isRating($0) }) else { return }
        let row = (0..<matrix.rowCount).first { matrix.offsets[$0 + 1] > bad } ?? 0
        throw IFError(
            .invalidData,
            "the rating \(matrix.values[bad]) of user \(interactions.users[row]) and item "
                + "\(interactions.items[Int(matrix.columns[bad])]) is not \(configuration.ratingRule); drop or correct it",
            row: bad + 1, column: "rating")
    }
}
