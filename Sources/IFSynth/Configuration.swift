extension SyntheticShop {
    /// What the shop is like. The defaults are those of Instacart's 2017 data; each says which figure it was fitted to.
    public struct Configuration: Codable, Hashable, Sendable {
        /// Users; ids are 1…users. Instacart has 206,209.
        public var users = 20_000
        /// Items; ids are 1…items. `nil` scales with the square root of the users from Instacart's 49,688, at least 500.
        public var items: Int?
        /// Aisles, the groups that tastes are about.
        public var aisles = 134
        /// Departments, the groups of aisles.
        public var departments = 21
        /// Taste clusters that users belong to.
        public var clusters = 10
        /// Seed of everything random.
        public var seed: UInt64 = 42
        /// Share of users whose last order is `train`; of the others it is `test`, whose lines are withheld.
        /// Instacart: 131,209 of 206,209.
        public var trainShare = 0.6363
        /// How many orders users make.
        public var activity = Activity()
        /// How long users wait between orders.
        public var intervals = Intervals()
        /// How much they buy at once.
        public var baskets = Baskets()
        /// How often they buy the same again.
        public var repeats = Repeats()
        /// How unequal items are.
        public var popularity = Popularity()
        /// How different clusters are.
        public var tastes = Tastes()

        /// The defaults.
        public init() {}

        /// The defaults for a shop of that size.
        public init(users: Int, items: Int? = nil, clusters: Int = 10, seed: UInt64 = 42) {
            self.users = users
            self.items = items
            self.clusters = clusters
            self.seed = seed
        }

        /// Instacart's own size: 206,209 users, 49,688 items, about 3.4 million orders and 33 million lines.
        public static func instacart(seed: UInt64 = 42) -> Configuration {
            Configuration(users: 206_209, items: 49_688, seed: seed)
        }

        /// Items that the shop will have.
        public var itemCount: Int {
            if let items { return items }
            let scaled = 49_688 * (Double(max(0, users)) / 206_209).squareRoot()
            return max(500, Int(scaled.rounded()))
        }
    }
}

extension SyntheticShop.Configuration {
    /// Orders a user: lognormal, cut off below `minimum`, everything above `maximum` counted as `maximum`.
    ///
    /// Fitted to the distribution of orders a user (quartiles 6, 10, 20, mean 16.6).
    public struct Activity: Codable, Hashable, Sendable {
        /// Mean of the logarithm, before the cut.
        public var logMean = 2.005
        /// Standard deviation of the logarithm, before the cut.
        public var logDeviation = 1.09
        /// Fewest orders.
        public var minimum = 4
        /// Most orders.
        public var maximum = 100

        /// The defaults.
        public init() {}
    }

    /// Days between a user's orders: lognormal about the user's level, rounded to whole days.
    ///
    /// With x = ln(orders / minimum orders) the level is `logMedian − slope·x − curvature·x² + userDeviation·N(0,1)`.
    /// Fitted to mean and share of 30 by number of orders: 30 % of last intervals and 11 % of all are 30.
    public struct Intervals: Codable, Hashable, Sendable {
        /// Logarithm of the median days of users with the fewest orders.
        public var logMedian = 3.13
        /// How the level falls with the logarithm of the number of orders.
        public var slope = 0.40
        /// How that fall steepens.
        public var curvature = 0.095
        /// Standard deviation of the level between users of equal activity.
        public var userDeviation = 0.46
        /// Standard deviation of the logarithm within a user.
        public var orderDeviation = 0.82
        /// What is added to the logarithm of the last interval: users on their way out are seen late.
        public var lastShift = 0.31
        /// Share of orders on the day of the order before.
        public var sameDayShare = 0.013
        /// Share of intervals moved to the nearest whole number of weeks.
        public var weeklyShare = 0.08
        /// Days above which the publisher writes this number of days.
        public var cap = 30
        /// Longest true interval in days.
        public var maximum = 365

        /// The defaults.
        public init() {}
    }

    /// Lines an order: 1 + Poisson, its mean lognormal over users and gamma over a user's orders.
    ///
    /// Fitted to the train baskets (mean 10.5, median 9, standard deviation 8).
    public struct Baskets: Codable, Hashable, Sendable {
        /// Mean lines of an order.
        public var mean = 10.3
        /// Standard deviation of the logarithm of the users' means.
        public var userDeviation = 0.44
        /// Shape of the gamma factor of an order; greater is more regular.
        public var orderShape = 2.5

        /// The defaults.
        public init() {}
    }

    /// The chance that a line repeats an item of an earlier order: `limit · x / (x + halfway)` at x earlier orders.
    ///
    /// The logit of a user's limit is `logit(limit) + activitySlope · ln(orders / minimum orders) + userDeviation · N(0,1)`.
    /// Fitted to the share of reordered lines: 59 % of all, 28 % in second orders, 88 % in late ones.
    public struct Repeats: Codable, Hashable, Sendable {
        /// Chance after many orders, of the median user with the fewest orders.
        public var limit = 0.57
        /// How the logit of the limit grows with the logarithm of the number of orders: regulars are creatures of habit.
        public var activitySlope = 0.45
        /// Earlier orders at which half of the limit is reached.
        public var halfway = 1.7
        /// Standard deviation of the limit's logit between users.
        public var userDeviation = 0.7

        /// The defaults.
        public init() {}
    }

    /// Item popularity: weight `(rank + shift)^(−exponent) · exp(−√(rank / (fade · items)))`, Zipf with a fading tail.
    ///
    /// Fitted to the train lines: the top 10 have 6.9 % of them, the top 100 22.8 %, the top 1,000 53 %.
    public struct Popularity: Codable, Hashable, Sendable {
        /// Zipf's exponent.
        public var exponent = 0.56
        /// Flattens the head.
        public var shift = 0.4
        /// Share of the catalogue at which the tail begins to fade.
        public var fade = 0.045

        /// The defaults.
        public init() {}
    }

    /// Taste clusters: each weighs aisles, and the product ranges that run through all aisles, in its own way.
    public struct Tastes: Codable, Hashable, Sendable {
        /// Share of new items that are chosen by the cluster's taste, not by popularity.
        public var share = 0.8
        /// Standard deviation of the logarithm of a cluster's weight of an aisle; 0 makes clusters alike.
        public var aisleDeviation = 1.2
        /// Standard deviation of the logarithm of a cluster's weight of a product range.
        public var rangeDeviation = 0.8
        /// Product ranges (for example organic or budget) that run through all aisles.
        public var ranges = 4
        /// Ratio of the sizes of the greatest and the smallest cluster.
        public var sizeRatio = 3.0

        /// The defaults.
        public init() {}
    }
}
