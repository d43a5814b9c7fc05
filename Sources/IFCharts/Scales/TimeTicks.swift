/// Ticks of a time axis in UTC, on the calendar's own units, from fractions of a second to centuries.
enum TimeTicks {
    /// What a tick stands for; decides its label.
    enum Unit: Hashable {
        case second(Double)
        case minute(Int)
        case hour(Int)
        case day(Int)
        case month(Int)
        case year(Int)

        /// Length in seconds, of months and years on average.
        var length: Double {
            switch self {
            case .second(let count): count
            case .minute(let count): Double(count) * 60
            case .hour(let count): Double(count) * 3600
            case .day(let count): Double(count) * 86_400
            case .month(let count): Double(count) * 2_629_746
            case .year(let count): Double(count) * 31_556_952
            }
        }
    }

    static let units: [Unit] = [
        .second(0.001), .second(0.01), .second(0.1), .second(1), .second(5), .second(15), .second(30),
        .minute(1), .minute(5), .minute(15), .minute(30), .hour(1), .hour(3), .hour(6), .hour(12),
        .day(1), .day(2), .day(7), .day(14), .month(1), .month(3), .month(6), .year(1), .year(2), .year(5), .year(10),
        .year(20), .year(50), .year(100), .year(500), .year(1000),
    ]

    /// Ticks within the range, with labels; a second line says the day or year where it changes.
    static func ticks(_ low: Double, _ high: Double, target: Int) -> [Tick] {
        let unit = units.first { (high - low) / $0.length <= Double(max(2, target)) } ?? .year(1000)
        var ticks: [Tick] = []
        var context = ""
        for seconds in positions(low, high, unit) {
            let (label, line) = text(CivilDate(seconds: seconds), unit)
            ticks.append(Tick(value: seconds, label: label, context: line == context ? nil : line))
            context = line
        }
        return ticks
    }

    private static func positions(_ low: Double, _ high: Double, _ unit: Unit) -> [Double] {
        var result: [Double] = []
        switch unit {
        case .second, .minute, .hour:
            var index = (low / unit.length - 1e-9).rounded(.up)
            while index * unit.length <= high, result.count < 100 {
                result.append(index * unit.length)
                index += 1
            }
        case .day(let count):
            // From the first of the month, so that the same days are marked whatever the range.
            var date = CivilDate(seconds: low)
            date = CivilDate(year: date.year, month: date.month, day: 1)
            while date.seconds <= high, result.count < 100 {
                let next = CivilDate(
                    year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
                var seconds = date.seconds
                // The last step of a month is left out where the first of the next follows closely.
                while seconds <= high, seconds + Double(count) * 43_200 <= next.seconds || seconds == date.seconds {
                    if seconds >= low { result.append(seconds) }
                    seconds += unit.length
                }
                date = next
            }
        case .month(let count):
            let date = CivilDate(seconds: low)
            var index = (date.year * 12 + date.month - 1) / count * count
            while result.count < 100 {
                let seconds = CivilDate(year: index / 12, month: index % 12 + 1, day: 1).seconds
                if seconds > high { break }
                if seconds >= low { result.append(seconds) }
                index += count
            }
        case .year(let count):
            var year = Int((Double(CivilDate(seconds: low).year) / Double(count)).rounded(.down)) * count
            while result.count < 100 {
                let seconds = CivilDate(year: year, month: 1, day: 1).seconds
                if seconds > high { break }
                if seconds >= low { result.append(seconds) }
                year += count
            }
        }
        return result
    }

    private static func text(_ date: CivilDate, _ unit: Unit) -> (String, String) {
        let day = "\(date.day) \(date.monthName) \(date.year)"
        let whole = Int(date.second)
        let clock = "\(date.padded(whole / 3600)):\(date.padded(whole / 60 % 60))"
        switch unit {
        case .second(let count):
            let seconds = NumberText.fixed(
                date.second.truncatingRemainder(dividingBy: 60), digits: NumberText.decimals(of: count))
            return ("\(clock):\(seconds.hasPrefix("0") || whole % 60 >= 10 ? "" : "0")\(seconds)", day)
        case .minute, .hour: return (clock, day)
        case .day: return ("\(date.day) \(date.monthName)", String(date.year))
        case .month: return (date.monthName, String(date.year))
        case .year: return (String(date.year), "")
        }
    }
}
