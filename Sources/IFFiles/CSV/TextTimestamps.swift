/// ISO 8601 dates and times as microseconds since 1970 UTC.
enum TextTimestamps {
    private static let microsecondsADay: Int64 = 86_400_000_000

    /// `YYYY-MM-DD`, or that with `T` or a blank, `HH:MM`, optional `:SS`, optional fraction, optional `Z` or offset.
    /// Without an offset the time is UTC. Digits past the sixth of the fraction are cut off.
    static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe parse($0, 0, buffer.count) }
        }
    }

    /// The time between two positions; blanks around it are passed over.
    static func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int64? {
        var (start, end) = (start, end)
        while start < end, unsafe TextNumbers.isBlank(bytes[start]) { start += 1 }
        while start < end, unsafe TextNumbers.isBlank(bytes[end - 1]) { end -= 1 }
        var reader = unsafe DigitReader(bytes, start, end)
        return parse(&reader)
    }

    private static func parse(_ reader: inout DigitReader) -> Int64? {
        guard let year = reader.number(digits: 4), reader.take("-"), let month = reader.number(digits: 2),
            reader.take("-"), let day = reader.number(digits: 2), let days = days(year, month, day)
        else { return nil }
        let date = Int64(days) * microsecondsADay
        if reader.isAtEnd { return date }
        guard reader.take("T") || reader.take(" ") || reader.take("t"), let hour = reader.number(digits: 2), hour < 24,
            reader.take(":"), let minute = reader.number(digits: 2), minute < 60
        else { return nil }
        var micros = Int64(hour * 60 + minute) * 60_000_000
        if reader.take(":") {
            guard let second = reader.number(digits: 2), second < 60 else { return nil }
            micros += Int64(second) * 1_000_000
            if reader.take(".") || reader.take(",") {
                guard let fraction = reader.fraction() else { return nil }
                micros += fraction
            }
        }
        if reader.isAtEnd || reader.take("Z") || reader.take("z") { return reader.isAtEnd ? date + micros : nil }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        return date + micros - offset
    }

    /// Writes `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`.
    static func format(_ value: Int64) -> String {
        let days = value.floorQuotient(microsecondsADay)
        let rest = value - days * microsecondsADay
        let (year, month, day) = civil(days)
        let (seconds, micros) = rest.quotientAndRemainder(dividingBy: 1_000_000)
        var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
        text += "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        if micros != 0 { text += ".\(padded(micros, 6))" }
        return text + "Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(abs(value))
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Days since 1970 of a date of the Gregorian calendar (Hinnant, chrono-compatible date algorithms).
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.floorQuotient(400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }

    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = shifted.floorQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let month = index < 10 ? index + 3 : index - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
    }
}

/// Reads fixed-width digits off the front of a text.
@safe
private struct DigitReader {
    private let text: UnsafePointer<UInt8>
    private var position: Int
    private let end: Int

    @unsafe
    init(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
        unsafe self.text = text
        position = start
        self.end = end
    }

    var isAtEnd: Bool { position == end }

    @inline(__always)
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < end, unsafe text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    @inline(__always)
    mutating func number(digits: Int) -> Int? {
        guard end - position >= digits else { return nil }
        var value = 0
        for index in position..<position + digits {
            let digit = unsafe text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        position += digits
        return value
    }

    /// One digit or more, in microseconds; digits past the sixth are passed over.
    mutating func fraction() -> Int64? {
        let first = position
        var value: Int64 = 0
        while position < end {
            let digit = unsafe text[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            if position - first < 6 { value = value * 10 + Int64(digit) }
            position += 1
        }
        guard position > first else { return nil }
        for _ in min(6, position - first)..<6 { value *= 10 }
        return value
    }

    /// `±HH:MM`, `±HHMM` or `±HH`, in microseconds.
    mutating func offset() -> Int64? {
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = number(digits: 2), hours < 24 else { return nil }
        _ = take(":")
        let minutes = isAtEnd ? 0 : number(digits: 2)
        guard let minutes, minutes < 60 else { return nil }
        let value = Int64(hours * 60 + minutes) * 60_000_000
        return isNegative ? -value : value
    }
}

extension FixedWidthInteger {
    /// The quotient rounded down.
    fileprivate func floorQuotient(_ divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
