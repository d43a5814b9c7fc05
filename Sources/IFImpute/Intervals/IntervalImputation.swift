public import IFCore

/// The pipeline's imputation: a user's last interval between orders is censored at the cap (30 means "30 or more"), is
/// taken as missing, and estimated by chained equations from the other users.
///
/// 1. A user's first order has no interval: null becomes 0.
/// 2. For each user `days_imp` is the interval of the last order (the greatest order number), null where it equals the
///    cap, and `frequency` is that order number.
/// 3. ``ChainedEquations`` over the users, predictive mean matching. The estimate is the mean over the chains, rounded.
/// 4. Last intervals that equal the cap take the estimate; where there is none, the median of that user's other
///    intervals; where there is none, the median of all intervals. All else stays as it was, as 32-bit integers.
///
/// Rounding is half to even throughout, as in pandas, with which the original was written.
///
/// Censored values are treated as missing at random: the estimate of an interval known to be 30 or more is drawn from
/// intervals below 30, which is what the pipeline's consumers expect. ``ImputationScore`` measures the resulting bias
/// where the truth is known.
public struct IntervalImputation: Sendable {
    /// What predicts the last interval.
    public enum Predictors: String, Codable, Hashable, Sendable, CaseIterable {
        /// The number of orders.
        case frequency
        /// The number of orders and the user id as a number, as the original had it.
        case frequencyAndUserID
    }

    /// Names of the columns that are read.
    public struct Columns: Codable, Hashable, Sendable {
        /// The user: integers or strings.
        public var user: String
        /// The position of the order among its user's, from 1.
        public var orderNumber: String
        /// The interval in days; imputed.
        public var days: String

        /// Creates the names; the defaults are Instacart's.
        public init(
            user: String = "user_id", orderNumber: String = "order_number", days: String = "days_since_prior_order"
        ) {
            self.user = user
            self.orderNumber = orderNumber
            self.days = days
        }
    }

    /// Settings.
    public struct Configuration: Codable, Hashable, Sendable {
        /// Chains whose mean is the estimate, at least 1.
        public var chains: Int
        /// Sweeps of each chain, at least 1.
        public var iterations: Int
        /// The interval that stands for itself or more, in days; `nil` where none is cut off, so that none is imputed.
        public var cap: Int?
        /// Donors of predictive mean matching.
        public var donors: Int
        /// How donors are matched.
        public var matching: PredictiveMeanMatching.Matching
        /// What predicts the last interval.
        public var predictors: Predictors
        /// Whether the result holds the completed users of every chain.
        public var keepsChains: Bool
        /// Column names.
        public var columns: Columns

        /// Creates settings; the defaults are the pipeline's.
        public init(
            chains: Int = 7, iterations: Int = 10, cap: Int? = 30, donors: Int = 5,
            matching: PredictiveMeanMatching.Matching = .drawnForMissing, predictors: Predictors = .frequency,
            keepsChains: Bool = false, columns: Columns = Columns()
        ) {
            self.chains = chains
            self.iterations = iterations
            self.cap = cap
            self.donors = donors
            self.matching = matching
            self.predictors = predictors
            self.keepsChains = keepsChains
            self.columns = columns
        }

        /// As the original, which ran statsmodels' `MICEData` with its defaults: the user id is a predictor, donors are
        /// matched with drawn coefficients for all rows, and 20 of them are drawn from.
        public static let compat = Configuration(
            donors: 20, matching: .drawnForAll, predictors: .frequencyAndUserID)
    }

    /// Settings.
    public let configuration: Configuration

    /// Creates the imputation.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Imputes the last intervals.
    ///
    /// - Parameter orders: One row an order in any order: user, order number, interval, and whatever else; the rest is
    ///   passed through.
    /// - Throws: ``IFError``: `emptyData` without rows; `missingColumn`; `invalidData` with the row where a user or an
    ///   order number is missing, or an interval is no 32-bit number; `unsupported` where string ids are to be
    ///   predictors. `CancellationError` when the task is cancelled.
    /// - Complexity: O(orders + chains · iterations · users · log users).
    @concurrent
    public func run(orders: Table, in context: RunContext) async throws -> IntervalImputationResult {
        guard orders.rowCount > 0 else {
            throw IFError(.emptyData, "there are no orders to impute", column: configuration.columns.days)
        }
        let history = try OrderHistory(orders, columns: configuration.columns, cap: configuration.cap.map(Double.init))
        try Task.checkCancellation()
        let estimate = try await UserEstimate(history, configuration: configuration, context: context)
        try Task.checkCancellation()
        let written = try WriteBack(history, estimate: estimate)
        return try IntervalImputationResult(
            orders: orders, history: history, estimate: estimate, written: written, configuration: configuration)
    }
}
