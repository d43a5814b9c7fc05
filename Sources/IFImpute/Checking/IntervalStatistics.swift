/// Figures of one set of intervals, in days. All but the count are `nil` for an empty set.
public struct IntervalStatistics: Hashable, Sendable, Codable {
    /// Intervals.
    public var count: Int
    /// Mean.
    public var mean: Double?
    /// Median.
    public var median: Double?
    /// Quantile 0.10, interpolated linearly between order statistics (R's type 7), as all here.
    public var p10: Double?
    /// Quantile 0.25.
    public var p25: Double?
    /// Quantile 0.75.
    public var p75: Double?
    /// Quantile 0.90.
    public var p90: Double?
    /// Share of intervals of 30 days (the threshold) or less.
    public var shareUpToThreshold: Double?

    /// The keys of `summary_day30.json`.
    enum CodingKeys: String, CodingKey {
        case count, mean, median, p10, p25, p75, p90
        case shareUpToThreshold = "share_le_30d"
    }

    /// Computes the figures.
    ///
    /// - Complexity: O(n log n).
    public init(_ intervals: [Double], threshold: Double) {
        count = intervals.count
        guard !intervals.isEmpty else { return }
        let sorted = intervals.sorted()
        mean = intervals.reduce(0, +) / Double(intervals.count)
        median = Quantile.ofSorted(sorted, 0.5)
        p10 = Quantile.ofSorted(sorted, 0.1)
        p25 = Quantile.ofSorted(sorted, 0.25)
        p75 = Quantile.ofSorted(sorted, 0.75)
        p90 = Quantile.ofSorted(sorted, 0.9)
        shareUpToThreshold = Double(intervals.count { $0 <= threshold }) / Double(intervals.count)
    }
}

/// Sample quantiles.
enum Quantile {
    /// The quantile by linear interpolation (R's type 7, the default of numpy and pandas).
    ///
    /// - Precondition: `sorted` is ascending and not empty, `p` in 0...1.
    static func ofSorted(_ sorted: [Double], _ p: Double) -> Double {
        let position = p * Double(sorted.count - 1)
        let lower = Int(position)
        guard lower + 1 < sorted.count else { return sorted[sorted.count - 1] }
        let weight = position - Double(lower)
        return sorted[lower] + (sorted[lower + 1] - sorted[lower]) * weight
    }
}

/// Figures of the users' last orders.
public struct LastOrderStatistics: Hashable, Sendable, Codable {
    /// Rows of the table.
    public var totalRows: Int
    /// Users.
    public var userCount: Int
    /// Last orders among all rows.
    public var shareOfRows: Double
    /// Users whose last interval equals 30 days (the threshold).
    public var atThreshold: Int
    /// Their share of the users.
    public var shareAtThreshold: Double

    /// The keys of `summary_day30.json`.
    enum CodingKeys: String, CodingKey {
        case totalRows = "total_rows"
        case userCount = "num_users"
        case shareOfRows = "share_last_rows"
        case atThreshold = "last_eq30_count"
        case shareAtThreshold = "share_last_eq30"
    }

    init(rows: Int, users: Int, atThreshold: Int) {
        totalRows = rows
        userCount = users
        shareOfRows = rows > 0 ? Double(users) / Double(rows) : 0
        self.atThreshold = atThreshold
        shareAtThreshold = users > 0 ? Double(atThreshold) / Double(users) : 0
    }
}
