public import IFCore

/// Recency, frequency and monetary value of users.
///
/// From orders and train lines (the pipeline's definition):
/// - R: `days_since_prior_order` of the user's last order (greatest `order_number`), missing counts as 0, at most
///   ``recencyCap``. Note that a *high* R is a long interval.
/// - F: the user's different orders.
/// - M: mean lines of the user's train orders; 1 where there is none.
///
/// Plain purchases go through ``transactions(_:columns:referenceDay:)``; ``features(ofShop:trainLines:)`` takes the form
/// that the orders allow.
public struct RFM: Hashable, Sendable, Codable {
    /// R is at most this many days; `nil` leaves it as it is.
    public var recencyCap: Double?

    /// Creates the definition; R is capped at 60 days unless told otherwise.
    ///
    /// - Precondition: `recencyCap` is not negative.
    public init(recencyCap: Double? = 60) {
        precondition(recencyCap.map { $0 >= 0 } ?? true, "the cap of recency is in days and not negative")
        self.recencyCap = recencyCap
    }

    /// Features from orders and lines.
    ///
    /// - Parameters:
    ///   - orders: `order_id`, `user_id`, `order_number`, `days_since_prior_order`. Repeated order ids count once in F.
    ///   - trainLines: `order_id` of each line of a train order; `nil` where there are none.
    /// - Throws: ``IFError/Code/emptyData``, ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``;
    ///   ``IFError/Code/invalidData`` on a missing id or number, or an interval that is not finite.
    /// - Complexity: O(orders + lines) for integer ids of a dense range, else O(n log n).
    public func features(orders: Table, trainLines: Table?) throws -> RFMFeatures {
        guard orders.rowCount > 0 else { throw IFError(.emptyData, "the orders table has no rows") }
        let userIDs = try orders.ids("user_id")
        let orderIDs = try orders.ids("order_id")
        let users = IDMap(userIDs)
        let userOf = users.indices(of: userIDs)
        let orderMap = IDMap(orderIDs)
        let orderOf = orderMap.indices(of: orderIDs)

        var report = RFMFeatures.Report()
        report.rows = orders.rowCount
        let recency = try self.recency(orders, userOf, users.count, &report)
        var frequency = [Int64](repeating: 0, count: users.count)
        var userOfOrder = [Int32](repeating: -1, count: orderMap.count)
        for row in 0..<orders.rowCount where userOfOrder[Int(orderOf[row])] < 0 {
            userOfOrder[Int(orderOf[row])] = userOf[row]
            frequency[Int(userOf[row])] += 1
        }
        let monetary = try basketSizes(trainLines, orderMap, userOfOrder, users.count, &report)
        return RFMFeatures(
            users: users.ids, recency: recency, frequency: frequency, monetary: monetary, report: report)
    }

    /// Features of a shop's orders, by what they hold: where they carry times and values (`order_time` and
    /// `order_value`), those of purchases (``transactions(_:columns:referenceDay:)``: days before the last order of all,
    /// and the mean value of an order); else those of orders and train lines.
    ///
    /// - Parameters:
    ///   - orders: `order_id`, `user_id`, and either `order_time` and `order_value`, or `order_number` and
    ///     `days_since_prior_order`.
    ///   - trainLines: `order_id` of each line of a train order; `nil` where there are none.
    /// - Throws: As the form that is taken.
    public func features(ofShop orders: Table, trainLines: Table?) throws -> RFMFeatures {
        guard orders.contains("order_value"), orders.contains("order_time") else {
            return try features(orders: orders, trainLines: trainLines)
        }
        return try transactions(
            orders, columns: .init(user: "user_id", date: "order_time", value: "order_value", order: "order_id"))
    }

    private func recency(
        _ orders: Table, _ userOf: [Int32], _ userCount: Int, _ report: inout RFMFeatures.Report
    ) throws -> [Double] {
        let numbers = try orders.int64("order_number")
        let days = try orders.double("days_since_prior_order")
        var last = [Int](repeating: -1, count: userCount)
        for row in 0..<orders.rowCount {
            guard let number = numbers[row] else {
                throw IFError(.invalidData, "the order number is missing", row: row + 1, column: "order_number")
            }
            let user = Int(userOf[row])
            if last[user] < 0 || number >= numbers.values[last[user]] { last[user] = row }
        }
        return try last.map { row in
            guard let value = days[row], !value.isNaN else {
                report.usersWithoutInterval += 1
                return 0
            }
            guard value.isFinite else {
                throw IFError(
                    .invalidData, "the interval is infinite", row: row + 1, column: "days_since_prior_order")
            }
            return capped(value, &report)
        }
    }

    /// R at most the cap; who is above is counted.
    func capped(_ recency: Double, _ report: inout RFMFeatures.Report) -> Double {
        guard let recencyCap, recency > recencyCap else { return recency }
        report.usersAboveRecencyCap += 1
        return recencyCap
    }

    /// Mean lines per train order; 1 for users without one.
    private func basketSizes(
        _ lines: Table?, _ orders: IDMap, _ userOfOrder: [Int32], _ userCount: Int,
        _ report: inout RFMFeatures.Report
    ) throws -> [Double] {
        var linesOfOrder = [Int64](repeating: 0, count: orders.count)
        if let lines {
            for order in orders.indices(of: try lines.ids("order_id")) {
                if order < 0 { report.linesWithoutOrder += 1 } else { linesOfOrder[Int(order)] += 1 }
            }
        }
        var total = [Int64](repeating: 0, count: userCount)
        var count = [Int64](repeating: 0, count: userCount)
        for (order, lines) in linesOfOrder.enumerated() where lines > 0 {
            total[Int(userOfOrder[order])] += lines
            count[Int(userOfOrder[order])] += 1
        }
        report.usersWithoutTrainOrder = count.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        return zip(total, count).map { $1 == 0 ? 1 : Double($0) / Double($1) }
    }
}
