import Foundation
import Testing

@testable import IFCharts

@Suite struct TickTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            var low: Double
            var high: Double
            var target: Int
            var ticks: [Double]
        }
        var cases: [Case]
    }

    /// The same ticks as mizani gives (Scripts/golden/charts/make_ticks.py), to 1e-9 of the range.
    @Test func agreesWithMizani() throws {
        let file = GoldenPictureTests.folder.appending(path: "ticks.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        #expect(golden.cases.count > 60)
        for item in golden.cases {
            let found = LinearTicks.positions(item.low, item.high, target: item.target, enclosing: false)
            #expect(found.count == item.ticks.count, "\(item.low) to \(item.high), \(item.target)")
            for (one, other) in zip(found, item.ticks) {
                #expect(abs(one - other) <= 1e-9 * (item.high - item.low), "\(item.low) to \(item.high)")
            }
        }
    }

    @Test(
        arguments: [
            0...0.0913, 1e-12...1e12, -7.3e-9...2.1e-9, 1e12...1e12 + 3, -5...(-1), 0.1...0.1 + 1e-9, 1...1e300,
        ] as [ClosedRange<Double>])
    func enclosesAnyRange(_ range: ClosedRange<Double>) {
        let (low, high) = (range.lowerBound, range.upperBound)
        let ticks = LinearTicks.positions(low, high, target: 6, enclosing: true)
        #expect(ticks.count >= 2 && ticks.count <= 20)
        #expect(ticks == ticks.sorted())
        #expect(ticks[0] <= low && ticks[ticks.count - 1] >= high)
        let labels = NumberFormat.automatic.labels(ticks)
        #expect(Set(labels).count == ticks.count, "labels \(labels) do not tell ticks apart")
        for label in labels { #expect(label.count <= 20) }
    }

    @Test func survivesRangesWithoutRoom() {
        #expect(LinearTicks.positions(3, 3, target: 5, enclosing: false) == [3])
        let widest = Double.greatestFiniteMagnitude
        #expect(LinearTicks.positions(-widest, widest, target: 5, enclosing: false) == [-widest, widest])
        #expect(LinearTicks.positions(1, 1.0.nextUp, target: 5, enclosing: true).count == 2)
    }

    @Test func logTicksArePowers() {
        #expect(LogTicks.positions(0.5, 2e6, target: 8) == [1, 10, 100, 1e3, 1e4, 1e5, 1e6])
        #expect(LogTicks.positions(8, 120, target: 8) == [10, 20, 50, 100])
        let wide = LogTicks.positions(1e-12, 1e12, target: 7)
        #expect(wide.count <= 8 && wide.contains(1))
        #expect(LogTicks.labels([1e-12, 1, 1e12], format: .automatic) == ["10⁻¹²", "10⁰", "10¹²"])
        #expect(LogTicks.labels([1, 1000], format: .automatic) == ["1", "1,000"])
    }

    @Test func civilDatesAgreeWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for day in stride(from: -200_000.0, through: 200_000, by: 997) {
            let seconds = day * 86_400 + 12_345
            let civil = CivilDate(seconds: seconds)
            let date = Date(timeIntervalSince1970: seconds)
            // Foundation's calendar is Julian before 1582.
            if day < -141_427 { continue }
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            #expect(civil.year == parts.year && civil.month == parts.month && civil.day == parts.day)
            #expect(civil.seconds == seconds)
        }
    }

    @Test func timeTicksStandOnTheCalendar() {
        let start = CivilDate(year: 2026, month: 11, day: 20).seconds
        let days = TimeTicks.ticks(start, start + 8 * 86_400, target: 9)
        #expect(days.map(\.label).prefix(3) == ["20 Nov", "21 Nov", "22 Nov"])
        #expect(days[0].context == "2026" && days[1].context == nil)
        let hours = TimeTicks.ticks(start - 7_200, start + 30_000, target: 6)
        #expect(hours.map(\.label) == ["00:00", "03:00", "06:00"] || hours.map(\.label).contains("00:00"))
        let months = TimeTicks.ticks(start, start + 200 * 86_400, target: 8)
        #expect(months.map(\.label) == ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun"])
        #expect(months.map(\.context) == ["2026", "2027", nil, nil, nil, nil, nil])
        let years = TimeTicks.ticks(0, 41 * 31_556_952, target: 5)
        #expect(years.map(\.label) == ["1970", "1980", "1990", "2000", "2010"])
        for span in [0.01, 1, 60, 3_600, 86_400, 1e6, 1e7, 1e8, 1e9, 1e10] {
            let ticks = TimeTicks.ticks(start, start + span, target: 6)
            #expect(ticks.count <= 7, "\(ticks.count) ticks in \(span) s")
            #expect(Set(ticks.map { $0.label + ($0.context ?? "") }).count == ticks.count)
        }
    }

    @Test func numbersAreWrittenTheSameEverywhere() {
        #expect(NumberFormat.automatic.text(1_234_567) == "1,234,567")
        #expect(NumberFormat.automatic.text(0.123456) == "0.1235")
        #expect(NumberFormat.automatic.text(-0.5) == "\u{2212}0.5")
        #expect(NumberFormat.automatic.text(1.5e-9) == "1.5×10⁻⁹")
        #expect(NumberFormat.automatic.text(.nan) == "–")
        #expect(NumberFormat.percent(1).text(0.256) == "25.6%")
        #expect(NumberFormat.decimal(2).text(-0.001) == "0.00")
        #expect(NumberFormat.decimal(3).text(12) == "12.000")
        #expect(NumberFormat.automatic.labels([0, 0.05, 0.1]) == ["0.00", "0.05", "0.10"])
        #expect(NumberFormat.automatic.labels([0, 2.5e11, 5e11]) == ["0", "2.5×10¹¹", "5×10¹¹"])
    }
}
