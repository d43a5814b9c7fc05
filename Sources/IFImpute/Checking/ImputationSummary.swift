/// The contents of `summary_day30.json`. The writer adds what it knows besides: time, region, mice metrics.
public struct ImputationSummary: Hashable, Sendable, Codable {
    /// One input.
    public struct Input: Hashable, Sendable, Codable {
        /// Where it came from.
        public var path: String?
        /// The column of intervals.
        public var column: String
        /// Values of it in (0, 730).
        public var count: Int

        /// The keys of the file.
        enum CodingKeys: String, CodingKey {
            case path
            case column = "used_column"
            case count
        }
    }

    /// Both inputs.
    public struct Inputs: Hashable, Sendable, Codable {
        /// Before the imputation.
        public var before: Input
        /// After it.
        public var after: Input
    }

    /// Distribution figures and their differences, after less before; `nil` where a side is empty.
    public struct Stats: Hashable, Sendable, Codable {
        /// Before the imputation.
        public var before: IntervalStatistics
        /// After it.
        public var after: IntervalStatistics
        /// Change of the share of intervals of 30 days or less.
        public var shareDelta: Double?
        /// Change of the mean, in days.
        public var meanDelta: Double?
        /// Change of the median, in days.
        public var medianDelta: Double?

        /// The keys of the file.
        enum CodingKeys: String, CodingKey {
            case before, after
            case shareDelta = "delta_share_le_30d"
            case meanDelta = "delta_mean_days"
            case medianDelta = "delta_median_days"
        }

        init(before: IntervalStatistics, after: IntervalStatistics) {
            func change(_ figure: KeyPath<IntervalStatistics, Double?>) -> Double? {
                guard let old = before[keyPath: figure], let new = after[keyPath: figure] else { return nil }
                return new - old
            }
            self.before = before
            self.after = after
            shareDelta = change(\.shareUpToThreshold)
            meanDelta = change(\.mean)
            medianDelta = change(\.median)
        }
    }

    /// Last-order figures and their difference.
    public struct LastOrder: Hashable, Sendable, Codable {
        /// Before the imputation.
        public var before: LastOrderStatistics
        /// After it.
        public var after: LastOrderStatistics
        /// Change of the share of users whose last interval equals 30 days.
        public var shareDelta: Double

        /// The keys of the file.
        enum CodingKeys: String, CodingKey {
            case before, after
            case shareDelta = "delta_share_last_eq30"
        }

        init(before: LastOrderStatistics, after: LastOrderStatistics) {
            self.before = before
            self.after = after
            shareDelta = after.shareAtThreshold - before.shareAtThreshold
        }
    }

    /// What was compared.
    public var inputs: Inputs
    /// The threshold in days.
    public var threshold: Double
    /// Greatest interval shown in charts, in days.
    public var greatestShown: Double
    /// Distributions.
    public var stats: Stats
    /// Last orders.
    public var lastOrder: LastOrder

    /// The keys of the file.
    enum CodingKeys: String, CodingKey {
        case inputs
        case threshold = "day30_threshold"
        case greatestShown = "x_max_for_plots"
        case stats
        case lastOrder = "last_order"
    }
}
