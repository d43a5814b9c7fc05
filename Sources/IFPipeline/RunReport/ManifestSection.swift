import IFCharts
import IFStore

/// Which runs the page tells of, file by file.
struct ManifestSection: ReportSection {
    let title = "Manifest"

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard !run.parts.isEmpty else { return [] }
        var runs = ReportTable(
            "The runs of this report",
            [
                .words("Stage"), .words("Run"), .words("Ended"), .numbers("Seed"), .words("Version"), .numbers("Files"),
                .numbers("Size"),
            ])
        var files = ReportTable("Files and what is in them", [.words("File"), .numbers("Size"), .words("SHA-256")])
        for part in run.parts {
            let manifest = part.record.manifest
            let size = manifest.files.reduce(0) { $0 + $1.size }
            runs.add([
                .init(.code(part.stage.rawValue)), .init(.code(part.record.key)),
                .init(.init(ReportFormat.time(manifest.committedAt))), .init(.init("\(manifest.seed)")),
                .init(.init(manifest.version)), .init(manifest.files.count),
                .init(.init(ReportFormat.bytes(size)), sortedBy: Double(size)),
            ])
            for file in manifest.files {
                files.add([
                    .init(.code("\(part.record.key)/\(file.path)")),
                    .init(.init(ReportFormat.bytes(file.size)), sortedBy: Double(file.size)),
                    .init(.code(file.sha256)),
                ])
            }
        }
        return [
            .table(runs),
            .text("insightflow runs verify compares every file with its checksum."),
            .details("All files (\(ReportFormat.count(files.rows.count)))", [.table(files)]),
        ]
    }
}
