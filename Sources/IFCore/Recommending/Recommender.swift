/// A configured way to learn what users will want.
///
/// The configured value never changes and the model is immutable, so "not fitted yet" cannot be written. The trivial
/// conformer is ``PopularityRecommender``.
public protocol Recommender<Model>: Sendable {
    /// What fitting yields.
    associatedtype Model: RecommenderModel

    /// Learns from interactions.
    ///
    /// - Throws: ``IFError`` on unusable data; `CancellationError` when the task is cancelled.
    @concurrent
    func fit(_ interactions: Interactions, in context: RunContext) async throws -> Model
}

/// A fitted recommender. Answers synchronously, batch first.
public protocol RecommenderModel: Sendable {
    /// The users known to the model; dense indices refer to it.
    var users: IDMap { get }
    /// The items known to the model; dense indices refer to it.
    var items: IDMap { get }

    /// The best `count` items for each user, best first; equal scores in ascending item index.
    ///
    /// Lists are shorter where fewer items are left after the filter; there are no placeholders.
    ///
    /// - Parameters:
    ///   - users: Dense user indices of `users`.
    ///   - count: Greatest length of a list.
    ///   - filter: Which items may be recommended.
    /// - Returns: One list a user, in the order given; items are dense indices of `items`.
    func recommend(users: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists
}

/// A recommendation under external ids.
public struct Recommendation: Hashable, Sendable {
    /// The item.
    public var item: ID
    /// Its score; comparable within one user's list only.
    public var score: Float

    /// Creates a recommendation.
    public init(item: ID, score: Float) {
        self.item = item
        self.score = score
    }
}

extension RecommenderModel {
    /// The best `count` items for one user by external id; `nil` where the model does not know the user.
    public func recommend(
        for user: ID, count: Int = 10, filter: RecommendationFilter = .none
    ) throws -> [Recommendation]? {
        guard let index = users.index(of: user) else { return nil }
        let lists = try recommend(users: [index], count: count, filter: filter)
        return lists.range(of: 0).map { Recommendation(item: items[Int(lists.items[$0])], score: lists.scores[$0]) }
    }

    /// The best `count` items for many users, cut in blocks over the context's workers.
    ///
    /// - Parameters:
    ///   - users: Dense user indices; all users where `nil`.
    ///   - stage: Name under which progress is reported.
    public func recommendAll(
        users wanted: [Int32]? = nil, count: Int, filter: RecommendationFilter = .none, stage: String = "recommend",
        in context: RunContext
    ) async throws -> RankedLists {
        let wanted = wanted ?? (0..<Int32(users.count)).map { $0 }
        let blocks = BlockRanges(rowCount: wanted.count, blockSize: 1024)
        let tally = ProgressTally(stage: stage, total: wanted.count, unit: "users", context.progress)
        let batches = try await context.mapBlocks(blocks.count) { block in
            let lists = try self.recommend(users: Array(wanted[blocks[block]]), count: count, filter: filter)
            tally.add(blocks[block].count)
            return lists
        }
        return RankedLists(joining: batches)
    }
}

/// A model whose items are vectors, for similarity, diversity and nearest-neighbour export.
public protocol ItemVectorModel: RecommenderModel {
    /// One vector an item, in the order of `items`.
    var itemFactors: FactorMatrix { get }
}

/// A model that can place a user it has not seen from what that user did.
public protocol FoldInModel: RecommenderModel {
    /// The best `count` items for a history that was not part of the training data.
    ///
    /// - Parameter history: Dense item indices and strengths, as in training.
    func recommend(
        foldingIn history: [(item: Int32, value: Float)], count: Int, filter: RecommendationFilter
    ) throws -> RankedLists
}
