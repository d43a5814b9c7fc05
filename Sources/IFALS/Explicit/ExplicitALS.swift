public import IFCore

/// Alternating least squares for ratings: predicts what a user would rate an item.
///
/// Minimizes Σ (r − μ − b − d − x·y)² + Σ λₓ(|x|² + b²) + Σ λᵧ(|y|² + d²) over the rated pairs, where μ is the mean of
/// all ratings, b a user's and d an item's bias (Y. Zhou, D. Wilkinson, R. Schreiber, R. Pan, "Large-scale parallel
/// collaborative filtering for the Netflix Prize", AAIM 2008, doi:10.1007/978-3-540-68880-8_32; biases as in Y. Koren,
/// R. Bell, C. Volinsky, "Matrix factorization techniques for recommender systems", 2009, doi:10.1109/MC.2009.263).
///
/// 1. Users' vectors start as random unit vectors, nonnegative where asked; biases start at 0.
/// 2. Each item's vector and bias are solved for together, exactly, given the users': a bias is one more number of the
///    vector, which meets a 1 on the other side.
/// 3. Each user's likewise, given the items'; so folding in a training user gives its vector.
/// 4. Steps 2 and 3 are repeated ``Configuration/iterations`` times.
///
/// Differences: Spark has neither mean nor biases (turn ``Configuration/centersRatings`` and
/// ``Configuration/biases`` off for its objective; its `regParam` is scaled by the number of ratings, as is the default
/// here); cmfrec regularizes biases by a value of their own.
///
/// Ratings may be any finite numbers, 0 and below too. A pair that is rated more than once has to be merged beforehand,
/// see ``DuplicatePolicy``. The same seed gives the same bytes for any number of workers on one kind of machine.
///
/// - Complexity: O(ratings · rank² + (users + items) · rank³) a sweep.
public struct ExplicitALS: Recommender {
    /// The hyper-parameters.
    public let configuration: Configuration

    /// Creates the recommender.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Factorizes ratings.
    ///
    /// Progress is reported as stage `als`, one unit a sweep, with the objective value as metric `loss` and the root of
    /// the mean squared error on the training ratings as metric `rmse`.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on a configuration out of range, ``IFError/Code/emptyData`` without
    ///   ratings, ``IFError/Code/invalidData`` on a rating that is not finite, or below 0 in a nonnegative fit,
    ///   ``IFError/Code/numericalFailure`` on factors that are not finite; `CancellationError`, checked between blocks.
    @concurrent
    public func fit(_ ratings: Interactions, in context: RunContext) async throws -> ExplicitALSModel {
        let training = try await prepare(ratings, nil, in: context)
        var history = ExplicitHistory()
        for sweep in 1...configuration.iterations {
            history.add(try await training.sweep(sweep, in: context))
            report(sweep, history.metrics, in: context)
        }
        return try training.model(ratings, history)
    }

    /// Factorizes ratings, starting from the users' vectors and biases of an earlier fit on the same users.
    ///
    /// - Throws: As ``fit(_:in:)``, and ``IFError/Code/invalidArgument`` on a model of other users or another shape.
    @concurrent
    public func fit(
        _ ratings: Interactions, startingFrom earlier: ExplicitALSModel, in context: RunContext
    ) async throws -> ExplicitALSModel {
        let training = try await prepare(ratings, earlier, in: context)
        var history = ExplicitHistory()
        for sweep in 1...configuration.iterations {
            history.add(try await training.sweep(sweep, in: context))
            report(sweep, history.metrics, in: context)
        }
        return try training.model(ratings, history)
    }

    /// Factorizes ratings until a measure on held-out data no longer improves, and gives the best sweep's model.
    ///
    /// ``Configuration/iterations`` is the greatest number of sweeps. Progress carries the metric `score`, too.
    ///
    /// - Parameters:
    ///   - ratings: The training side: what the measure is taken on must not be among them.
    ///   - rule: What is measured, and when the fit ends. For an error, measure its negative:
    ///     `EarlyStopping { model, _ in -(try model.rootMeanSquaredError(on: heldOut)) }`.
    /// - Throws: As ``fit(_:in:)``; ``IFError/Code/invalidArgument`` on a rule out of range,
    ///   ``IFError/Code/numericalFailure`` on a measure that is not a number; what the measure throws.
    @concurrent
    public func fit(
        _ ratings: Interactions, until rule: EarlyStopping<ExplicitALSModel>,
        startingFrom earlier: ExplicitALSModel? = nil, in context: RunContext
    ) async throws -> ValidatedFit<ExplicitALSModel> {
        try rule.validate()
        let training = try await prepare(ratings, earlier, in: context)
        var watched = WatchedSweeps(rule, sweeps: configuration.iterations)
        var history = ExplicitHistory()
        for sweep in 1...configuration.iterations where !watched.isDone {
            let result = try await training.sweep(sweep, in: context)
            history.add(result)
            var metrics = history.metrics
            if watched.measures(after: sweep) {
                metrics["score"] = try await watched.add(
                    training.model(ratings, history), sweep: sweep, loss: result.loss, in: context)
            }
            report(sweep, metrics, in: context)
        }
        return try watched.result()
    }

    private func report(_ sweep: Int, _ metrics: [String: Double], in context: RunContext) {
        context.progress(
            Progress(
                stage: "als", completed: sweep, total: configuration.iterations, unit: "sweeps", metrics: metrics))
    }

    private func prepare(
        _ ratings: Interactions, _ earlier: ExplicitALSModel?, in context: RunContext
    ) async throws -> ExplicitTraining {
        try configuration.validate()
        try check(ratings)
        if let earlier {
            guard earlier.users == ratings.users, earlier.userFactors.rank == configuration.factors else {
                throw IFError(
                    .invalidArgument,
                    "the model to start from has \(earlier.users.count) users of rank \(earlier.userFactors.rank), not "
                        + "these \(ratings.users.count) of rank \(configuration.factors)")
            }
            guard !configuration.nonnegative || earlier.userFactors.values.allSatisfy({ $0 >= 0 }) else {
                throw IFError(.invalidArgument, "factors to start from are below 0 in a nonnegative fit")
            }
        }
        return try await ExplicitTraining(ratings, configuration, start: earlier, in: context)
    }

    private func check(_ ratings: Interactions) throws {
        let matrix = ratings.matrix
        guard matrix.count > 0 else { throw IFError(.emptyData, "there are no ratings to learn from") }
        let nonnegative = configuration.nonnegative
        guard let bad = matrix.values.firstIndex(where: { !$0.isFinite || nonnegative && $0 < 0 }) else { return }
        let row = (0..<matrix.rowCount).first { matrix.offsets[$0 + 1] > bad } ?? 0
        throw IFError(
            .invalidData,
            "the rating \(matrix.values[bad]) of user \(ratings.users[row]) and item "
                + "\(ratings.items[Int(matrix.columns[bad])]) is not finite"
                + (nonnegative ? ", or below 0 in a nonnegative fit" : "") + "; drop or correct it",
            row: bad + 1, column: "rating")
    }
}

/// What a fit saw sweep by sweep.
struct ExplicitHistory {
    var losses: [Double] = []
    var events: [ALSEvent] = []
    var metrics: [String: Double] = [:]

    mutating func add(_ sweep: ExplicitTraining.Sweep) {
        losses.append(sweep.loss)
        events += sweep.events
        metrics = ["loss": sweep.loss, "rmse": sweep.rootMeanSquaredError]
    }
}
