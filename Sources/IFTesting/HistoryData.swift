package import IFCore

/// Real orders that tests of several modules compare with: a few hundred users of Instacart, the customers of CDNOW.
package enum HistoryData {
    /// order_id, user_id, eval_set, order_number, days_since_prior_order.
    package static func orders() throws -> Table {
        let rows = try SharedData.columns("data/instacart/history/orders.csv.gz")
        return Table([
            "order_id": .int32(rows["order_id"]?.compactMap { Int32($0) } ?? []),
            "user_id": .int32(rows["user_id"]?.compactMap { Int32($0) } ?? []),
            "eval_set": .strings(rows["eval_set"] ?? []),
            "order_number": .int32(rows["order_number"]?.compactMap { Int32($0) } ?? []),
            "days_since_prior_order": .double(rows["days_since_prior_order"]?.map { Double($0) } ?? []),
        ])
    }

    /// order_id and product_id of `order_products__prior` or `order_products__train`.
    package static func lines(_ name: String) throws -> Table {
        let rows = try SharedData.columns("data/instacart/history/\(name).csv.gz")
        return Table([
            "order_id": .int32(rows["order_id"]?.compactMap { Int32($0) } ?? []),
            "product_id": .int32(rows["product_id"]?.compactMap { Int32($0) } ?? []),
        ])
    }

    /// The purchases of the CDNOW customers: customer, day and value.
    package static func purchases() throws -> Table {
        let lines = try SharedData.unpacked("data/cdnow/CDNOW_master.txt.gz").split(whereSeparator: \.isNewline)
        let cells = lines.dropFirst().map { $0.split(separator: " ") }.filter { $0.count == 4 }
        return Table([
            "customer": .strings(cells.map { String($0[0]) }), "day": .strings(cells.map { String($0[1]) }),
            "value": .double(cells.map { Double($0[3]) }),
        ])
    }
}
