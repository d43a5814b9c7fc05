/// A moment in the proleptic Gregorian calendar in UTC, without leap seconds.
///
/// The conversions are those of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2021
/// (`days_from_civil`, `civil_from_days`).
struct CivilDate: Equatable {
    var year: Int
    var month: Int
    var day: Int
    var second: Double

    init(year: Int, month: Int, day: Int, second: Double = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.second = second
    }

    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    init(seconds: Double) {
        let days = (seconds / 86_400).rounded(.down)
        second = seconds - days * 86_400
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    var seconds: Double {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Double(era * 146_097 + dayOfEra - 719_468) * 86_400 + second
    }

    var monthName: String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return names[month - 1]
    }

    /// "2026-11-23 08:15:00".
    var timestamp: String {
        let whole = Int(second)
        return "\(padded(year, 4))-\(padded(month))-\(padded(day)) "
            + "\(padded(whole / 3600)):\(padded(whole / 60 % 60)):\(padded(whole % 60))"
    }

    func padded(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
