import IFCore

/// Step 4: estimates into the orders.
struct WriteBack: Sendable {
    /// The interval of every order; nulls only where they were before and the order is not a first one.
    let days: ColumnValues<Int32>
    /// Rounded estimate of each user; `nil` where there is none at all.
    let estimates: [Int32?]
    let report: IntervalImputationReport

    init(_ history: OrderHistory, estimate: UserEstimate) throws {
        var report = history.findings
        let censored = history.censoredUsers
        report.censoredUsers = censored.count
        report.usersWithNullLastInterval = estimate.missing.count - censored.count
        var estimates = history.lastRow.map { row -> Int32? in
            let value = history.days[Int(row)]
            return value.isNaN ? nil : Self.whole(value)
        }
        if let means = estimate.values?.means {
            for (user, mean) in zip(estimate.missing, means) { estimates[user] = Self.whole(mean) }
        } else if !estimate.missing.isEmpty {
            Self.fallBack(history, censored: censored, estimates: &estimates, report: &report)
        }
        var values = history.days.map { Self.whole($0) ?? 0 }
        for user in censored {
            guard let value = estimates[user] else { continue }
            values[Int(history.lastRow[user])] = value
        }
        report.rowsImputed = censored.count - report.leftAtCap
        let hasNull = report.nullsLeft.count > 0
        days = ColumnValues(values, validity: hasNull ? Bitmap(history.days.map { !$0.isNaN }) : nil)
        self.estimates = estimates
        self.report = report
    }

    /// Medians for the users without an estimate.
    private static func fallBack(
        _ history: OrderHistory, censored: [Int], estimates: inout [Int32?], report: inout IntervalImputationReport
    ) {
        let medians = IntervalMedians(history, censored: censored)
        for user in censored {
            if let median = medians.ofUser(user) {
                estimates[user] = whole(median)
                report.filledByUserMedian += 1
            } else if let median = medians.overall {
                estimates[user] = whole(median)
                report.filledByGlobalMedian += 1
            } else {
                report.leftAtCap += 1
            }
        }
    }

    /// Rounded half to even; `nil` for "not a number".
    static func whole(_ value: Double) -> Int32? { Int32(exactly: value.rounded(.toNearestOrEven)) }
}

/// Medians of the intervals that are neither a first order's 0 nor censored.
struct IntervalMedians {
    private let starts: [Int]
    private let intervals: [Double]
    let overall: Double?

    init(_ history: OrderHistory, censored: [Int]) {
        var isCensored = [Bool](repeating: false, count: history.days.count)
        for user in censored { isCensored[Int(history.lastRow[user])] = true }
        let rows = history.days.indices.filter {
            !history.isFirst[$0] && !isCensored[$0] && !history.days[$0].isNaN
        }
        // Counting sort by user.
        var starts = [Int](repeating: 0, count: history.users.count + 1)
        for row in rows { starts[Int(history.userOfRow[row]) + 1] += 1 }
        for user in 0..<history.users.count { starts[user + 1] += starts[user] }
        var next = starts
        var intervals = [Double](repeating: 0, count: rows.count)
        for row in rows {
            let user = Int(history.userOfRow[row])
            intervals[next[user]] = history.days[row]
            next[user] += 1
        }
        overall = intervals.isEmpty ? nil : MeanImputer.median(intervals)
        self.starts = starts
        self.intervals = intervals
    }

    func ofUser(_ user: Int) -> Double? {
        let range = starts[user]..<starts[user + 1]
        return range.isEmpty ? nil : MeanImputer.median(Array(intervals[range]))
    }
}
