import IFCore

/// The three columns of the orders table, by row, and each user's last order.
struct OrderHistory: Sendable {
    let users: IDMap
    /// Dense user of each row.
    let userOfRow: [Int32]
    /// Interval of each row, `nan` where there is none; step 1 is done.
    let days: [Double]
    /// Whether the row is its user's first order.
    let isFirst: [Bool]
    /// Row of each user's last order.
    let lastRow: [Int32]
    /// Greatest order number of each user.
    let frequency: [Int32]
    /// The cap; `nil` where no interval is cut off.
    let cap: Double?
    /// What was found along the way.
    let findings: IntervalImputationReport

    /// Complexity: O(rows).
    init(_ orders: Table, columns: IntervalImputation.Columns, cap: Double?) throws {
        let ids = try orders.ids(columns.user)
        users = IDMap(ids)
        userOfRow = users.indices(of: ids)
        let numbers = try orders.int32(columns.orderNumber)
        if numbers.nullCount > 0, let row = (0..<numbers.count).first(where: { numbers[$0] == nil }) {
            throw IFError(.invalidData, "the order number is missing", row: row + 1, column: columns.orderNumber)
        }
        let ends = Ends(users: users.count, userOfRow: userOfRow, numbers: numbers.values)
        let source = try orders.double(columns.days)
        var findings = IntervalImputationReport()
        findings.repeatedLastOrders = ends.repeatedLast
        days = try Self.clean(
            source, ends: ends, userOfRow: userOfRow, numbers: numbers.values, cap: cap, column: columns.days,
            findings: &findings)
        isFirst = zip(numbers.values, userOfRow).map { $0 == ends.least[Int($1)] }
        lastRow = ends.lastRow
        frequency = ends.greatest
        self.cap = cap
        self.findings = findings
    }

    /// Users whose last interval equals the cap.
    var censoredUsers: [Int] { lastRow.indices.filter { days[Int(lastRow[$0])] == cap } }

    /// Step 1, and a look at every value.
    private static func clean(
        _ source: ColumnValues<Double>, ends: Ends, userOfRow: [Int32], numbers: [Int32], cap: Double?, column: String,
        findings: inout IntervalImputationReport
    ) throws -> [Double] {
        var days = source.values
        for row in days.indices {
            let isNull = source.validity.map { !$0[row] } ?? false
            if isNull || days[row].isNaN {
                let user = Int(userOfRow[row])
                if !isNull { findings.notANumberTakenAsNull += 1 }
                if numbers[row] == ends.least[user] {
                    days[row] = 0
                    findings.firstOrderNullsSetToZero += 1
                } else {
                    days[row] = .nan
                    findings.nullsLeft.note(row)
                }
                continue
            }
            let value = days[row]
            guard Int32(exactly: value.rounded(.toNearestOrEven)) != nil else {
                throw IFError(
                    .invalidData, "the interval is no number of days that fits 32 bits", row: row + 1, column: column)
            }
            if value != value.rounded(.towardZero) { findings.notWholeRounded.note(row) }
            if value < 0 { findings.negative.note(row) }
            if let cap, value > cap { findings.aboveCap.note(row) }
        }
        return days
    }

    /// Least and greatest order number of each user, and the row of the greatest.
    private struct Ends {
        var least: [Int32]
        var greatest: [Int32]
        var lastRow: [Int32]
        var repeatedLast = 0

        init(users: Int, userOfRow: [Int32], numbers: [Int32]) {
            least = Array(repeating: .max, count: users)
            greatest = Array(repeating: .min, count: users)
            lastRow = Array(repeating: -1, count: users)
            var repeats = [Int32](repeating: 0, count: users)
            for row in numbers.indices {
                let user = Int(userOfRow[row])
                let number = numbers[row]
                if number < least[user] { least[user] = number }
                if lastRow[user] < 0 || number > greatest[user] {
                    greatest[user] = number
                    lastRow[user] = Int32(row)
                    repeats[user] = 0
                } else if number == greatest[user] {
                    // The first row wins, as in pandas' idxmax.
                    repeats[user] += 1
                }
            }
            repeatedLast = repeats.reduce(0) { $0 + Int($1) }
        }
    }
}
