#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Recommends the items of the greatest total strength: popularity in which interactions do not count alike.
///
/// With interactions made by ``Interactions/init(users:items:agesInDays:halfLife:)`` this is popularity that decays:
///
/// ```swift
/// let recent = try Interactions(users: users, items: items, agesInDays: ages, halfLife: 30)
/// let model = try await WeightedPopularityRecommender().fit(recent, in: context)
/// ```
public struct WeightedPopularityRecommender: Recommender {
    /// Creates the recommender.
    public init() {}

    /// Ranks items by the sum of their values (descending), then by item index (ascending).
    ///
    /// - Throws: ``IFError/Code/emptyData`` without interactions, ``IFError/Code/invalidData`` on a value that is not
    ///   above 0 and finite; `CancellationError`.
    /// - Complexity: O(interactions + items · log items)
    @concurrent
    public func fit(_ interactions: Interactions, in context: RunContext) async throws -> WeightedPopularityModel {
        try Task.checkCancellation()
        let matrix = interactions.matrix
        guard matrix.count > 0 else { throw IFError(.emptyData, "there are no interactions to learn from") }
        if let bad = matrix.values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
            throw IFError(
                .invalidData, "the strength \(matrix.values[bad]) is not above 0 and finite; drop or correct it",
                row: bad + 1)
        }
        var weights = [Double](repeating: 0, count: interactions.items.count)
        for (column, value) in zip(matrix.columns, matrix.values) { weights[Int(column)] += Double(value) }
        return WeightedPopularityModel(users: interactions.users, items: interactions.items, weights: weights)
    }
}

/// Items by total strength: the same list for every user, less what the filter removes.
public struct WeightedPopularityModel: RecommenderModel {
    /// Users of the training data.
    public let users: IDMap
    /// Items of the training data.
    public let items: IDMap
    /// Total strength of each item.
    public let weights: [Double]
    private let ranking: ItemRanking

    /// Creates a model from weights, one an item.
    public init(users: IDMap, items: IDMap, weights: [Double]) {
        precondition(weights.count == items.count, "one weight an item is needed")
        self.users = users
        self.items = items
        self.weights = weights
        ranking = ItemRanking(weights)
    }

    /// The best items for each user, best first; see ``RecommenderModel``.
    public func recommend(users: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        try filter.validate(users: users, userCount: self.users.count, itemCount: items.count)
        let prepared = ItemRanking.Filter(filter, users)
        return RankedLists(users.indices.map { ranking.best(count, forPlace: $0, prepared) })
    }
}

/// Items in the order of a score; equal scores in ascending index.
struct ItemRanking: Sendable {
    private let order: [Int32]
    private let scores: [Float]

    init(_ scores: [Double]) {
        let rounded = scores.map { Float($0) }
        self.scores = rounded
        // By what lists show: scores that single precision cannot tell apart are equal.
        order = (0..<Int32(scores.count)).sorted { (rounded[Int($0)], $1) > (rounded[Int($1)], $0) }
    }

    /// A filter in the form that lists are cut by: made once for all users of a call.
    struct Filter {
        private let denied: Set<Int32>
        private let allowed: Set<Int32>?
        private let excluded: (matrix: CSRMatrix, rows: [Int32])?

        init(_ filter: RecommendationFilter, _ users: [Int32]) {
            denied = Set(filter.denied)
            allowed = filter.allowed.map(Set.init)
            excluded = filter.exclusions(ofUsers: users)
        }

        func isOpen(_ item: Int32) -> Bool { !denied.contains(item) && (allowed.map { $0.contains(item) } ?? true) }

        /// What the user at a place of the call may not be shown.
        func closed(forPlace place: Int) -> Set<Int32> {
            excluded.map { Set($0.matrix.columns(ofRow: Int($0.rows[place]))) } ?? []
        }
    }

    func best(_ count: Int, forPlace place: Int, _ filter: Filter) -> [(item: Int32, score: Float)] {
        let closed = filter.closed(forPlace: place)
        return order.lazy.filter { !closed.contains($0) && filter.isOpen($0) }
            .prefix(max(0, count)).map { (item: $0, score: scores[Int($0)]) }
    }
}

extension Interactions {
    /// Interactions whose strength decays with age: each event counts 2^(−age / half-life), events of a pair add up.
    ///
    /// - Parameters:
    ///   - users: User of each event.
    ///   - items: Item of each event.
    ///   - agesInDays: Days from each event to the moment that is looked from; those of future events are below 0 and
    ///     an error, since they would weigh most.
    ///   - halfLife: Days after which an event counts half, above 0.
    /// - Throws: ``IFError/Code/invalidArgument`` on a half-life that is not above 0 and finite,
    ///   ``IFError/Code/invalidData`` on an age that is below 0 or not finite.
    /// - Precondition: Columns are of equal length.
    public init(users: IDColumn, items: IDColumn, agesInDays: [Double], halfLife: Double) throws {
        precondition(users.count == agesInDays.count, "one age an event is needed")
        guard halfLife > 0, halfLife.isFinite else {
            throw IFError(
                .invalidArgument, "the half-life of \(halfLife) days is not above 0 and finite", key: "halfLife")
        }
        if let bad = agesInDays.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw IFError(
                .invalidData, "the age of \(agesInDays[bad]) days is below 0 or not finite; look from a later moment",
                row: bad + 1)
        }
        // Old events fade to nothing in single precision, but do not become 0, which is no strength.
        let values = agesInDays.map { max(Float(exp2(-$0 / halfLife)), .leastNormalMagnitude) }
        try self.init(users: users, items: items, values: values, duplicates: .sum)
    }
}
