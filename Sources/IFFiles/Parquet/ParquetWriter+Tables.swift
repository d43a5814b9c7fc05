public import IFCore

extension ParquetWriter {
    /// Rows of a part file where none are given.
    static let defaultPartRows = 1 << 22

    /// Writes a table as one file, which appears complete or not at all.
    ///
    /// - Throws: `IFError`: `invalidArgument`, `inputOutput`.
    /// - Complexity: O(values); memory for one row group beside the table.
    public static func write(
        _ table: Table, to path: String, options: ParquetOptions = ParquetOptions(), workers: WorkerBudget = .single
    ) throws {
        let writer = try ParquetWriter(path, like: table, options: options, workers: workers)
        try writer.write(table)
        try writer.close()
    }

    /// Writes a table as a folder of parts, as Spark does: `part-00000.snappy.parquet`, … and `_SUCCESS`.
    ///
    /// Parts are encoded side by side. Their names and bytes depend on the table and the options, not on the workers.
    /// The folder appears complete or not at all.
    ///
    /// - Parameters:
    ///   - table: The rows.
    ///   - folder: The folder to be.
    ///   - partRows: Rows of each part but the last; 4,194,304 where `nil`.
    ///   - options: Compression and row groups.
    ///   - context: Workers, cancellation, progress.
    /// - Throws: `IFError`: `conflict` where the folder is there and not empty, `invalidArgument`, `inputOutput`.
    @concurrent
    public static func writeFolder(
        _ table: Table, to folder: String, partRows: Int? = nil, options: ParquetOptions = ParquetOptions(),
        in context: RunContext
    ) async throws {
        let partRows = partRows ?? defaultPartRows
        guard partRows > 0 else { throw IFError(.invalidArgument, "a part needs at least one row", file: folder) }
        let unfinished = try UnfinishedPath(for: folder)
        if try FileSystem.exists(unfinished.target) && !FileSystem.names(in: unfinished.target).isEmpty {
            throw IFError(.conflict, "the folder is there and not empty; runs are never rewritten", file: folder)
        }
        let hidden = unfinished.path
        try FileSystem.makeFolder(hidden)
        let blocks = BlockRanges(rowCount: table.rowCount, blockSize: partRows)
        let parts = max(1, blocks.count)
        let budget = context.workers.divided(among: min(parts, context.workers.count))
        // Encodings are chosen once, from the whole table, so that all parts agree.
        try await context.forEachBlock(parts) { part in
            let rows = blocks.isEmpty ? 0..<0 : blocks[part]
            let path = "\(hidden)/\(partName(part, options.codec))"
            let writer = try ParquetWriter(path, like: table, options: options, workers: budget)
            try writer.write(table, rows: rows)
            try writer.close()
        }
        try FileSystem.write("", to: "\(hidden)/_SUCCESS")
        try unfinished.publish()
        context.progress(
            Progress(stage: "write", completed: table.rowCount, total: table.rowCount, unit: "rows"))
    }

    static func partName(_ part: Int, _ codec: ParquetCodec) -> String {
        let digits = String(part)
        return "part-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)\(codec.ending).parquet"
    }
}
