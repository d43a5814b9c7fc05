public import IFCore

/// Compares the intervals between orders before and after an imputation: the contents of `summary_day30.json`, and the
/// tables behind the charts.
///
/// Distribution figures look at values in (0, 730) days; last-order figures at every row.
public struct ImputationCheck: Sendable {
    /// Settings.
    public struct Configuration: Codable, Hashable, Sendable {
        /// Columns to look for in the table before, first match wins.
        public var candidatesBefore: [String]
        /// Columns to look for in the table after, first match wins.
        public var candidatesAfter: [String]
        /// The column before, where the caller names it.
        public var columnBefore: String?
        /// The column after, where the caller names it.
        public var columnAfter: String?
        /// Column of the user.
        public var user: String
        /// Column of the order number.
        public var orderNumber: String
        /// The threshold in days, 30 by default.
        public var threshold: Double
        /// Greatest interval shown in charts, in days.
        public var greatestShown: Double
        /// Bins of the histograms.
        public var bins: Int

        /// Creates settings; the defaults are the pipeline's.
        public init(
            candidatesBefore: [String] = ["days_since_prior_order", "days_imp", "days_imp_imputed"],
            candidatesAfter: [String] = [
                "days_imp_imputed", "days_imp", "days_since_prior_order_imputed", "days_since_prior_order",
            ],
            columnBefore: String? = nil, columnAfter: String? = nil, user: String = "user_id",
            orderNumber: String = "order_number", threshold: Double = 30, greatestShown: Double = 60, bins: Int = 60
        ) {
            self.candidatesBefore = candidatesBefore
            self.candidatesAfter = candidatesAfter
            self.columnBefore = columnBefore
            self.columnAfter = columnAfter
            self.user = user
            self.orderNumber = orderNumber
            self.threshold = threshold
            self.greatestShown = greatestShown
            self.bins = bins
        }
    }

    /// Settings.
    public let configuration: Configuration

    /// Creates the check.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Compares two order tables.
    ///
    /// - Parameters:
    ///   - before: Orders as they came: user, order number, interval.
    ///   - after: Orders as imputed. A table of users will do on either side: without an order number each row counts
    ///     as its user's last order.
    ///   - paths: Where the tables came from, for the summary.
    /// - Throws: ``IFError``: `missingColumn` where no candidate is there; `typeMismatch`; `invalidArgument`.
    /// - Complexity: O(rows · log rows).
    public func compare(
        before: Table, after: Table, paths: (before: String?, after: String?) = (nil, nil)
    ) throws -> ImputationComparison {
        guard configuration.bins >= 1, configuration.greatestShown > 0, configuration.greatestShown.isFinite else {
            throw IFError(.invalidArgument, "a histogram needs 1 bin or more and a positive greatest value")
        }
        let first = try side(
            before, named: configuration.columnBefore, candidates: configuration.candidatesBefore, path: paths.before)
        let second = try side(
            after, named: configuration.columnAfter, candidates: configuration.candidatesAfter, path: paths.after)
        let summary = ImputationSummary(
            inputs: .init(before: first.input, after: second.input),
            threshold: configuration.threshold, greatestShown: configuration.greatestShown,
            stats: .init(before: first.stats, after: second.stats),
            lastOrder: .init(before: first.lastOrder, after: second.lastOrder))
        return ImputationComparison(
            summary: summary, before: first.intervals, after: second.intervals,
            greatestShown: configuration.greatestShown, bins: configuration.bins)
    }

    private struct Side {
        var input: ImputationSummary.Input
        var intervals: [Double]
        var stats: IntervalStatistics
        var lastOrder: LastOrderStatistics
    }

    private func side(_ table: Table, named: String?, candidates: [String], path: String?) throws -> Side {
        let column = try Self.pick(table, named: named, candidates: candidates)
        let days = try table.double(column)
        let intervals = (0..<days.count).compactMap { row -> Double? in
            guard let value = days[row], value > 0, value < 730 else { return nil }
            return value
        }
        let stats = IntervalStatistics(intervals, threshold: configuration.threshold)
        return Side(
            input: .init(path: path, column: column, count: stats.count), intervals: intervals, stats: stats,
            lastOrder: try lastOrders(table, days: days))
    }

    private static func pick(_ table: Table, named: String?, candidates: [String]) throws -> String {
        if let named {
            _ = try table.column(named)
            return named
        }
        if let column = candidates.first(where: { table.contains($0) }) { return column }
        throw IFError(
            .missingColumn,
            "no column of intervals: looked for \(candidates.joined(separator: ", ")); the table has \(table.names.joined(separator: ", "))"
        )
    }

    private func lastOrders(_ table: Table, days: ColumnValues<Double>) throws -> LastOrderStatistics {
        let ids = try table.ids(configuration.user)
        let map = IDMap(ids)
        var last = [Int](repeating: -1, count: map.count)
        if table.contains(configuration.orderNumber) {
            let numbers = try table.int64(configuration.orderNumber)
            for (row, user) in map.indices(of: ids).enumerated() {
                let current = last[Int(user)]
                guard let number = numbers[row] else {
                    throw IFError(
                        .invalidData, "the order number is missing", row: row + 1, column: configuration.orderNumber)
                }
                if current < 0 || number > numbers.values[current] { last[Int(user)] = row }
            }
        } else {
            for (row, user) in map.indices(of: ids).enumerated() where last[Int(user)] < 0 { last[Int(user)] = row }
        }
        return LastOrderStatistics(
            rows: table.rowCount, users: map.count,
            atThreshold: last.count { days[$0] == configuration.threshold })
    }
}
