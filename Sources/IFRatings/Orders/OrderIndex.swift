import IFCore

/// The orders, arranged for a join: order id to slot, and slots in the order of (user, row of the orders table).
///
/// The orders of a user hold neighbouring slots, so a line's slot says its user, and grouping lines by slot groups
/// them by user as well.
struct OrderIndex: Sendable {
    /// Different users, ascending.
    let users: IDMap
    /// The type that the user ids came in.
    let userType: ColumnType
    /// `users.count + 1` positions among the slots.
    let slotOffsets: [Int32]
    /// Days since the prior order of each slot, NaN where missing.
    let intervals: [Double]
    /// Whether every known interval is whole and not negative.
    let hasWholeIntervals: Bool
    /// The greatest known interval, at least 0.
    let greatestInterval: Double
    /// From order id to slot.
    let lookup: OrderLookup
    /// Rows, duplicates and missing intervals of the orders.
    let report: RatingsReport

    var slotCount: Int { intervals.count }

    init(_ table: Table, configuration: RatingsBuilder.Configuration, in context: RunContext) async throws {
        guard table.rowCount > 0 else { throw IFError(.emptyData, "the orders table has no rows") }
        guard table.rowCount < Int(Int32.max) else { throw IFError(.unsupported, "more than 2^31 orders") }
        let ids = try table.ids("order_id")
        let userIDs = try table.ids("user_id")
        let days = try Self.intervals(table)
        let included = try Self.included(table, configuration.includedSets)

        users = IDMap(userIDs)
        userType = userIDs.column.type
        let userOf = users.indices(of: userIDs)
        let slots = SlotOrder(userOf, userCount: users.count)
        slotOffsets = slots.offsets

        let rows = try await OrderRows(ids, in: context)
        let check = DuplicateOrders(userOf: userOf, intervals: days, included: included)
        if configuration.conflictingOrders == .reject { try check.rejectConflicts(rows.duplicates) }
        lookup = rows.lookup { row in
            included.map { !$0[row] } ?? false ? OrderLookup.heldOut : slots.slot(ofRow: row)
        }
        intervals = slots.arranged(days)

        hasWholeIntervals = days.allSatisfy { $0.isNaN || ($0 >= 0 && $0 < 0x1p24 && $0 == $0.rounded(.down)) }
        greatestInterval = days.reduce(0) { $1 > $0 ? $1 : $0 }

        var report = RatingsReport()
        report.orders = table.rowCount
        report.duplicateOrders = rows.duplicates.count
        report.ordersWithoutInterval = days.reduce(0) { $0 + ($1.isNaN ? 1 : 0) }
        self.report = report
    }

    private static func intervals(_ table: Table) throws -> [Double] {
        let column = try table.double("days_since_prior_order")
        var days = column.values
        if let validity = column.validity {
            for row in 0..<days.count where !validity[row] { days[row] = .nan }
        }
        if let bad = days.firstIndex(where: { $0.isInfinite }) {
            throw IFError(
                .invalidData, "the interval is infinite; leave it out where it is unknown", row: bad + 1,
                column: "days_since_prior_order")
        }
        return days
    }

    /// Which orders count by their `eval_set`; `nil` where all do.
    private static func included(_ table: Table, _ sets: [String]?) throws -> [Bool]? {
        guard let sets, table.contains("eval_set") else { return nil }
        let column = try table.strings("eval_set")
        let wanted = sets.map { Array($0.utf8) }
        let (bytes, offsets) = (column.bytes, column.offsets)
        var out = [Bool](repeating: false, count: column.count)
        for row in 0..<column.count {
            if let validity = column.validity, !validity[row] { continue }
            let text = bytes[offsets[row]..<offsets[row + 1]]
            out[row] = wanted.contains { $0.count == text.count && text.elementsEqual($0) }
        }
        return out.contains(false) ? out : nil
    }
}

/// The rows of the orders table in the order of (user, row).
struct SlotOrder {
    /// Where the slots of each user begin.
    let offsets: [Int32]
    /// Slot of each row; `nil` where the table is in that order already.
    private let slots: [Int32]?

    init(_ userOf: [Int32], userCount: Int) {
        var starts = [Int32](repeating: 0, count: userCount + 1)
        var ascending = true
        var previous: Int32 = 0
        for user in userOf {
            starts[Int(user) + 1] += 1
            if user < previous { ascending = false }
            previous = user
        }
        for user in 0..<userCount { starts[user + 1] += starts[user] }
        offsets = starts
        guard !ascending else {
            slots = nil
            return
        }
        slots = userOf.map { user in
            defer { starts[Int(user)] += 1 }
            return starts[Int(user)]
        }
    }

    func slot(ofRow row: Int) -> Int32 { slots.map { $0[row] } ?? Int32(row) }

    func arranged(_ values: [Double]) -> [Double] {
        guard let slots else { return values }
        var out = [Double](repeating: 0, count: values.count)
        for (row, slot) in slots.enumerated() { out[Int(slot)] = values[row] }
        return out
    }
}

/// Looks at orders that share an id.
struct DuplicateOrders {
    let userOf: [Int32]
    let intervals: [Double]
    let included: [Bool]?

    func rejectConflicts(_ duplicates: [(row: Int, first: Int)]) throws {
        for (row, first) in duplicates {
            let sameInterval = intervals[row] == intervals[first] || (intervals[row].isNaN && intervals[first].isNaN)
            let sameSet = included.map { $0[row] == $0[first] } ?? true
            guard userOf[row] == userOf[first], sameInterval, sameSet else {
                throw IFError(
                    .invalidData,
                    "the order id is that of row \(first + 1), but user, interval or set differ; clean the orders, or "
                        + "take the first of them with conflictingOrders = keepFirst", row: row + 1, column: "order_id")
            }
        }
    }
}
