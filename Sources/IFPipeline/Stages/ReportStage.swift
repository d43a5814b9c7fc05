import IFCharts
import IFCore
import IFStore

/// One page about the runs of all stages.
struct ReportStage: PipelineStage {
    let name = StageName.report

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        try await workspace.reportedRun().dependencies
    }

    func families(in workspace: Workspace) throws -> [RunFamily] { [workspace.layout.reports] }

    func obstacle(in workspace: Workspace) async throws -> String? {
        try await workspace.reportedRun().parts.isEmpty ? "the store has no run to report on" : nil
    }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let run = try await workspace.reportedRun()
        let page = try await RunReport.page(run)
        try await output.data(page.html(in: workspace.context), "report.html")
        output.inputs = run.parts.map { RunInput(name: $0.stage.rawValue, location: $0.record.key) }
        output.rowsIn = run.parts.count
        output.rowsOut = page.sections.count { !$0.blocks.isEmpty }
        output.notes = ["\(workspace.layout.reports.prefix)/\(output.runName())/report.html"]
        if !run.absent.isEmpty {
            output.notes.append("without \(run.absent.map(\.rawValue).joined(separator: ", ")), which have no run")
        }
    }
}
