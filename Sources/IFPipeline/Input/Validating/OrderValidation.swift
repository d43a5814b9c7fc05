import IFCore

/// Checks the orders, and repairs them by the rules of ``ValidationReport/Kind``.
struct OrderValidation {
    private(set) var log: FindingLog
    private let table: Table
    private let orders: IDCells
    private let users: IDCells
    /// Set of each order of the file; 255 where unknown.
    let sets: [UInt8]
    /// Rows of the file that are left out.
    private(set) var isRemoved: [Bool]
    private var hasRemoved = false

    init(_ loaded: LoadedTable) throws {
        table = loaded.table
        log = loaded.log
        orders = try IDCells(table, "order_id", &log)
        users = try IDCells(table, "user_id", &log)
        sets = EvaluationSet.codes(try table.strings("eval_set"))
        isRemoved = Array(repeating: false, count: table.rowCount)
    }

    /// Row of each order id, first come.
    private(set) var index = OrderIndex()

    /// The orders that are left, in file order.
    mutating func repaired() throws -> Table {
        removeMissingIDs()
        indexOrders()
        for row in 0..<sets.count where sets[row] == .max && !isRemoved[row] {
            log.add(.unknownEvalSet, "eval_set", row: row)
            remove(row)
        }
        var out = table
        out.set("order_id", orders.ids.column)
        out.set("user_id", users.ids.column)
        let numbers = try checkedNumbers()
        out.set("order_number", .int32(numbers))
        if table.contains("days_since_prior_order") {
            out.set("days_since_prior_order", .double(try checkedIntervals(numbers)))
        }
        for name in ["order_dow", "order_hour_of_day"] where table.contains(name) {
            out.set(name, .int32(try table.int32(name)))
        }
        return hasRemoved ? out.gather(isRemoved.indices.filter { !isRemoved[$0] }) : out
    }

    private mutating func remove(_ row: Int) {
        isRemoved[row] = true
        hasRemoved = true
    }

    private mutating func removeMissingIDs() {
        for (name, cells) in [("order_id", orders), ("user_id", users)] where cells.validity != nil {
            for row in 0..<cells.count where !cells.isPresent(row) {
                log.add(.missingID, name, row: row)
                remove(row)
            }
        }
    }

    private mutating func indexOrders() {
        index = OrderIndex(orders, skipping: isRemoved)
        for row in index.duplicates {
            log.add(.duplicateOrder, "order_id", row: row)
            remove(row)
        }
    }

    // MARK: Order numbers

    /// The order numbers of all rows of the file; 1…n of every user over the rows that are left.
    private mutating func checkedNumbers() throws -> [Int32] {
        let given = try table.int32("order_number")
        let user = DenseCodes(users.ids)
        var starts = [Int](repeating: 0, count: user.bound + 1)
        for row in isRemoved.indices where !isRemoved[row] { starts[Int(user.values[row]) + 1] += 1 }
        for code in 0..<user.bound { starts[code + 1] += starts[code] }
        var isTaken = [Bool](repeating: false, count: starts[user.bound])
        var wrong: Set<Int32> = []
        for row in isRemoved.indices where !isRemoved[row] {
            let code = Int(user.values[row])
            let (start, end) = (starts[code], starts[code + 1])
            let number = given[row].map(Int.init) ?? 0
            if number < 1 || number > end - start {
                log.add(.orderNumberGap, "order_number", row: row)
                wrong.insert(user.values[row])
            } else if isTaken[start + number - 1] {
                log.add(.duplicateOrderNumber, "order_number", row: row)
                wrong.insert(user.values[row])
            } else {
                isTaken[start + number - 1] = true
            }
        }
        return wrong.isEmpty ? given.values : renumbered(given, user.values, wrong)
    }

    private func renumbered(_ given: ColumnValues<Int32>, _ user: [Int32], _ wrong: Set<Int32>) -> [Int32] {
        var numbers = given.values
        var rows: [Int32: [Int]] = [:]
        for row in isRemoved.indices where !isRemoved[row] && wrong.contains(user[row]) {
            rows[user[row], default: []].append(row)
        }
        for userRows in rows.values {
            // Orders without a number come last; equal numbers stay in file order.
            let sorted = userRows.sorted { (given[$0] ?? .max, $0) < (given[$1] ?? .max, $1) }
            for (position, row) in sorted.enumerated() { numbers[row] = Int32(position + 1) }
        }
        return numbers
    }

    // MARK: Intervals

    private mutating func checkedIntervals(_ numbers: [Int32]) throws -> ColumnValues<Double> {
        var days = try table.double("days_since_prior_order")
        var validity = days.validity ?? Bitmap(repeating: true, count: days.count)
        var hasChanged = false
        for row in 0..<days.count where !isRemoved[row] {
            guard validity[row] else {
                if numbers[row] > 1 { log.add(.missingInterval, "days_since_prior_order", row: row) }
                continue
            }
            let value = days.values[row]
            if value.isFinite, value >= 0 { continue }
            log.add(value.isNaN ? .nanInterval : .badInterval, "days_since_prior_order", row: row)
            if value.isNaN, numbers[row] > 1 { log.add(.missingInterval, "days_since_prior_order", row: row) }
            validity[row] = false
            days.values[row] = 0
            hasChanged = true
        }
        if hasChanged { days.validity = validity }
        return days
    }
}

/// The row of each order id, and the rows that repeat one.
struct OrderIndex: Sendable {
    /// Rows whose order id was met before, ascending.
    private(set) var duplicates: [Int] = []
    private var map = IDMap(integers: [])
    private var rows: [Int32] = []

    init() {}

    /// Indexes the rows that are not skipped.
    ///
    /// - Complexity: O(n) for integers of a dense range.
    init(_ orders: IDCells, skipping isSkipped: [Bool]) {
        map = IDMap(orders.ids)
        rows = Array(repeating: -1, count: map.count)
        for (row, code) in map.indices(of: orders.ids).enumerated() where !isSkipped[row] {
            if rows[Int(code)] < 0 { rows[Int(code)] = Int32(row) } else { duplicates.append(row) }
        }
    }

    var isInteger: Bool { map.isInteger }

    /// The row of each id, −1 where there is none.
    func rows(of ids: IDColumn) -> [Int32] {
        map.indices(of: ids).map { $0 < 0 ? -1 : rows[Int($0)] }
    }
}
