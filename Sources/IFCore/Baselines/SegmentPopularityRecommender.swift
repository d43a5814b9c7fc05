/// Recommends what is popular in a user's segment, drawn towards what is popular everywhere where a segment is small.
///
/// The score of an item is (n + β·g) / (N + β), where n counts the segment's interactions with it, N all of the segment,
/// and g is the item's share of everybody's: the pipeline's segment popularity, as a recommender.
public struct SegmentPopularityRecommender: Recommender {
    /// Segment of each user of the interactions, in the order of their id map; −1 where a user is in none.
    public let segments: [Int32]
    /// Weight of the overall share in a segment's, interactions (β), at least 0.
    public let smoothing: Double

    /// Creates the recommender.
    public init(segments: [Int32], smoothing: Double = 500) {
        self.segments = segments
        self.smoothing = smoothing
    }

    /// Ranks the items of every segment by their score (descending), then by item index (ascending).
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on another number of segments than users, on a segment below −1 or on
    ///   a smoothing below 0 or not finite; ``IFError/Code/emptyData`` without interactions; `CancellationError`.
    /// - Complexity: O(interactions + segments · items · log items)
    @concurrent
    public func fit(_ interactions: Interactions, in context: RunContext) async throws -> SegmentPopularityModel {
        let matrix = interactions.matrix
        guard smoothing >= 0, smoothing.isFinite else {
            throw IFError(.invalidArgument, "\(smoothing) is below 0 or not finite", key: "smoothing")
        }
        guard matrix.count > 0 else { throw IFError(.emptyData, "there are no interactions to learn from") }
        guard segments.count == interactions.users.count, segments.allSatisfy({ $0 >= -1 }) else {
            throw IFError(
                .invalidArgument,
                "\(segments.count) segments do not fit \(interactions.users.count) users, or one is below -1",
                key: "segments")
        }
        let itemCount = interactions.items.count
        var everyone = [Double](repeating: 0, count: itemCount)
        for column in matrix.columns { everyone[Int(column)] += 1 }
        let shares = everyone.map { $0 / Double(matrix.count) }
        let segmentCount = Int(segments.max() ?? -1) + 1
        var members = [[Int]](repeating: [], count: segmentCount)
        for (user, segment) in segments.enumerated() where segment >= 0 { members[Int(segment)].append(user) }
        let users = members
        let smoothing = smoothing
        let rankings = try await context.mapBlocks(segmentCount) { segment in
            var counts = [Double](repeating: 0, count: itemCount)
            var total = 0.0
            for user in users[segment] {
                for column in matrix.columns(ofRow: user) { counts[Int(column)] += 1 }
                total += Double(matrix.range(ofRow: user).count)
            }
            // Without interactions and without smoothing nothing is known of a segment but what is known of all.
            guard total + smoothing > 0 else { return ItemRanking(shares) }
            return ItemRanking(zip(counts, shares).map { ($0 + smoothing * $1) / (total + smoothing) })
        }
        return SegmentPopularityModel(
            users: interactions.users, items: interactions.items, segments: segments, rankings: rankings,
            overall: ItemRanking(shares))
    }
}

/// Items by popularity in a user's segment.
public struct SegmentPopularityModel: RecommenderModel {
    /// Users of the training data.
    public let users: IDMap
    /// Items of the training data.
    public let items: IDMap
    /// Segment of each user; −1 where a user is in none and gets what is popular everywhere.
    public let segments: [Int32]
    let rankings: [ItemRanking]
    let overall: ItemRanking

    /// The best items for each user, best first; see ``RecommenderModel``.
    public func recommend(users: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        try filter.validate(users: users, userCount: self.users.count, itemCount: items.count)
        let prepared = ItemRanking.Filter(filter, users)
        return RankedLists(
            users.indices.map { place in
                let segment = segments[Int(users[place])]
                return (segment < 0 ? overall : rankings[Int(segment)]).best(count, forPlace: place, prepared)
            })
    }
}
