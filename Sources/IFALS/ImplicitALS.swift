public import IFCore

/// Alternating least squares for implicit feedback: exact solves, with or without nonnegative factors.
///
/// Minimizes Σ c·(p − x·y)² + Σ λₓ|x|² + Σ λᵧ|y|² over all users and items, where p = 1 and c as ``ConfidenceForm``
/// says for observed pairs, p = 0 and c = ``Configuration/unobservedWeight`` for all others (Y. Hu, Y. Koren,
/// C. Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008, doi:10.1109/ICDM.2008.22).
///
/// 1. Users' vectors start as random unit vectors, nonnegative where asked.
/// 2. Each item's vector is solved for exactly, given the users': A = YᵀY + λI + Σ (c − 1)·y·yᵀ, b = Σ c·y.
/// 3. Each user's vector is solved for likewise, given the items'; so folding in a training user gives its vector.
/// 4. Steps 2 and 3 are repeated ``Configuration/iterations`` times.
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
        try configuration.validate()
        try Self.check(interactions)
        let training = try await ALSTraining(interactions, configuration, in: context)
        var losses: [Double] = []
        var events: [ALSEvent] = []
        for sweep in 1...configuration.iterations {
            let result = try await training.sweep(sweep, in: context)
            losses.append(result.loss)
            events += result.events
            context.progress(
                Progress(
                    stage: "als", completed: sweep, total: configuration.iterations, unit: "sweeps",
                    metrics: ["loss": result.loss]))
        }
        return ALSModel(
            users: interactions.users, items: interactions.items,
            userFactors: try training.factors(training.userFactors, rows: interactions.users.count, side: .user),
            itemFactors: try training.factors(training.itemFactors, rows: interactions.items.count, side: .item),
            configuration: configuration, losses: losses, events: events)
    }

    private static func check(_ interactions: Interactions) throws {
        let matrix = interactions.matrix
        guard matrix.count > 0 else { throw IFError(.emptyData, "there are no interactions to learn from") }
        guard let bad = matrix.values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) else { return }
        let row = (0..<matrix.rowCount).first { matrix.offsets[$0 + 1] > bad } ?? 0
        throw IFError(
            .invalidData,
            "the rating \(matrix.values[bad]) of user \(interactions.users[row]) and item "
                + "\(interactions.items[Int(matrix.columns[bad])]) is not above 0 and finite; drop or correct it",
            row: bad + 1, column: "rating")
    }
}
