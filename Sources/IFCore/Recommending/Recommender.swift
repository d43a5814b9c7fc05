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
    /// - Throws: ``IFError/Code/invalidArgument`` on a user or item index outside the model, such as the −1 that
    ///   ``IDMap/indices(of:)`` gives for an unknown id; see ``RecommendationFilter/validate(users:userCount:itemCount:)``.
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
