public import FoundationEssentials

/// The second in which a run began, as it stands in the run's name: `YYYYMMDD-HHMMSS`, UTC.
public struct RunTimestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Whole seconds since 1970.
    public let seconds: Int

    /// The second that holds `date`.
    public init(_ date: Date) { seconds = Int(date.timeIntervalSince1970.rounded(.down)) }

    private init(seconds: Int) { self.seconds = seconds }

    /// Reads `YYYYMMDD-HHMMSS`; `nil` for any other text, dates that do not exist included.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 15, bytes[8] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15)
        else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        self.init(seconds: days * 86_400 + hour * 3600 + minute * 60 + second)
        // Values out of range came back as another date.
        guard description.utf8.elementsEqual(bytes) else { return nil }
    }

    /// The next second.
    public var next: RunTimestamp { RunTimestamp(seconds: seconds + 1) }

    /// The second as a date.
    public var date: Date { Date(timeIntervalSince1970: Double(seconds)) }

    /// Earlier comes first.
    public static func < (first: RunTimestamp, second: RunTimestamp) -> Bool { first.seconds < second.seconds }

    /// The text shown to people.
    public var description: String {
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - day * 86_400
        let date = CivilDate(daysSince1970: day)
        return digits(date.year, 4) + digits(date.month, 2) + digits(date.day, 2) + "-" + digits(rest / 3600, 2)
            + digits(rest / 60 % 60, 2) + digits(rest % 60, 2)
    }

    private func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}

/// A day of the proleptic Gregorian calendar. Howard Hinnant, "chrono-compatible low-level date algorithms" (2013).
private struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
