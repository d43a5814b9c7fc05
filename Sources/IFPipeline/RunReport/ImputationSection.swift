import IFCharts
import IFCore
import IFFiles
import IFImpute
import IFStore

/// What imputation did to the intervals between orders.
struct ImputationSection: ReportSection {
    let title = "Imputation"
    private static let task: ReportText = """
        A user’s last interval of exactly 30 days was cut off by the publisher: the true one is 30 or more. \
        Chained equations estimate it from the users who are known; all other intervals stay as they were.
        """

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard let record = run[.impute],
            let summary = try await run.json(ImputationSummary.self, "summary_day30.json", of: run[.checkImputation])
        else { return [] }
        var blocks: [ReportBlock] = []
        if let metrics = try await run.json(IntervalImputationMetrics.self, "mice_metrics.json", of: record) {
            blocks = [
                .text(
                    metrics.missingAfterMask > 0 ? Self.task : "No interval was cut off, so there was none to impute."),
                .facts([
                    .init("Users", .init(ReportFormat.count(metrics.userRows))),
                    .init("Last intervals cut off", .init(ReportFormat.count(metrics.missingAfterMask))),
                    .init("Chains", "\(metrics.chains)"), .init("Sweeps of each", "\(metrics.iterations)"),
                ]),
            ]
        }
        blocks.append(.table(Self.table(summary)))
        blocks += try await charts(run, summary)
        if let trace = try await run.json(ChainTrace.self, "chain_trace.json", of: record) {
            blocks.append(.chart(trace.chart, note: Self.convergence(trace)))
        }
        return blocks
    }

    private func charts(_ run: ReportedRun, _ summary: ImputationSummary) async throws -> [ReportBlock] {
        let (before, after) = ("orders.parquet", "orders_imputed.parquet")
        guard let record = run[.impute], !record.files(at: before).isEmpty, !record.files(at: after).isEmpty
        else { return [] }
        func values(_ path: String, _ column: String) async throws -> [Double] {
            guard let table = try await run.workspace.table(path, of: record, columns: [column]) else { return [] }
            let days = try table.double(column)
            // The values that the check looks at: first orders have 0, and two years mark an error.
            return (0..<days.count).compactMap { row in days[row].flatMap { $0 > 0 && $0 < 730 ? $0 : nil } }
        }
        let intervals = (
            before: try await values(before, summary.inputs.before.column),
            after: try await values(after, summary.inputs.after.column)
        )
        return [
            .chart(
                ImputationCharts.histogram(before: intervals.before, after: intervals.after),
                note: Self.peak(summary)),
            .chart(ImputationCharts.cumulative(before: intervals.before, after: intervals.after)),
            .chart(
                ImputationCharts.shareWithin30Days(
                    before: summary.stats.before.shareUpToThreshold ?? .nan,
                    after: summary.stats.after.shareUpToThreshold ?? .nan)),
            .chart(
                ImputationCharts.shareOfLastAt30Days(
                    before: summary.lastOrder.before.shareAtThreshold, after: summary.lastOrder.after.shareAtThreshold)),
        ]
    }

    private static func table(_ summary: ImputationSummary) -> ReportTable {
        var table = ReportTable(
            "Intervals before and after imputation, in days",
            [.words("Statistic"), .numbers("Before"), .numbers("After"), .numbers("Change")])
        func add(_ name: String, _ value: (IntervalStatistics) -> Double?, _ format: NumberFormat) {
            let (before, after) = (value(summary.stats.before), value(summary.stats.after))
            table.add([.init(.init(name)), .init(before, format), .init(after, format), .change(after, before, format)])
        }
        func addShare(_ name: String, _ before: Double?, _ after: Double?) {
            table.add([
                .init(.init(name)), .init(before, .percent(2)), .init(after, .percent(2)), .points(after, before),
            ])
        }
        add("Intervals counted", { Double($0.count) }, .decimal(0))
        add("Mean", \.mean, .decimal(2))
        for (name, path) in [
            ("10th percentile", \IntervalStatistics.p10), ("25th percentile", \.p25), ("Median", \.median),
            ("75th percentile", \.p75), ("90th percentile", \.p90),
        ] { add(name, { $0[keyPath: path] }, .decimal(1)) }
        addShare(
            "Share of at most 30 days", summary.stats.before.shareUpToThreshold, summary.stats.after.shareUpToThreshold)
        let last = summary.lastOrder
        addShare("Last intervals of exactly 30 days", last.before.shareAtThreshold, last.after.shareAtThreshold)
        return table
    }

    /// What the peak of the histogram is, where there is one and imputation has taken from it.
    private static func peak(_ summary: ImputationSummary) -> ReportText? {
        let last = summary.lastOrder
        guard last.before.atThreshold > last.after.atThreshold else { return nil }
        let moved = ReportFormat.count(last.before.atThreshold - last.after.atThreshold)
        return .init(
            """
            The peak at 30 days is the cap: \(moved) intervals there were last ones and have gone where their estimates \
            are.
            """)
    }

    /// What R-hat says of the chains; the figure comes first, so that the words can be checked against it.
    private static func convergence(_ trace: ChainTrace) -> ReportText {
        let sweeps = trace.means.first?.count ?? 0
        guard sweeps >= 4 else {
            return """
                With \(sweeps) sweeps there is no telling whether the chains have converged; at least 4 are needed \
                (mice.iters).
                """
        }
        guard let reduction = trace.potentialScaleReduction else {
            return "The means of the imputed values do not vary from sweep to sweep, so there is nothing to converge."
        }
        let text = NumberFormat.decimal(3).text(reduction)
        let chains = trace.means.count == 1 ? "the halves of the one chain" : "\(trace.means.count) chains"
        let figure =
            "R-hat (split potential scale reduction) of the means of \(chains) over \(sweeps) sweeps is \(text)"
        return (reduction * 1000).rounded() < 1100
            ? .init("\(figure). Below 1.1 chains count as converged.")
            : .init("\(figure). At 1.1 and above chains do not agree yet; give them more sweeps (mice.iters).")
    }
}

extension ReportTable.Cell {
    /// How much a value differs from an earlier one, with its sign.
    static func change(_ value: Double?, _ earlier: Double?, _ format: NumberFormat) -> ReportTable.Cell {
        guard let value, let earlier else { return .init(nil, format) }
        let change = value - earlier
        return .init(.init(ReportFormat.change(change, format)), sortedBy: change)
    }

    /// How much a share differs from an earlier one, in percentage points: a change "by 3%" could be of the share itself.
    static func points(_ share: Double?, _ earlier: Double?) -> ReportTable.Cell {
        guard let share, let earlier else { return .init(nil, .decimal(2)) }
        let change = 100 * (share - earlier)
        return .init(.init(ReportFormat.change(change, .decimal(2)) + " points"), sortedBy: change)
    }
}
