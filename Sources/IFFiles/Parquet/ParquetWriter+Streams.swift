public import IFCore

extension ParquetWriter {
    /// Writes a table as one file into a stream, which the caller ends: finished where this succeeds, abandoned where it
    /// throws. The bytes are those that ``write(_:to:options:workers:)-(_,String,_,_)`` gives.
    ///
    /// Encoding runs on a thread of its own, which waits while the stream cannot take more.
    ///
    /// - Parameters:
    ///   - table: The rows.
    ///   - stream: Takes the bytes.
    ///   - name: What messages call the file.
    ///   - options: Compression and row groups.
    ///   - workers: Columns encoded at once; the bytes do not depend on it.
    /// - Throws: `IFError`: `invalidArgument`; what the stream throws; `CancellationError`.
    /// - Complexity: O(values); beside the table, memory for one encoded row group and 4 MiB.
    @concurrent
    public static func write(
        _ table: Table, to stream: any ObjectStream, named name: String, options: ParquetOptions = ParquetOptions(),
        workers: WorkerBudget = .single
    ) async throws {
        try await write(table, rows: 0..<table.rowCount, to: stream, named: name, options, workers)
    }

    /// Writes a table as parts, each into a stream of its own: the same names and bytes as
    /// ``writeFolder(_:to:partRows:options:in:)``, `_SUCCESS` last.
    ///
    /// - Parameters:
    ///   - table: The rows.
    ///   - partRows: Rows of each part but the last; 4,194,304 where `nil`.
    ///   - options: Compression and row groups.
    ///   - context: Workers, cancellation, progress.
    ///   - begin: Begins the stream of a part by its name, such as `part-00000.snappy.parquet`. Parts are written side by
    ///     side.
    /// - Throws: `IFError`: `invalidArgument`; what `begin` and its streams throw. Streams that were not finished are
    ///   abandoned then; those that were are the caller's to remove.
    @concurrent
    public static func writeParts(
        _ table: Table, partRows: Int? = nil, options: ParquetOptions = ParquetOptions(), in context: RunContext,
        begin: @escaping @Sendable (String) async throws -> any ObjectStream
    ) async throws {
        let partRows = partRows ?? defaultPartRows
        guard partRows > 0 else { throw IFError(.invalidArgument, "a part needs at least one row") }
        let blocks = BlockRanges(rowCount: table.rowCount, blockSize: partRows)
        let parts = max(1, blocks.count)
        let together = min(parts, context.workers.count)
        let budget = context.workers.divided(among: together)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<parts {
                if part >= together { try await group.next() }
                group.addTask {
                    let name = partName(part, options.codec)
                    let rows = blocks.isEmpty ? 0..<0 : blocks[part]
                    try await finishing(begin(name)) {
                        try await write(table, rows: rows, to: $0, named: name, options, budget)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await finishing(begin("_SUCCESS")) { _ in }
        context.progress(
            Progress(stage: "write", completed: table.rowCount, total: table.rowCount, unit: "rows"))
    }

    /// Ends the stream after `body`, well or not.
    private static func finishing(
        _ stream: any ObjectStream, _ body: (any ObjectStream) async throws -> Void
    ) async throws {
        do {
            try await body(stream)
            try await stream.finish()
        } catch {
            await stream.abandon()
            throw error
        }
    }

    private static func write(
        _ table: Table, rows: Range<Int>, to stream: any ObjectStream, named name: String, _ options: ParquetOptions,
        _ workers: WorkerBudget
    ) async throws {
        try Task.checkCancellation()
        let pipe = BytePipe()
        try await withTaskCancellationHandler {
            async let encoding: Void = OwnThread.run {
                do {
                    let writer = try ParquetWriter(name, into: pipe, like: table, options: options, workers: workers)
                    try writer.write(table, rows: rows)
                    try writer.close()
                    _ = pipe.end()
                } catch {
                    pipe.fail(error)
                }
            }
            do {
                while let chunk = try await pipe.next() { try await stream.write(chunk) }
            } catch {
                pipe.fail(error)
            }
            try await encoding
            if let failure = pipe.failure { throw failure }
        } onCancel: {
            pipe.fail(CancellationError())
        }
    }
}
