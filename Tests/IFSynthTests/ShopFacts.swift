import IFCore

/// A generated shop in plain arrays, and the figures that tests compare.
struct ShopFacts {
    let order: [Int32]
    let user: [Int32]
    let number: [Int32]
    let day: [Int32]
    let hour: [Int32]
    let days: ColumnValues<Double>
    let evaluation: [String]
    /// Orders of each user id.
    let counts: [Int32: Int]

    init(orders: Table) throws {
        order = try orders.int32("order_id").values
        user = try orders.int32("user_id").values
        number = try orders.int32("order_number").values
        day = try orders.int32("order_dow").values
        hour = try orders.int32("order_hour_of_day").values
        days = try orders.double("days_since_prior_order")
        evaluation = try orders.strings("eval_set").strings().map { $0 ?? "" }
        counts = user.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    func isLast(_ row: Int) -> Bool { row + 1 == user.count || user[row + 1] != user[row] }

    /// Share of 30 among the last intervals.
    var lastCappedShare: Double {
        let last = order.indices.filter(isLast)
        return share(of: last) { days[$0] == 30 }
    }

    /// Share of 30 among all intervals.
    var cappedShare: Double { share(of: order.indices.filter { days[$0] != nil }) { days[$0] == 30 } }

    var meanInterval: Double { mean((0..<days.count).compactMap { days[$0] }) }

    /// Mean interval of users with that many orders.
    func meanInterval(orders: ClosedRange<Int>) -> Double {
        mean((0..<days.count).compactMap { row in orders.contains(counts[user[row]] ?? 0) ? days[row] : nil })
    }

    var weekdayShares: [Double] { (0..<7).map { day in share(of: Array(order.indices)) { self.day[$0] == day } } }
    var hourShares: [Double] { (0..<24).map { hour in share(of: Array(order.indices)) { self.hour[$0] == hour } } }

    private func share(of rows: [Int], _ holds: (Int) -> Bool) -> Double {
        Double(rows.count(where: holds)) / Double(rows.count)
    }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

func quantile(_ values: [Int], _ share: Double) -> Int { values.sorted()[Int(share * Double(values.count - 1))] }

/// Shares of the greatest `tops` items in the lines, and lines an order.
struct LineFacts {
    let basketSizes: [Int]
    let itemCounts: [Int]
    let reorderedShare: Double

    init(lines: Table) throws {
        let orders = try lines.int32("order_id").values
        let items = try lines.int32("product_id").values
        let reordered = try lines.int32("reordered").values
        basketSizes = Array(orders.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }.values)
        itemCounts = items.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }.values.sorted(by: >)
        reorderedShare = mean(reordered.map(Double.init))
    }

    func share(ofTop top: Int) -> Double {
        Double(itemCounts.prefix(top).reduce(0, +)) / Double(itemCounts.reduce(0, +))
    }
}
