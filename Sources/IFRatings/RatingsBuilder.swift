public import IFCore

/// Turns orders and order lines into one rating and one row of features for every user and product.
///
/// Lines meet their order on `order_id`. For each (user, product):
/// 1. `upi_count` is the number of joined lines,
/// 2. `upi_avg_interval` is the mean of the orders' `days_since_prior_order` over those lines, missing values skipped,
/// 3. `rating` is 1 + ln(1 + `upi_count`).
///
/// The result depends on the data alone: sums run in the order of the orders table, then of the lines, whatever the
/// number of workers. Sums of whole numbers are exact in any order.
///
/// ```swift
/// let result = try await RatingsBuilder().build(orders: orders, lines: prior, in: RunContext(workers: 4))
/// let interactions = result.interactions()
/// ```
public struct RatingsBuilder: Sendable {
    /// What to do where two orders with the same id differ in user, interval or set.
    public enum ConflictingOrders: String, Hashable, Sendable, Codable, CaseIterable {
        /// Refuse the data (``IFError/Code/invalidData``).
        case reject
        /// Take the first row of that id.
        case keepFirst
    }

    /// The options.
    public struct Configuration: Hashable, Sendable, Codable {
        /// Values of `eval_set` whose lines count; lines of other orders are held out and reported.
        ///
        /// `nil` takes every line. Without effect where the orders table has no column `eval_set`.
        public var includedSets: [String]?
        /// What to do with contradicting orders. Rows that repeat an order exactly count once under either choice.
        public var conflictingOrders: ConflictingOrders

        /// Creates options; by default only `prior` orders count and contradicting orders are refused.
        public init(includedSets: [String]? = ["prior"], conflictingOrders: ConflictingOrders = .reject) {
            self.includedSets = includedSets
            self.conflictingOrders = conflictingOrders
        }
    }

    /// The options.
    public let configuration: Configuration

    /// Creates a builder.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Joins, groups and rates.
    ///
    /// - Parameters:
    ///   - orders: `order_id`, `user_id`, `days_since_prior_order` (days; null or NaN where unknown), and optionally
    ///     `eval_set`. Other columns are ignored. Ids are integers or strings.
    ///   - lines: `order_id`, `product_id`, one row a line. Fastest where the lines of an order stand together.
    ///   - context: Workers and progress (stage `ratings`).
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``; ``IFError/Code/invalidData`` on a
    ///   missing id, an infinite interval or contradicting orders; ``IFError/Code/emptyData`` where no line joins;
    ///   `CancellationError`.
    /// - Complexity: O(orders + lines + pairs) for integer ids of a dense range, else O(n log n) beside it. Memory
    ///   beyond the tables: about 16 bytes an order and a run of lines of the same order, and 48 bytes a pair.
    @concurrent
    public func build(orders: Table, lines: Table, in context: RunContext) async throws -> RatingsResult {
        var stream = try await stream(orders: orders, in: context)
        try await stream.append(lines)
        return try await stream.finish()
    }

    /// Joins, groups and rates lines that arrive in batches, so that their order ids need not stay in memory.
    ///
    /// - Throws: As ``build(orders:lines:in:)-(Table,Table,_)``; rows in errors and reports count over all batches.
    @concurrent
    public func build<Batches: AsyncSequence & Sendable>(
        orders: Table, lines: Batches, in context: RunContext
    ) async throws -> RatingsResult where Batches.Element == Table {
        var stream = try await stream(orders: orders, in: context)
        for try await batch in lines { try await stream.append(batch) }
        return try await stream.finish()
    }

    /// Opens a join against `orders` to which batches of lines are added.
    ///
    /// - Throws: What is wrong with the orders, as ``build(orders:lines:in:)-(Table,Table,_)``.
    @concurrent
    public func stream(orders: Table, in context: RunContext) async throws -> RatingsStream {
        let index = try await OrderIndex(orders, configuration: configuration, in: context)
        return RatingsStream(orders: index, context: context)
    }
}
