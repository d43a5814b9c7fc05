public import IFCore

/// The pipeline's post-ranking: blend scores with popularity, diversify, fill up with what is popular.
///
/// For each user:
/// 1. The first `candidateK` candidates are taken; repeated items count once, where they come first.
/// 2. Scores become (1 − γ)·z(model) + γ·z(popularity).
/// 3. Lists are diversified by maximal marginal relevance over item vectors, or sorted by score, equal ones in the
///    order in which they came.
/// 4. Short lists are filled from the most popular items without repeats; users without candidates get the popular
///    list.
///
/// Scores of the final lists do not increase: the value an item was picked for, and for filled places the lower of the
/// score before and the item's popularity z-score. They compare within a list only.
public struct PostRanker: Reranker {
    /// How candidates become final lists.
    public let configuration: Configuration
    /// How popular items are.
    public let prior: PopularityPrior
    let vectors: UnitVectors?

    static let blockSize = 1024

    /// Creates a post-ranker.
    ///
    /// - Parameters:
    ///   - prior: Popularity in the model's item order.
    ///   - itemFactors: One vector an item, in the model's order; needed where diversity takes effect.
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` on an unusable configuration or where vectors are missing or
    ///   of another number than items; ``IFCore/IFError/Code/numericalFailure`` where a vector is not finite.
    /// - Complexity: O(items · rank).
    public init(
        _ configuration: Configuration = Configuration(), prior: PopularityPrior, itemFactors: FactorMatrix?
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.prior = prior
        guard configuration.diversifies else {
            vectors = nil
            return
        }
        guard let itemFactors else {
            throw IFError(
                .invalidArgument, "diversity needs item vectors; pass the model's item factors or set lambda to 0",
                key: "eval.mmr.lambda")
        }
        guard itemFactors.rowCount == prior.scores.count else {
            throw IFError(
                .invalidArgument,
                "there are \(itemFactors.rowCount) item vectors and popularity of \(prior.scores.count) items; "
                    + "both must be in the model's item order")
        }
        vectors = try UnitVectors(itemFactors)
    }

    /// Creates a post-ranker for a model with item vectors.
    public init(_ configuration: Configuration = Configuration(), prior: PopularityPrior, model: some ItemVectorModel)
        throws
    {
        try self.init(configuration, prior: prior, itemFactors: model.itemFactors)
    }

    /// Reorders, diversifies and fills lists; nothing is filtered.
    ///
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` on a negative count; ``IFCore/IFError/Code/invalidData`` on an
    ///   item index without popularity or a score that is not finite.
    public func rerank(_ candidates: RankedLists, count: Int) throws -> RankedLists {
        try rerank(candidates, users: nil, count: count, filter: .none, lists: 0..<candidates.count)
    }

    /// Reorders, diversifies and fills lists; what the filter removes is neither kept nor filled in.
    ///
    /// - Parameters:
    ///   - users: The filter's row of each list.
    ///   - filter: Which items may be in the lists, for example what a user does not have yet.
    /// - Throws: As ``rerank(_:count:)``.
    public func rerank(
        _ candidates: RankedLists, users: [Int32], count: Int, filter: RecommendationFilter
    ) throws -> RankedLists {
        try rerank(candidates, users: users, count: count, filter: filter, lists: 0..<candidates.count)
    }

    /// Reranks many lists to `topK` places, cut in blocks over the context's workers.
    ///
    /// - Parameters:
    ///   - users: The filter's row of each list; needed with a filter of seen items.
    ///   - filter: Which items may be in the lists.
    ///   - stage: Name under which progress is reported.
    /// - Throws: As ``rerank(_:count:)``; `CancellationError`.
    /// - Complexity: O(users · topK · candidateK · rank).
    @concurrent
    public func rerankAll(
        _ candidates: RankedLists, users: [Int32]? = nil, filter: RecommendationFilter = .none,
        stage: String = "rerank", in context: RunContext
    ) async throws -> RankedLists {
        let blocks = BlockRanges(rowCount: candidates.count, blockSize: Self.blockSize)
        let batches = try await context.mapBlocks(blocks.count) { block in
            try rerank(candidates, users: users, count: configuration.topK, filter: filter, lists: blocks[block])
        }
        context.progress(Progress(stage: stage, completed: candidates.count, total: candidates.count, unit: "users"))
        return RankedLists(joining: batches)
    }

    private func rerank(
        _ candidates: RankedLists, users: [Int32]?, count: Int, filter: RecommendationFilter, lists: Range<Int>
    ) throws -> RankedLists {
        guard count >= 0 else { throw IFError(.invalidArgument, "lists of length \(count) cannot be made") }
        precondition(users.map { $0.count == candidates.count } ?? true, "one user a list is needed")
        precondition(filter.seen == nil || users != nil, "a filter of seen items needs the users of the lists")
        var ranking = UserRanking(ranker: self, filter: filter, count: count)
        for list in lists {
            try ranking.append(candidates, list: list, user: users?[list])
        }
        return RankedLists(offsets: ranking.offsets, items: ranking.items, scores: ranking.scores)
    }
}
