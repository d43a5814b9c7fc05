import IFCore
import IFImpute
import Testing

@Suite("Interval imputation")
struct IntervalImputationTests {
    struct Chains: Decodable {
        var type: Int?
        var donors: Int
        var chains: Int
        var means: [Double]
        var deviations: [Double]
    }
    struct MiceReference: Decodable {
        var missing: Int
        var observedSum: Double
        var frequencySum: Int
        var cases: [Chains]
    }
    struct StatsmodelsReference: Decodable {
        var statsmodels: Chains
    }

    static func orders(_ rows: [(user: String, number: Int32, days: Double?)]) -> Table {
        var table = Table()
        table.set("order_id", .int32((0..<Int32(rows.count)).map { 100 + $0 }))
        table.set("user_id", .strings(rows.map(\.user)))
        table.set("order_number", .int32(rows.map(\.number)))
        table.set("days_since_prior_order", .double(rows.map(\.days)))
        return table
    }

    @Test("without a cap no interval is cut off: nothing is imputed, and 30 is a value like others")
    func noCap() async throws {
        let table = Self.orders([("a", 1, nil), ("a", 2, 30), ("b", 1, nil), ("b", 2, 400), ("c", 1, nil), ("c", 2, 3)])
        let result = try await IntervalImputation(.init(cap: nil)).run(orders: table, in: RunContext())
        #expect(result.report.censoredUsers == 0 && result.report.rowsImputed == 0)
        #expect(result.report.aboveCap.count == 0)
        #expect(try result.orders.int32("days_since_prior_order").values == [0, 30, 0, 400, 0, 3])
        let capped = try await IntervalImputation().run(orders: table, in: RunContext())
        #expect(capped.report.censoredUsers == 1 && capped.report.aboveCap.count == 1)
    }

    @Test("only last intervals at the cap change; first nulls become 0; the rest is as it was")
    func writesBackLastOrdersOnly() async throws {
        let rows = FormulaOrders.rows()
        let table = FormulaOrders.table(rows)
        let result = try await IntervalImputation().run(orders: table, in: RunContext(workers: 2))
        var lastNumber: [Int64: Int32] = [:]
        for row in rows { lastNumber[row.user] = max(lastNumber[row.user] ?? 0, row.number) }
        let after = try result.orders.int32("days_since_prior_order")
        var imputed: [Int64: Int32] = [:]
        var firsts = 0
        for (index, row) in rows.enumerated() {
            let value = try #require(after[index])
            if row.days == nil {
                firsts += 1
                #expect(value == 0)
            } else if row.days == 30, row.number == lastNumber[row.user] {
                imputed[row.user] = value
                #expect(value >= 0 && value < 30, "donors are below the cap")
            } else {
                #expect(Double(value) == row.days)
            }
        }
        #expect(result.orders.names == table.names)
        #expect(result.orders["order_id"] == table["order_id"])
        #expect(result.orders["days_since_prior_order"]?.type == .int32)
        #expect(result.report.rowsImputed == imputed.count)
        #expect(result.report.firstOrderNullsSetToZero == firsts)
        #expect(result.report.nullsLeft.count == 0)
        let users = try result.users.int64("user_id")
        let estimates = try result.users.int32("days_imp_imputed")
        for row in 0..<users.count where imputed[users.values[row]] != nil {
            #expect(imputed[users.values[row]] == estimates[row])
        }
    }

    @Test("the users table and its gaps equal the reference's, and the values mice's in distribution, types 1 and 2")
    func followsMice() async throws {
        let reference = try Golden.load("intervals_mice.json", as: MiceReference.self)
        for expected in reference.cases {
            let result = try await Self.chains(like: expected)
            #expect(result.metrics.missingAfterMask == reference.missing)
            let days = try result.users.double("days_imp")
            let observed = (0..<days.count).compactMap { days[$0] }
            #expect(observed.count == result.users.rowCount - reference.missing)
            #expect(observed.reduce(0, +) == reference.observedSum)
            let frequency = try result.users.int32("frequency").values
            #expect(frequency.reduce(0) { $0 + Int($1) } == reference.frequencySum)
            for group in 0...4 { try Self.compare(result, expected, group: group) }
        }
    }

    @Test("the overall mean of type 2 matching is that of statsmodels, which the original ran")
    func followsStatsmodels() async throws {
        let reference = try Golden.load("intervals.json", as: StatsmodelsReference.self).statsmodels
        try Self.compare(await Self.chains(like: reference), reference, group: 4)
    }

    static func chains(like reference: Chains) async throws -> IntervalImputationResult {
        let configuration = IntervalImputation.Configuration(
            chains: reference.chains, iterations: 2, donors: reference.donors,
            matching: reference.type == 1 ? .drawnForMissing : .drawnForAll, keepsChains: true)
        let orders = FormulaOrders.table(FormulaOrders.rows())
        return try await IntervalImputation(configuration).run(orders: orders, in: RunContext(workers: 2))
    }

    /// Means of the imputed values in a class of frequency (4 stands for all), chain by chain: within 4.5 standard
    /// errors, deviations within 25 % (about 4 standard errors of a ratio of deviations of 300 draws).
    static func compare(_ result: IntervalImputationResult, _ expected: Chains, group: Int) throws {
        let days = try result.users.double("days_imp")
        let frequency = try result.users.int32("frequency").values
        let rows = (0..<days.count).filter { row in
            days[row] == nil && (group == 4 || [4, 7, 10].count { frequency[row] >= $0 } == group)
        }
        let means = try result.chains.map { chain in
            let completed = try chain.double("days_imp").values
            return rows.reduce(0) { $0 + completed[$1] } / Double(rows.count)
        }
        let count = Double(means.count)
        let mean = means.reduce(0, +) / count
        let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let other = expected.deviations[group]
        let error = (variance / count + other * other / Double(expected.chains)).squareRoot()
        #expect(abs(mean - expected.means[group]) < 4.5 * error, "type \(expected.type ?? 2), class \(group)")
        #expect(abs(variance.squareRoot() / other - 1) < 0.25, "type \(expected.type ?? 2), class \(group)")
    }

    @Test("the estimate is the mean over chains, rounded half to even")
    func estimateIsRoundedMean() async throws {
        let orders = FormulaOrders.table(FormulaOrders.rows())
        let result = try await IntervalImputation(.init(chains: 4, keepsChains: true)).run(
            orders: orders, in: RunContext())
        #expect(result.chains.count == 4)
        let estimates = try result.users.int32("days_imp_imputed").values
        let chains = try result.chains.map { try $0.double("days_imp").values }
        var halves = 0
        for row in estimates.indices {
            let mean = chains.reduce(0) { $0 + $1[row] } / 4
            if mean - mean.rounded(.down) == 0.5 { halves += 1 }
            #expect(Double(estimates[row]) == mean.rounded(.toNearestOrEven))
        }
        #expect(halves > 0, "the case must occur for the rule to be tested")
        let spread = result.uncertainty
        #expect(spread.names == ["user_id", "days_imp_mean", "days_imp_sd", "days_imp_min", "days_imp_max"])
        #expect(spread.rowCount == result.metrics.missingAfterMask)
    }

    @Test("strings for ids; oddities are counted and left alone")
    func reportsOddities() async throws {
        let result = try await IntervalImputation().run(
            orders: Self.orders([
                ("b", 2, 12.5), ("a", 1, nil), ("b", 1, nil), ("a", 3, 30), ("a", 2, nil), ("c", 1, nil), ("b", 3, 7),
                ("c", 2, 35), ("c", 3, -1), ("a", 3, 30), ("d", 1, 5), ("d", 2, nil), ("e", 2, .nan), ("e", 1, nil),
                ("e", 3, 4),
            ]), in: RunContext())
        let days = try result.orders.int32("days_since_prior_order")
        let values = (0..<days.count).map { days[$0] }
        let estimate = try #require(values[3])
        #expect([-1, 4, 7].contains(Int(estimate)) || (-1...7).contains(estimate))
        #expect(values == [12, 0, 0, estimate, nil, 0, 7, 35, -1, 30, 5, nil, nil, 0, 4])
        let report = result.report
        #expect(report.notWholeRounded.count == 1 && report.notWholeRounded.first == 1)
        #expect(report.nullsLeft.count == 3 && report.nullsLeft.first == 5)
        #expect(report.notANumberTakenAsNull == 1)
        #expect(report.negative.first == 9)
        #expect(report.aboveCap.first == 8)
        #expect(report.repeatedLastOrders == 1)
        #expect(report.firstOrderNullsSetToZero == 4)
        #expect(report.censoredUsers == 1)
        #expect(report.usersWithNullLastInterval == 1)
        #expect(result.metrics.missingAfterMask == 2)
        #expect(try result.users.strings("user_id").strings() == ["a", "b", "c", "d", "e"])
    }

    @Test("every last interval at the cap: the user's median, then the median of all, rounded")
    func fallsBack() async throws {
        let result = try await IntervalImputation().run(
            orders: Self.orders([
                ("a", 1, nil), ("a", 2, 4), ("a", 3, 9), ("a", 4, 30), ("b", 1, nil), ("b", 2, 30), ("c", 1, nil),
                ("c", 2, 30), ("c", 3, 30),
            ]), in: RunContext())
        // Intervals that count: 4, 9 of a, 30 of c; a first order's 0 is none.
        let days = try result.orders.int32("days_since_prior_order").values
        #expect(days == [0, 4, 9, 6, 0, 9, 0, 30, 30])
        #expect(result.report.filledByUserMedian == 2)
        #expect(result.report.filledByGlobalMedian == 1)
        #expect(result.report.rowsImputed == 3)
        #expect(result.events.map(\.kind) == [.fallback])
        #expect(try result.users.int32("days_imp_imputed").values == [6, 9, 30])
    }

    @Test("no interval to estimate from: the cap stays and is counted")
    func nothingToEstimateFrom() async throws {
        let result = try await IntervalImputation().run(
            orders: Self.orders([("a", 1, nil), ("a", 2, 30)]), in: RunContext())
        #expect(try result.orders.int32("days_since_prior_order").values == [0, 30])
        #expect(result.report.leftAtCap == 1)
        #expect(result.report.rowsImputed == 0)
    }

    @Test("no censored user: nothing but the first nulls changes")
    func nothingCensored() async throws {
        let result = try await IntervalImputation(.init(keepsChains: true)).run(
            orders: Self.orders([("a", 1, nil), ("a", 2, 3)]), in: RunContext())
        #expect(try result.orders.int32("days_since_prior_order").values == [0, 3])
        #expect(result.trace == nil)
        #expect(result.uncertainty.rowCount == 0)
        #expect(result.chains.count == 7)
    }

    @Test("another cap")
    func capIsASetting() async throws {
        let orders = Self.orders([
            ("a", 1, nil), ("a", 2, 14), ("b", 1, nil), ("b", 2, 30), ("c", 1, nil), ("c", 2, 5),
        ])
        let result = try await IntervalImputation(.init(cap: 14)).run(orders: orders, in: RunContext())
        let days = try result.orders.int32("days_since_prior_order").values
        #expect(days[1] != 14 && days[3] == 30 && days[5] == 5)
        #expect(result.report.aboveCap.count == 1)
    }

    @Test("any number of workers, integer types of days and row order: the same users table")
    func sameForAnyWorkersAndOrder() async throws {
        let rows = FormulaOrders.rows()
        let orders = FormulaOrders.table(rows)
        let alone = try await IntervalImputation().run(orders: orders, in: RunContext(workers: 1))
        for workers in [2, 5] {
            let several = try await IntervalImputation().run(
                orders: orders, in: RunContext(workers: WorkerBudget(workers)))
            #expect(several.orders == alone.orders && several.users == alone.users)
        }
        var sorted = FormulaOrders.table(rows.sorted { ($0.user, $0.number) < ($1.user, $1.number) })
        let wide = try sorted.double("days_since_prior_order")
        sorted.set(
            "days_since_prior_order",
            .int64((0..<wide.count).map { row in wide[row].map { Int64($0) } }))
        let other = try await IntervalImputation().run(orders: sorted, in: RunContext())
        #expect(other.users == alone.users)
        let seeded = try await IntervalImputation().run(orders: orders, in: RunContext(seed: 43))
        #expect(seeded.users != alone.users)
    }

    @Test("compat: the user id predicts too, and 20 donors are drawn from")
    func compat() async throws {
        let orders = FormulaOrders.table(FormulaOrders.rows())
        let plain = try await IntervalImputation(.init(donors: 20)).run(orders: orders, in: RunContext())
        let compat = try await IntervalImputation(.compat).run(orders: orders, in: RunContext())
        #expect(plain.users != compat.users)
        let strings = Self.orders([("a", 1, nil), ("a", 2, 30), ("b", 1, nil), ("b", 2, 3)])
        let error = await #expect(throws: IFError.self) {
            try await IntervalImputation(.compat).run(orders: strings, in: RunContext())
        }
        #expect(error?.code == .unsupported)
        #expect(error?.location.column == "user_id")
    }

    @Test("unusable input is refused with its place")
    func refusals() async throws {
        let good = Self.orders([("a", 1, nil), ("a", 2, 3)])
        func code(_ table: Table) async -> IFError? {
            await #expect(throws: IFError.self) { try await IntervalImputation().run(orders: table, in: RunContext()) }
        }
        #expect(await code(good.gather([]))?.code == .emptyData)
        #expect(await code(try good.selecting(["user_id", "order_number"]))?.code == .missingColumn)
        var table = good
        table.set("order_number", .int32([1, nil]))
        var error = await code(table)
        #expect(error?.code == .invalidData && error?.location.row == 2 && error?.location.column == "order_number")
        table = good
        table.set("days_since_prior_order", .double([nil, .infinity]))
        error = await code(table)
        #expect(error?.code == .invalidData && error?.location.row == 2)
        table = good
        table.set("user_id", .string(StringValues(optional: [nil, "a"])))
        error = await code(table)
        #expect(error?.code == .invalidData && error?.location.column == "user_id")
    }

    @Test("metrics have the keys of mice_metrics.json")
    func metricsKeys() async throws {
        let keys = try JSONKeys.of(
            IntervalImputationMetrics(inputRows: 1, userRows: 2, missingAfterMask: 3, chains: 4, iterations: 5))
        #expect(keys == ["input_rows": 1, "user_rows": 2, "missing_after_mask": 3, "chains": 4, "iters": 5])
    }
}
