public import IFCore

/// The tables that dashboards and language models read: centroids, cohorts and what to recommend to them.
///
/// Pure functions of a user_seg and a segment_popularity table; writing them is the caller's.
public struct SegmentExports: Sendable {
    /// The options.
    public struct Configuration: Hashable, Sendable, Codable {
        /// What a long R means for a user's value.
        public enum RecencyDirection: String, Hashable, Sendable, Codable, CaseIterable {
            /// A high R raises the value, as the original has it.
            case highIsValuable
            /// A low R (a short interval, a recent purchase) raises the value.
            case lowIsValuable
        }

        /// Weight of r_z in the value.
        public var recencyWeight: Double
        /// Weight of f_z in the value.
        public var frequencyWeight: Double
        /// Weight of m_z in the value.
        public var monetaryWeight: Double
        /// The sign of R.
        public var recencyDirection: RecencyDirection
        /// Users of the cohort high_value.
        public var highValueCount: Int
        /// Users of the cohort random.
        public var randomCount: Int
        /// Products for each user and segment.
        public var topPerSegment: Int
        /// Rows of user_recos at most; `nil`: all. Old runs had 400.
        public var rowLimit: Int?

        /// Creates options: weights 0.4, 0.3, 0.3, a high R is valuable, cohorts of 150, 5 products, all rows.
        public init(
            recencyWeight: Double = 0.4, frequencyWeight: Double = 0.3, monetaryWeight: Double = 0.3,
            recencyDirection: RecencyDirection = .highIsValuable, highValueCount: Int = 150, randomCount: Int = 150,
            topPerSegment: Int = 5, rowLimit: Int? = nil
        ) {
            self.recencyWeight = recencyWeight
            self.frequencyWeight = frequencyWeight
            self.monetaryWeight = monetaryWeight
            self.recencyDirection = recencyDirection
            self.highValueCount = highValueCount
            self.randomCount = randomCount
            self.topPerSegment = topPerSegment
            self.rowLimit = rowLimit
        }
    }

    /// The options.
    public let configuration: Configuration
    let users: UserSegments
    let ranking: SegmentRanking
    /// Value of each user: weighted sum of the z-scores.
    public let values: [Double]
    let highValue: [Int]
    let random: [Int]

    /// Reads the tables and chooses the cohorts.
    ///
    /// - Parameters:
    ///   - users: user_seg, as ``UserSegments`` reads it.
    ///   - popularity: segment_popularity, as ``SegmentRanking`` reads it.
    ///   - source: Draws the cohort random (stream `segment-exports/random`).
    /// - Throws: What is wrong with the tables; ``IFError/Code/invalidArgument`` on negative counts.
    /// - Complexity: O(users · log users)
    public init(
        users: Table, popularity: Table, configuration: Configuration = Configuration(), random source: RandomSource
    ) throws {
        let counts = [
            ("highValueCount", configuration.highValueCount), ("randomCount", configuration.randomCount),
            ("topPerSegment", configuration.topPerSegment), ("rowLimit", configuration.rowLimit ?? 0),
        ]
        for (key, count) in counts where count < 0 {
            throw IFError(.invalidArgument, "must not be negative, is \(count)", key: key)
        }
        self.configuration = configuration
        let segments = try UserSegments(users)
        self.users = segments
        ranking = try SegmentRanking(popularity)
        let sign = configuration.recencyDirection == .highIsValuable ? 1.0 : -1.0
        let values = (0..<segments.count).map { row in
            configuration.recencyWeight * sign * segments.zScores[0][row]
                + configuration.frequencyWeight * segments.zScores[1][row]
                + configuration.monetaryWeight * segments.zScores[2][row]
        }
        self.values = values
        let place = IDMap(segments.users).indices(of: segments.users)
        let byValue = (0..<segments.count).sorted {
            values[$0] != values[$1] ? values[$0] > values[$1] : place[$0] < place[$1]
        }
        highValue = Array(byValue.prefix(configuration.highValueCount))
        var stream = source.stream("segment-exports/random")
        // Rows are drawn by the order of user ids, so that the cohort does not depend on the order of the table.
        let byID = (0..<segments.count).sorted { place[$0] < place[$1] }
        random = stream.sample(min(configuration.randomCount, segments.count), below: segments.count).map { byID[$0] }
    }
}

extension SegmentExports {
    /// One row a segment: `segment` int32, `n_users` int64, means of `r`, `f`, `m`, `r_z`, `f_z`, `m_z` to 3 decimals.
    public func centroids() -> Table {
        let labels = Set(users.segments).sorted()
        let index = Dictionary(uniqueKeysWithValues: zip(labels, 0...))
        var counts = [Int64](repeating: 0, count: labels.count)
        for segment in users.segments { counts[index[segment] ?? 0] += 1 }
        var table = Table(["segment": .int32(labels), "n_users": .int64(counts)])
        for (name, column) in zip(["r", "f", "m", "r_z", "f_z", "m_z"], users.values + users.zScores) {
            var sums = [Double](repeating: 0, count: labels.count)
            for (row, value) in column.enumerated() { sums[index[users.segments[row]] ?? 0] += value }
            table.set(name, .double(zip(sums, counts).map { Self.rounded($0 / Double($1)) }))
        }
        return table
    }

    /// To 3 decimals, ties to even (as numpy rounds).
    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded(.toNearestOrEven) / 1000 }

    /// The cohort high_value, best first: `user_id`, `segment`, `r`, `f`, `m`, `r_z`, `f_z`, `m_z`, `hv`.
    public func highValueUsers() -> Table { table(of: highValue) }

    /// The cohort random, in the order drawn; columns as ``highValueUsers()``.
    public func randomUsers() -> Table { table(of: random) }

    private func table(of rows: [Int]) -> Table {
        var table = Table([
            "user_id": users.users.gather(rows).column, "segment": .int32(rows.map { users.segments[$0] }),
        ])
        for (name, column) in zip(["r", "f", "m", "r_z", "f_z", "m_z"], users.values + users.zScores) {
            table.set(name, .double(rows.map { column[$0] }))
        }
        table.set("hv", .double(rows.map { values[$0] }))
        return table
    }

    /// The first products of every segment: `segment`, `product_id`, `rank`, `score`.
    public func segmentTop() -> Table {
        let rows = ranking.rows().sorted { $0.key < $1.key }.flatMap { $0.value.prefix(configuration.topPerSegment) }
        return Table([
            "segment": .int32(rows.map { ranking.segments[$0] }), "product_id": ranking.products.gather(rows).column,
            "rank": .int32(rows.map { ranking.ranks[$0] }), "score": .double(rows.map { ranking.scores[$0] }),
        ])
    }

    /// Every user of the cohorts with the first products of the user's segment: `user_id`, `segment`, `hv`, `product_id`,
    /// `rank`, `score`, `cohort` (`high_value`, then `random`). Users of both cohorts occur in both; those whose
    /// segment has no products in none.
    public func userRecommendations() -> Table {
        var owners: [Int] = []
        var entries: [Int] = []
        var cohorts: [String] = []
        let rows = ranking.rows()
        for (cohort, members) in [("high_value", highValue), ("random", random)] {
            for user in members {
                for entry in (rows[users.segments[user]] ?? 0..<0).prefix(configuration.topPerSegment) {
                    guard owners.count < configuration.rowLimit ?? .max else { continue }
                    owners.append(user)
                    entries.append(entry)
                    cohorts.append(cohort)
                }
            }
        }
        return Table([
            "user_id": users.users.gather(owners).column, "segment": .int32(owners.map { users.segments[$0] }),
            "hv": .double(owners.map { values[$0] }), "product_id": ranking.products.gather(entries).column,
            "rank": .int32(entries.map { ranking.ranks[$0] }), "score": .double(entries.map { ranking.scores[$0] }),
            "cohort": .strings(cohorts),
        ])
    }

    /// One row: `n_users` int64, `n_clusters` int64, `ts` (the given text, or the run's time stamp).
    public func overview(timestamp: String) -> Table {
        Table([
            "n_users": .int64([Int64(users.count)]), "n_clusters": .int64([Int64(Set(users.segments).count)]),
            "ts": .strings([timestamp]),
        ])
    }
}
