/// What ``IntervalImputation`` found in the orders and did with it. Nothing listed here stops a run; nothing is changed
/// without being counted.
public struct IntervalImputationReport: Hashable, Sendable, Codable {
    /// Rows of one kind: how many, and the first.
    public struct Rows: Hashable, Sendable, Codable {
        /// Number of rows.
        public var count = 0
        /// First of them, from 1; `nil` where there is none.
        public var first: Int?

        /// Creates a count of 0.
        public init() {}

        mutating func note(_ row: Int) {
            count += 1
            if first == nil { first = row + 1 }
        }
    }

    /// First orders whose null became 0.
    public var firstOrderNullsSetToZero = 0
    /// Nulls of other orders; they stay null.
    public var nullsLeft = Rows()
    /// Floating-point "not a number" values, treated as nulls.
    public var notANumberTakenAsNull = 0
    /// Intervals that are not whole numbers; rounded half to even, since the column holds integers.
    public var notWholeRounded = Rows()
    /// Intervals below 0; left as they are.
    public var negative = Rows()
    /// Intervals above the cap, which a capped column should not have; left as they are.
    public var aboveCap = Rows()
    /// Rows beyond the first that share their user's greatest order number; only the first counts as the last order.
    public var repeatedLastOrders = 0
    /// Users whose last interval equals the cap.
    public var censoredUsers = 0
    /// Users whose last interval is null, and so is estimated in the users table but not written back.
    public var usersWithNullLastInterval = 0
    /// Orders whose interval was replaced.
    public var rowsImputed = 0
    /// Of these, by the median of the user's other intervals.
    public var filledByUserMedian = 0
    /// Of these, by the median of all intervals.
    public var filledByGlobalMedian = 0
    /// Orders that keep the cap because there is no other interval at all.
    public var leftAtCap = 0

    /// Creates an empty report.
    public init() {}
}

/// The contents of `mice_metrics.json`.
public struct IntervalImputationMetrics: Hashable, Sendable, Codable {
    /// Orders.
    public var inputRows: Int
    /// Users.
    public var userRows: Int
    /// Users without a last interval once the cap is masked.
    public var missingAfterMask: Int
    /// Chains.
    public var chains: Int
    /// Sweeps of each chain.
    public var iterations: Int

    /// Creates metrics.
    public init(inputRows: Int, userRows: Int, missingAfterMask: Int, chains: Int, iterations: Int) {
        self.inputRows = inputRows
        self.userRows = userRows
        self.missingAfterMask = missingAfterMask
        self.chains = chains
        self.iterations = iterations
    }

    /// The keys of the file.
    enum CodingKeys: String, CodingKey {
        case inputRows = "input_rows"
        case userRows = "user_rows"
        case missingAfterMask = "missing_after_mask"
        case chains
        case iterations = "iters"
    }
}
