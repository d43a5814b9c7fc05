import FoundationEssentials
import IFCharts
import IFCore
import IFFiles
import IFStore

/// Where a stage writes: one run a family, invisible until the stage has ended well.
final class StageOutput {
    private let writers: [RunWriter]
    private let families: [RunFamily]
    private let context: RunContext
    /// Rows read.
    var rowsIn: Int?
    /// Rows written.
    var rowsOut: Int?
    /// What a person should know.
    var notes: [String] = []
    /// What was found in the input, a sentence a kind; `nil` where the stage does not tell. Part of ``notes`` too.
    var findings: [String]?
    /// What the stage was made from, for the manifests.
    var inputs: [RunInput] = []

    init(families: [RunFamily], writers: [RunWriter], context: RunContext) {
        self.families = families
        self.writers = writers
        self.context = context
    }

    /// Number of families the stage writes to.
    var familyCount: Int { families.count }

    /// Second in which the runs began, as in their names.
    var timestamp: RunTimestamp { writers[0].timestamp }

    /// Name of the run of a family.
    func runName(_ family: Int = 0) -> String { writers[family].name }

    /// Local path for a file or folder of a run.
    func path(_ relative: String, family: Int = 0) throws -> String { try writers[family].localPath(for: relative) }

    /// Writes one Parquet file.
    func parquet(_ table: Table, _ relative: String, family: Int = 0) async throws {
        let writer = writers[family]
        guard writer.takesStreams else {
            return try ParquetWriter.write(table, to: path(relative, family: family), workers: context.workers)
        }
        let stream = try await writer.stream(to: relative)
        do {
            try await ParquetWriter.write(table, to: stream, named: relative, workers: context.workers)
            try await stream.finish()
        } catch {
            await stream.abandon()
            throw error
        }
    }

    /// Writes a folder of Parquet parts, as Spark does.
    func parquetFolder(_ table: Table, _ relative: String, family: Int = 0) async throws {
        let writer = writers[family]
        guard writer.takesStreams else {
            return try await ParquetWriter.writeFolder(table, to: path(relative, family: family), in: context)
        }
        try await ParquetWriter.writeParts(table, in: context) { try await writer.stream(to: "\(relative)/\($0)") }
    }

    /// Writes text.
    func text(_ text: String, _ relative: String, family: Int = 0) async throws {
        try writers[family].put(Data(text.utf8), at: relative)
    }

    /// Writes bytes.
    func data(_ data: Data, _ relative: String, family: Int = 0) throws {
        try writers[family].put(data, at: relative)
    }

    /// Writes a value as JSON with sorted keys.
    func json(_ value: some Encodable, _ relative: String, family: Int = 0) async throws {
        try await text(ArtifactJSON.pretty(value), relative, family: family)
    }

    /// Draws charts as PNG files, on as many workers as there are.
    func pictures(_ charts: [(file: String, chart: Chart)], family: Int = 0) async throws {
        let drawn = try await context.mapBlocks(charts.count) { try charts[$0].chart.render(.png) }
        for (chart, picture) in zip(charts, drawn) { try writers[family].put(picture, at: chart.file) }
    }

    /// Commits every run; later families first, so that the main family, which tells that the stage has finished,
    /// comes last.
    func commit(_ info: RunManifestInfo) async throws -> [String] {
        var committed: [String] = []
        for index in writers.indices.reversed() {
            let record = try await writers[index].commit(manifest: info, in: context)
            committed.append(record.key)
        }
        return committed.reversed()
    }

    /// Removes what was written.
    func abandon() async {
        for writer in writers { try? await writer.abandon() }
    }
}
