/// What a join found: the row counts of every step, and the rows that could not be used.
public struct RatingsReport: Hashable, Sendable, Codable {
    /// A kind of line that was left out: how many, and where the first ones are.
    public struct Skipped: Hashable, Sendable, Codable {
        /// Lines in all.
        public internal(set) var count = 0
        /// One-based rows of the first of them, at most ``firstRowLimit``, counted over all batches.
        public internal(set) var firstRows: [Int] = []

        /// How many rows are named.
        public static let firstRowLimit = 10

        mutating func add(_ other: Skipped) {
            count += other.count
            firstRows.append(contentsOf: other.firstRows.prefix(Skipped.firstRowLimit - firstRows.count))
        }

        mutating func add(rows: Range<Int>) {
            count += rows.count
            firstRows.append(contentsOf: rows.prefix(Skipped.firstRowLimit - firstRows.count).map { $0 + 1 })
        }
    }

    /// Rows of the orders table.
    public internal(set) var orders = 0
    /// Rows of the orders table whose order id had occurred before.
    public internal(set) var duplicateOrders = 0
    /// Orders whose interval is missing.
    public internal(set) var ordersWithoutInterval = 0
    /// Rows of the lines.
    public internal(set) var lines = 0
    /// Lines that count.
    public internal(set) var joinedLines = 0
    /// Lines whose order id is not among the orders.
    public internal(set) var linesWithoutOrder = Skipped()
    /// Lines of orders outside ``RatingsBuilder/Configuration/includedSets``.
    public internal(set) var heldOutLines = Skipped()
    /// Users with at least one pair.
    public internal(set) var users = 0
    /// Different products of the pairs.
    public internal(set) var products = 0
    /// (user, product) pairs.
    public internal(set) var pairs = 0
    /// Pairs none of whose orders has an interval; their `upi_avg_interval` is null.
    public internal(set) var pairsWithoutInterval = 0
}
