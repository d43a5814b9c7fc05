import IFCore

/// Brings a column of times to microseconds since 1970.
struct TimestampColumn {
    private static let day: Int64 = 86_400_000_000
    private let pieces: [(TimestampFormat.Piece, ClosedRange<Int>)]
    private let format: TimestampFormat

    init(_ format: TimestampFormat) {
        self.format = format
        pieces = format.textType == .string ? format.pieces : []
    }

    /// The times; cells that are none are noted and null.
    func values(_ table: Table, _ name: String, _ log: inout FindingLog) throws -> ColumnValues<Int64> {
        switch try table.column(name) {
        case .timestamp(let column): return column
        case .string(let column):
            guard format.textType == .string else {
                throw IFError(
                    .typeMismatch,
                    "the column holds text" + (column.firstValue.map { ", such as '\($0.quotable)'" } ?? "")
                        + "; say how times are written with input.transactions.timestamp_format, such as "
                        + "yyyy-MM-dd HH:mm:ss", column: name)
            }
            return checked(column.count, name, &log) { row in column[row].map { parse($0) } }
        case .int32, .int64, .float, .double:
            let numbers = try table.double(name)
            if format.textType == .string {
                // 20111209 read as a number.
                let whole = try table.int64(name)
                return checked(whole.count, name, &log) { row in whole[row].map { parse(String($0)) } }
            }
            let scale = format == .unixMilliseconds ? 1e3 : 1e6
            return checked(numbers.count, name, &log) { row in
                numbers[row].map { value in
                    (value * scale).isFinite && abs(value * scale) < 9e18 ? Int64(value * scale) : nil
                }
            }
        case let other:
            throw IFError(.typeMismatch, "the column holds \(other.type.rawValue), times are needed", column: name)
        }
    }

    private func checked(
        _ count: Int, _ name: String, _ log: inout FindingLog, _ value: (Int) -> Int64??
    ) -> ColumnValues<Int64> {
        var out: [Int64?] = []
        out.reserveCapacity(count)
        for row in 0..<count {
            switch value(row) {
            case .none: out.append(nil)
            case .some(.none):
                log.add(.wrongType, name, row: row)
                out.append(nil)
            case .some(.some(let time)): out.append(time)
            }
        }
        return ColumnValues(out, placeholder: 0)
    }

    /// A time by the pattern; the whole text has to fit.
    func parse(_ text: String) -> Int64? {
        var parts: [TimestampFormat.Piece: Int] = [:]
        var rest = text.utf8[...]
        for (piece, digits) in pieces {
            if case .literal(let byte) = piece {
                guard rest.popFirst() == byte else { return nil }
                continue
            }
            let run = rest.prefix(digits.upperBound).prefix { $0 >= 48 && $0 <= 57 }
            guard run.count >= digits.lowerBound else { return nil }
            parts[piece] = run.reduce(0) { $0 * 10 + Int($1 - 48) }
            rest = rest.dropFirst(run.count)
        }
        guard rest.isEmpty, let year = parts[.year], let month = parts[.month], let dayOfMonth = parts[.day],
            let days = Self.days(year, month, dayOfMonth)
        else { return nil }
        let (hour, minute, second) = (parts[.hour] ?? 0, parts[.minute] ?? 0, parts[.second] ?? 0)
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return Int64(days) * Self.day + Int64((hour * 60 + minute) * 60 + second) * 1_000_000
    }

    /// Days since 1970 of a date of the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), day >= 1, day <= lengths[month - 1] else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
