import IFCharts
import IFStore

/// How long the stages took and how much memory.
struct TimingSection: ReportSection {
    let title = "Timings and memory"

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard !run.parts.isEmpty else { return [] }
        var table = ReportTable(
            "As measured when each stage ran",
            [
                .words("Stage"), .numbers("Rows in"), .numbers("Rows out"), .numbers("Time"), .numbers("Peak memory"),
            ])
        for part in run.parts {
            let manifest = part.record.manifest
            let seconds = manifest.timings["compute"]
            let memory = manifest.rows("peak_memory_bytes")
            table.add([
                .init(.code(part.stage.rawValue)), .init(manifest.rows("rows_in")), .init(manifest.rows("rows_out")),
                .init(.measured(seconds.map(ReportFormat.seconds) ?? "–"), sortedBy: seconds),
                .init(.measured(memory.map(ReportFormat.bytes) ?? "–"), sortedBy: memory.map { Double($0) }),
            ])
        }
        let total = run.parts.compactMap { $0.record.manifest.timings["compute"] }.reduce(0, +)
        return [
            .facts([.init("All stages", .measured(ReportFormat.seconds(total)))]), .table(table),
            .text(
                """
                Stages whose inputs have not changed are taken over; their figures are those of the run that \
                computed them. Peak memory is of the whole process while the stage ran.
                """
            ),
        ]
    }
}
