/// Recommends what most users took: the baseline that every model has to beat, and the trivial recommender.
public struct PopularityRecommender: Recommender {
    /// Creates the recommender.
    public init() {}

    /// Ranks items by their number of interactions (descending), then by item index (ascending).
    @concurrent
    public func fit(_ interactions: Interactions, in context: RunContext) async throws -> PopularityModel {
        var counts = [Int](repeating: 0, count: interactions.items.count)
        for column in interactions.matrix.columns { counts[Int(column)] += 1 }
        return PopularityModel(users: interactions.users, items: interactions.items, counts: counts)
    }
}

/// Items by popularity: the same list for every user, less what the filter removes.
public struct PopularityModel: RecommenderModel {
    /// Users of the training data.
    public let users: IDMap
    /// Items of the training data.
    public let items: IDMap
    /// Interactions (or order lines) of each item.
    public let counts: [Int]
    /// Item indices, most popular first; ties in ascending index.
    public let ranking: [Int32]

    /// Creates a model from counts, one an item.
    public init(users: IDMap, items: IDMap, counts: [Int]) {
        precondition(counts.count == items.count, "one count an item is needed")
        self.users = users
        self.items = items
        self.counts = counts
        ranking = (0..<Int32(counts.count)).sorted {
            (counts[Int($0)], $1) > (counts[Int($1)], $0)
        }
    }

    /// The best items for each user, best first; see ``RecommenderModel``.
    public func recommend(users: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        try filter.validate(users: users, userCount: self.users.count, itemCount: items.count)
        let denied = Set(filter.denied)
        let allowed = filter.allowed.map(Set.init)
        let eligible = ranking.filter { item in
            !denied.contains(item) && (allowed.map { $0.contains(item) } ?? true)
        }
        let excluded = filter.exclusions(ofUsers: users)
        return RankedLists(
            users.indices.map { place in
                let seen = excluded.map { Set($0.matrix.columns(ofRow: Int($0.rows[place]))) } ?? []
                return eligible.lazy.filter { !seen.contains($0) }.prefix(count)
                    .map { ($0, Float(counts[Int($0)])) }
            })
    }
}
