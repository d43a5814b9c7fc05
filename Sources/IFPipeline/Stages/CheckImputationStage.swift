import IFCharts
import IFCore
import IFFiles
import IFImpute
import IFStore

/// What imputation did to the distribution of intervals.
struct CheckImputationStage: PipelineStage {
    let name = StageName.checkImputation

    func obstacle(in workspace: Workspace) async throws -> String? {
        try await workspace.wasSkipped(.impute) ? "nothing was imputed" : nil
    }

    func dependencies(in workspace: Workspace) async throws -> [String: String] { [:] }

    func families(in workspace: Workspace) throws -> [RunFamily] { [workspace.layout.imputationCheck] }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let wanted = ["user_id", "order_number", "days_since_prior_order"]
        guard let record = try await workspace.latest(workspace.layout.imputed),
            let before = try await workspace.table("orders.parquet", of: record, columns: wanted),
            let after = try await workspace.table("orders_imputed.parquet", of: record, columns: wanted)
        else { throw Workspace.missing(.impute, needs: "orders.parquet") }
        let comparison = try ImputationCheck().compare(
            before: before, after: after,
            paths: (before: "\(record.key)/orders.parquet", after: "\(record.key)/orders_imputed.parquet"))
        try await output.json(comparison.summary, "summary_day30.json")
        let sample = comparison.sample(limit: Self.sampleLimit, random: workspace.context.random)
        try CSVWriter.write(sample, to: output.path("distributions_sample.csv"))
        try CSVWriter.write(comparison.histogram, to: output.path("hist_0_60.csv"))
        try CSVWriter.write(comparison.distribution, to: output.path("cdf_0_60.csv"))
        var charts = Self.charts(comparison)
        if let trace = try await workspace.json(ChainTrace.self, "chain_trace.json", of: record) {
            charts.append(("chain_traces.png", trace.chart))
            try CSVWriter.write(trace.table, to: output.path("chain_traces.csv"))
        }
        try await output.pictures(charts)
        output.inputs = [RunInput(name: "imputed orders", location: record.key)]
        output.rowsIn = comparison.before.count + comparison.after.count
        output.rowsOut = sample.rowCount
        let last = comparison.summary.lastOrder
        output.notes = [
            "last intervals at 30 days: \(Self.percent(last.before.shareAtThreshold)) before, "
                + "\(Self.percent(last.after.shareAtThreshold)) after"
        ]
    }

    private static func charts(_ comparison: ImputationComparison) -> [(file: String, chart: Chart)] {
        let stats = comparison.summary.stats
        let last = comparison.summary.lastOrder
        return [
            ("hist_0_60.png", ImputationCharts.histogram(before: comparison.before, after: comparison.after)),
            ("cdf_0_60.png", ImputationCharts.cumulative(before: comparison.before, after: comparison.after)),
            (
                "share_30d_bar.png",
                ImputationCharts.shareWithin30Days(
                    before: stats.before.shareUpToThreshold ?? .nan, after: stats.after.shareUpToThreshold ?? .nan)
            ),
            (
                "last_eq30_bar.png",
                ImputationCharts.shareOfLastAt30Days(
                    before: last.before.shareAtThreshold, after: last.after.shareAtThreshold)
            ),
        ]
    }

    /// Rows a side of the sample: enough for smooth histograms, small enough to open in a spreadsheet.
    private static let sampleLimit = 100_000

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
