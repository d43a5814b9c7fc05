import IFCore

/// Purchases grouped into orders, by user and time.
struct TransactionOrders {
    private static let day: Int64 = 86_400_000_000

    private struct Order {
        var user: Int32
        /// Positions in `purchases`, in file order.
        var rows: Range<Int>
        var time: Int64
        var sequence: Int64
        var firstRow: Int
        var number = 0
        var set = EvaluationSet.prior
    }

    private let rows: TransactionRows
    private let mapping: TransactionMapping
    private let users: IDMap
    private let quantities: [Double]?
    /// Rows, order after order.
    private var purchases: [Int] = []
    /// By user and order number.
    private var orders: [Order] = []

    init(_ rows: TransactionRows, _ selection: TransactionRows.Selection, _ mapping: TransactionMapping) {
        self.rows = rows
        self.mapping = mapping
        quantities = selection.quantities ?? rows.quantity?.values
        users = IDMap(rows.user.ids)
        group(selection.purchases)
        number()
    }

    private mutating func group(_ selected: [Int]) {
        let user = users.indices(of: rows.user.ids)
        let key = groupKeys()
        purchases = selected.sorted { (user[$0], key[$0], $0) < (user[$1], key[$1], $1) }
        var start = 0
        while start < purchases.count {
            let first = purchases[start]
            var end = start + 1
            while end < purchases.count, user[purchases[end]] == user[first], key[purchases[end]] == key[first] {
                end += 1
            }
            let members = purchases[start..<end]
            orders.append(
                Order(
                    user: user[first], rows: start..<end, time: members.map { rows.time?.values[$0] ?? 0 }.min() ?? 0,
                    sequence: members.map { rows.sequence?.values[$0] ?? 0 }.min() ?? 0, firstRow: first))
            start = end
        }
    }

    /// What the rows of one order of a user share.
    private func groupKeys() -> [Int64] {
        if let order = rows.order { return IDMap(order.ids).indices(of: order.ids).map(Int64.init) }
        if let sequence = rows.sequence { return sequence.values }
        let times = rows.time?.values ?? []
        return mapping.grouping == .day ? times.map(Self.dayNumber) : times
    }

    private mutating func number() {
        orders.sort { ($0.user, $0.time, $0.sequence, $0.firstRow) < ($1.user, $1.time, $1.sequence, $1.firstRow) }
        for index in orders.indices {
            let isFirst = index == 0 || orders[index - 1].user != orders[index].user
            let isLast = index + 1 == orders.count || orders[index + 1].user != orders[index].user
            orders[index].number = isFirst ? 1 : orders[index - 1].number + 1
            if isLast, orders[index].number > 1, mapping.holdout == .lastOrder { orders[index].set = .train }
        }
    }

    /// Days since 1970, rounded down.
    private static func dayNumber(_ time: Int64) -> Int64 { time >= 0 ? time / day : (time - day + 1) / day }

    // MARK: Orders

    /// order_id int32 1…n by user and order number, and the columns of ``ShopData/orders``.
    func table() -> Table {
        var out = Table([
            "order_id": .int32(orders.indices.map { Int32($0 + 1) }),
            "user_id": users.ids(at: orders.map(\.user)).column,
            "eval_set": .strings(orders.map(\.set.name)),
            "order_number": .int32(orders.map { Int32($0.number) }),
        ])
        if rows.time != nil {
            let days = orders.map { Self.dayNumber($0.time) }
            // 1970-01-01 was a Thursday; weekdays count from Sunday.
            out.set("order_dow", .int32(days.map { Int32((($0 + 4) % 7 + 7) % 7) }))
            out.set(
                "order_hour_of_day",
                .int32(zip(orders, days).map { Int32(($0.time - $1 * Self.day) / 3_600_000_000) }))
            out.set(
                "days_since_prior_order",
                .double(
                    ColumnValues(
                        orders.indices.map { orders[$0].number == 1 ? nil : Double(days[$0] - days[$0 - 1]) },
                        placeholder: 0)))
            out.set("order_time", .timestamp(ColumnValues(orders.map(\.time))))
        } else {
            let none: [Double?] = Array(repeating: nil, count: orders.count)
            out.set("days_since_prior_order", .double(ColumnValues(none, placeholder: 0)))
        }
        if rows.amount != nil || rows.price != nil { out.set("order_value", .double(orders.map(value))) }
        if let order = rows.order {
            out.set("source_order_id", order.ids.column.gather(orders.map { purchases[$0.rows.lowerBound] }))
        }
        return out
    }

    private func value(_ order: Order) -> Double {
        purchases[order.rows].reduce(0) { total, row in
            if let amount = rows.amount { return total + amount.values[row] }
            return total + (rows.price?.values[row] ?? 0) * (quantities?[row] ?? 1)
        }
    }

    // MARK: Lines

    /// Lines of the prior and of the train orders: order_id int32, product_id, and the details on request.
    func lines(withDetails: Bool, _ log: inout FindingLog) -> (prior: Table, train: Table)? {
        guard let item = rows.item else { return nil }
        let codes = DenseCodes(item.ids)
        // Where an item was met last: in which order, as which of its lines, by which user.
        var lastOrder = [Int](repeating: -1, count: codes.bound)
        var lineOf = [Int](repeating: 0, count: codes.bound)
        var lastUser = [Int32](repeating: -1, count: codes.bound)
        var (prior, train) = (LineRows(), LineRows())
        for (index, order) in orders.enumerated() {
            var lines = LineRows()
            for row in purchases[order.rows] {
                let code = Int(codes.values[row])
                if lastOrder[code] == index {
                    lines.quantity[lineOf[code]] += quantities?[row] ?? 1
                    log.add(.mergedLine, mapping.item ?? "", row: row)
                    continue
                }
                lines.order.append(Int32(index + 1))
                lines.row.append(row)
                lines.position.append(Int32(lines.row.count))
                lines.reordered.append(lastUser[code] == order.user ? 1 : 0)
                lines.quantity.append(quantities?[row] ?? 1)
                (lastOrder[code], lineOf[code], lastUser[code]) = (index, lines.row.count - 1, order.user)
            }
            if order.set == .train { train.append(lines) } else { prior.append(lines) }
        }
        let hasQuantity = rows.quantity != nil
        return (
            prior.table(item.ids.column, withDetails, hasQuantity),
            train.table(item.ids.column, withDetails, hasQuantity)
        )
    }
}

/// Lines, column by column.
struct LineRows {
    var order: [Int32] = []
    /// The transaction that the line's product is taken from.
    var row: [Int] = []
    var position: [Int32] = []
    var reordered: [Int32] = []
    var quantity: [Double] = []

    mutating func append(_ other: LineRows) {
        order += other.order
        row += other.row
        position += other.position
        reordered += other.reordered
        quantity += other.quantity
    }

    func table(_ products: Column, _ withDetails: Bool, _ hasQuantity: Bool) -> Table {
        var out = Table(["order_id": .int32(order), "product_id": products.gather(row)])
        guard withDetails else { return out }
        out.set("add_to_cart_order", .int32(position))
        out.set("reordered", .int32(reordered))
        if hasQuantity { out.set("quantity", .double(quantity)) }
        return out
    }
}
