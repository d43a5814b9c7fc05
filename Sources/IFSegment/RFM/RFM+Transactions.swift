public import IFCore

extension RFM {
    /// Where plain transactions keep what RFM needs.
    public struct TransactionColumns: Hashable, Sendable, Codable {
        /// Who bought.
        public var user: String
        /// When: a timestamp; a string that begins with `YYYY-MM-DD` or `YYYYMMDD`; or a whole number of days since
        /// 1970-01-01.
        public var date: String
        /// What it was worth, in any currency; returns are negative.
        public var value: String
        /// Which order or invoice the row belongs to; `nil`: the rows of a user and date are one order.
        public var order: String?

        /// Names the columns.
        public init(user: String = "user_id", date: String = "date", value: String = "value", order: String? = nil) {
            self.user = user
            self.date = date
            self.value = value
            self.order = order
        }
    }

    /// Features from plain purchases.
    ///
    /// - R: days from the user's last purchase to `referenceDay`, capped by ``recencyCap``. Here a *low* R is a recent
    ///   purchase, as in the order-based form, where it is a short interval.
    /// - F: different orders.
    /// - M: mean value of an order.
    ///
    /// - Parameters:
    ///   - table: One row a purchase or an invoice line.
    ///   - columns: Names of its columns.
    ///   - referenceDay: Days since 1970-01-01; the last day of the data where `nil`.
    /// - Throws: ``IFError/Code/emptyData``, ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``;
    ///   ``IFError/Code/invalidData`` on a missing or malformed date or value, or a purchase after `referenceDay`.
    /// - Complexity: O(n log n)
    public func transactions(
        _ table: Table, columns: TransactionColumns = TransactionColumns(), referenceDay: Int? = nil
    ) throws -> RFMFeatures {
        guard table.rowCount > 0 else { throw IFError(.emptyData, "the transactions table has no rows") }
        let ids = try table.ids(columns.user)
        let days = try Days.read(table, columns.date)
        let values = try table.double(columns.value)
        let users = IDMap(ids)
        let userOf = users.indices(of: ids)
        let orderOf: [Int32]
        if let order = columns.order {
            let orderIDs = try table.ids(order)
            orderOf = IDMap(orderIDs).indices(of: orderIDs)
        } else {
            orderOf = days
        }
        let reference = referenceDay ?? Int(days.max() ?? 0)

        var last = [Int32](repeating: .min, count: users.count)
        var total = [Double](repeating: 0, count: users.count)
        for row in 0..<table.rowCount {
            guard Int(days[row]) <= reference else {
                throw IFError(
                    .invalidData, "the purchase is later than the reference day; leave it out, or move the day",
                    row: row + 1, column: columns.date)
            }
            guard let value = values[row], value.isFinite else {
                throw IFError(
                    .invalidData, "the value is missing or not finite", row: row + 1, column: columns.value)
            }
            let user = Int(userOf[row])
            last[user] = max(last[user], days[row])
            total[user] += value
        }
        let frequency = Self.distinctOrders(userOf, orderOf, users.count)
        var report = RFMFeatures.Report()
        report.rows = table.rowCount
        let recency = last.map { capped(Double(reference - Int($0)), &report) }
        return RFMFeatures(
            users: users.ids, recency: recency, frequency: frequency,
            monetary: zip(total, frequency).map { $0 / Double($1) }, report: report)
    }

    private static func distinctOrders(_ userOf: [Int32], _ orderOf: [Int32], _ userCount: Int) -> [Int64] {
        var keys = zip(userOf, orderOf).map { Int64($0) << 32 | Int64(UInt32(bitPattern: $1)) }
        keys.sort()
        var out = [Int64](repeating: 0, count: userCount)
        var previous: Int64 = -1
        for key in keys where key != previous {
            out[Int(key >> 32)] += 1
            previous = key
        }
        return out
    }
}

/// Days since 1970-01-01 from the forms that dates come in.
enum Days {
    static func read(_ table: Table, _ name: String) throws -> [Int32] {
        func missing(_ row: Int) -> IFError {
            IFError(
                .invalidData, "the date is missing or not of the form YYYY-MM-DD or YYYYMMDD", row: row + 1,
                column: name)
        }
        switch try table.column(name) {
        case .timestamp(let column):
            return try (0..<column.count).map { row in
                guard let value = column[row] else { throw missing(row) }
                // Rounded down, so that times before 1970 fall on their day.
                let day = value >= 0 ? value / 86_400_000_000 : -((-value + 86_399_999_999) / 86_400_000_000)
                return Int32(truncatingIfNeeded: day)
            }
        case .string(let column):
            return try (0..<column.count).map { row in
                guard let text = column[row], let day = parse(text) else { throw missing(row) }
                return day
            }
        default:
            let column = try table.int32(name)
            return try (0..<column.count).map { row in
                guard let value = column[row] else { throw missing(row) }
                return value
            }
        }
    }

    /// The day of a text that begins with YYYY-MM-DD or YYYYMMDD, in the Gregorian calendar.
    static func parse(_ text: String) -> Int32? {
        var digits = Array(text.utf8.prefix(10))
        if digits.count == 10, digits[4] == 0x2D, digits[7] == 0x2D {
            digits.remove(at: 7)
            digits.remove(at: 4)
        }
        guard digits.count >= 8 else { return nil }
        var number = 0
        for digit in digits.prefix(8) {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
        // Days from civil (H. Hinnant): years begin in March, so that the leap day is the last of its year.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }
}
