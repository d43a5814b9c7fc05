import IFCore
import IFImpute
import Testing

@Suite("Imputation check")
struct ImputationCheckTests {
    struct Reference: Decodable {
        var before: IntervalStatistics
        var after: IntervalStatistics
        var lastBefore: LastOrderStatistics
        var lastAfter: LastOrderStatistics
        var histogramBefore: [Double]
    }

    /// The orders before, and after with a formula in place of an imputation, as the script has them.
    static func tables() throws -> (before: Table, after: Table) {
        let rows = FormulaOrders.rows()
        let before = FormulaOrders.table(rows)
        var last: [Int64: Int32] = [:]
        for row in rows { last[row.user] = max(last[row.user] ?? 0, row.number) }
        var after = before
        after.set(
            "days_since_prior_order",
            .double(
                rows.map { row in
                    row.days == 30 && row.number == last[row.user] ? Double(row.user % 41) : row.days
                }))
        return (before, after)
    }

    @Test("statistics equal those of pandas")
    func equalsPandas() throws {
        let reference = try Golden.load("intervals.json", as: Reference.self)
        let (before, after) = try Self.tables()
        let comparison = try ImputationCheck().compare(before: before, after: after, paths: ("in", "out"))
        for (ours, theirs) in [
            (comparison.summary.stats.before, reference.before), (comparison.summary.stats.after, reference.after),
        ] {
            #expect(ours.count == theirs.count)
            for figure in [
                \IntervalStatistics.mean, \.median, \.p10, \.p25, \.p75, \.p90, \.shareUpToThreshold,
            ] {
                let value = try #require(ours[keyPath: figure])
                #expect(abs(value - (theirs[keyPath: figure] ?? .nan)) < 1e-12)
            }
        }
        #expect(comparison.summary.lastOrder.before == reference.lastBefore)
        #expect(comparison.summary.lastOrder.after == reference.lastAfter)
        let histogram = try comparison.histogram.double("before").values
        #expect(histogram.count == 60)
        #expect(zip(histogram, reference.histogramBefore).allSatisfy { abs($0 - $1) < 1e-12 })
        let mean = try #require(comparison.summary.stats.meanDelta)
        let means = try (#require(reference.before.mean), #require(reference.after.mean))
        #expect(abs(mean - (means.1 - means.0)) < 1e-12)
    }

    @Test("the summary has the keys of summary_day30.json")
    func keys() throws {
        let (before, after) = try Self.tables()
        let summary = try ImputationCheck().compare(before: before, after: after, paths: ("in", "out")).summary
        let stats = ["count", "mean", "median", "p10", "p25", "p75", "p90", "share_le_30d"]
        let last = ["last_eq30_count", "num_users", "share_last_eq30", "share_last_rows", "total_rows"]
        var expected = ["day30_threshold", "x_max_for_plots", "last_order.delta_share_last_eq30"]
        expected += ["stats.delta_share_le_30d", "stats.delta_mean_days", "stats.delta_median_days"]
        for side in ["before", "after"] {
            for key in ["path", "used_column", "count"] { expected.append("inputs.\(side).\(key)") }
            for key in stats { expected.append("stats.\(side).\(key)") }
            for key in last { expected.append("last_order.\(side).\(key)") }
        }
        #expect(try JSONKeys.paths(summary) == expected.sorted())
    }

    @Test("columns are found by candidates, or named")
    func columns() throws {
        let (before, after) = try Self.tables()
        var wide = after
        wide.set("days_imp", .double((0..<after.rowCount).map { Double($0 % 30 + 1) }))
        let check = ImputationCheck()
        #expect(try check.compare(before: wide, after: wide).summary.inputs.before.column == "days_since_prior_order")
        #expect(try check.compare(before: wide, after: wide).summary.inputs.after.column == "days_imp")
        let named = ImputationCheck(.init(columnAfter: "days_since_prior_order"))
        #expect(try named.compare(before: before, after: wide).summary.inputs.after.column == "days_since_prior_order")
        var bare = before
        bare = try bare.selecting(["user_id", "order_number"])
        let error = #expect(throws: IFError.self) { try check.compare(before: bare, after: after) }
        #expect(error?.code == .missingColumn)
        #expect(error?.message.contains("days_imp_imputed") == true)
    }

    @Test("an empty side has a count of 0 and no deltas; values outside (0, 730) do not count")
    func emptySide() throws {
        var table = Table()
        table.set("user_id", .int32([1, 2, 3, 4]))
        table.set("days_imp", .double([0, -3, 730, nil]))
        let summary = try ImputationCheck().compare(before: table, after: table).summary
        #expect(summary.stats.before.count == 0)
        #expect(summary.stats.before.mean == nil)
        #expect(summary.stats.meanDelta == nil)
        #expect(summary.lastOrder.before.userCount == 4)
    }

    @Test("charts' tables: densities sum to 1, distribution ends at 1, the sample is padded")
    func chartTables() throws {
        let (before, after) = try Self.tables()
        let comparison = try ImputationCheck().compare(before: before, after: after)
        let histogram = comparison.histogram
        for side in ["before", "after"] {
            #expect(abs(try histogram.double(side).values.reduce(0, +) - 1) < 1e-12)
        }
        let distribution = comparison.distribution
        let shares = try distribution.double("share").values
        let sides = try distribution.strings("side").strings()
        #expect(sides.lastIndex(of: "before").map { shares[$0] } == 1)
        #expect(shares.last == 1)
        let sample = comparison.sample()
        #expect(sample.names == ["before_days", "after_days"])
        #expect(sample.rowCount == max(comparison.before.count, comparison.after.count))
        #expect(sample["after_days"]?.nullCount == sample.rowCount - comparison.after.count)
        #expect(comparison.sample(limit: 100).rowCount == 100)
        #expect(comparison.sample(limit: 100) == comparison.sample(limit: 100))
    }
}
