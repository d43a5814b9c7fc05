import IFCore

/// When people order: the weights of weekdays and hours.
///
/// Shares of the published orders to three digits; day 0 is the busiest of the week.
struct WeeklyRhythm: Sendable {
    static let days: [Double] = [0.174, 0.173, 0.137, 0.128, 0.125, 0.132, 0.131]
    static let hours: [Double] = [
        0.007, 0.004, 0.002, 0.002, 0.002, 0.003, 0.009, 0.027, 0.052, 0.075, 0.084, 0.084, 0.081, 0.081, 0.083, 0.082,
        0.080, 0.067, 0.053, 0.040, 0.030, 0.022, 0.018, 0.012,
    ]

    private let dayTable = AliasTable(Self.days)
    private let hourTable = AliasTable(Self.hours)
    /// One table a weekday: the same day, or one of its neighbours, as they draw people.
    private let pull: AliasTable

    init() {
        // Neighbours compete among three days only; the square makes up for what that evens out.
        let strength = Self.days.map { $0 * $0 }
        var pull = AliasTable()
        for day in 0..<7 { pull.append([strength[(day + 6) % 7], strength[day], strength[(day + 1) % 7]]) }
        self.pull = pull
    }

    /// A weekday without regard to an order before.
    func firstDay(_ stream: inout RandomStream) -> Int { dayTable.draw(0, &stream) }

    /// `days` later than weekday `day`, moved by at most a day towards busy weekdays.
    func attracted(_ days: Int, from day: Int, _ stream: inout RandomStream) -> Int {
        days + pull.draw((day + days) % 7, &stream) - 1
    }

    /// An hour; half of the time within an hour of the user's own.
    func hour(near usual: Int, _ stream: inout RandomStream) -> Int {
        if stream.uniform() < 0.5 { return hourTable.draw(0, &stream) }
        return (usual + stream.integer(below: 3) + 23) % 24
    }

    /// A user's own hour.
    func usualHour(_ stream: inout RandomStream) -> Int { hourTable.draw(0, &stream) }
}
