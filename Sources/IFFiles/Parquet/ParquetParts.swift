public import IFCore

/// Parquet files that are read by ranges, the parts of one table: objects in a store, or any ``RandomAccessSource``.
///
/// Opening fetches the footers, one request a part. Reading fetches the chunks of the columns wanted and nothing else,
/// adjoining ones together, several requests at once, and decodes them on threads of its own as they come. A page's
/// checksum is verified where its writer left one (``ParquetWriter`` does); the checksum of a whole object cannot be.
///
/// What is read, and every rule about types, is as with ``ParquetReader``.
public struct ParquetParts: Sendable {
    /// The columns of the first part; empty without parts.
    public let columns: [FileColumn]
    /// Rows of each part.
    public let rowCounts: [Int]
    private let parts: [TailedSource]

    /// Reads the footers.
    ///
    /// - Parameter sources: The parts in the order of their rows.
    /// - Throws: ``IFError/Code/corruptFile``; what the sources throw.
    @concurrent
    public init(_ sources: [any RandomAccessSource]) async throws {
        let parts = try await TailedSource.load(sources)
        (columns, rowCounts) = try await Self.reading(parts) { _, files, _ in
            (files.first?.fields.map(\.column) ?? [], files.map(\.rowCount))
        }
        self.parts = parts
    }

    /// Reads columns of all parts.
    ///
    /// - Parameters:
    ///   - columns: The columns wanted, in that order; all that can be read where `nil`.
    ///   - context: Workers, cancellation, progress. The result does not depend on how many workers there are.
    /// - Throws: As ``ParquetReader/read(_:columns:in:)-(String,_,_)``; ``IFError/Code/conflict`` where an object was replaced since it
    ///   was opened; what the sources throw.
    /// - Complexity: O(values); beside the table, memory for 32 MiB of fetched bytes, and 1 MiB, one page and one batch of
    ///   65,536 rows a worker.
    @concurrent
    public func read(columns: [String]? = nil, in context: RunContext) async throws -> Table {
        let workers = context.workers.count
        let (table, skipped) = try await Self.reading(parts) { reads, files, flag in
            let plan = try ReadPlan(files, columns: columns)
            reads.plan(Self.ranges(plan))
            var assembly = TableAssembly(plan, workers: workers, isRemote: true, cancellation: flag)
            return (try assembly.table(), plan.skipped.count)
        }
        context.progress(
            Progress(
                stage: "read", completed: table.rowCount, total: table.rowCount, unit: "rows",
                metrics: ["columnsSkipped": Double(skipped)]))
        return table
    }

    /// Hands out the rows in order, a batch at a time, in memory that does not grow with the files.
    ///
    /// - Parameters:
    ///   - columns: The columns wanted, in that order; all that can be read where `nil`.
    ///   - batchRows: Most rows of a batch; batches end at the ends of row groups, too.
    ///   - body: Takes a batch, on another thread. What it throws ends the reading.
    /// - Throws: As ``read(columns:in:)``, and what `body` throws.
    @concurrent
    public func forEachBatch(
        columns: [String]? = nil, batchRows: Int = 1 << 16, _ body: @escaping @Sendable (Table) throws -> Void
    ) async throws {
        precondition(batchRows > 0, "a batch needs rows")
        try await Self.reading(parts) { reads, files, flag in
            let plan = try ReadPlan(files, columns: columns)
            guard !plan.columns.isEmpty else { return }
            reads.plan(Self.ranges(plan))
            for (part, file) in plan.parts.enumerated() {
                try BatchReading.read(file, part, plan, batchRows) { batch in
                    if flag.isRaised { throw CancellationError() }
                    try body(batch)
                }
            }
        }
    }

    /// Opens the files on a thread of its own and runs `body` there; ends all requests before it returns.
    private static func reading<Result: Sendable>(
        _ parts: [TailedSource],
        _ body: @escaping @Sendable (RangeReads, [ParquetFile], CancellationFlag) throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        let reads = RangeReads(parts)
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            do {
                let result = try await OwnThread.run {
                    let files = try parts.enumerated().map { part, tailed in
                        let source = tailed.source
                        return try ParquetFile(source.name, reading: part, of: reads, size: source.size)
                    }
                    return try body(reads, files, flag)
                }
                await reads.close()
                return result
            } catch {
                // A reader's complaint about bytes that did not come is but the consequence.
                let cause = reads.failure
                await reads.close()
                throw cause ?? error
            }
        } onCancel: {
            flag.raise()
            reads.fail(CancellationError())
        }
    }

    /// The bytes that a plan reads, by part.
    private static func ranges(_ plan: ReadPlan) -> [[Range<Int>]] {
        var ranges: [[Range<Int>]] = plan.parts.map { _ in [] }
        for group in plan.groups {
            for column in plan.columns {
                ranges[group.part] += plan.parts[group.part].chunks(
                    group: group.group, column: column.positions[group.part])
            }
        }
        return ranges
    }
}

extension ParquetReader {
    /// Reads files by ranges, the parts of one table: objects in a store, or any ``RandomAccessSource``.
    ///
    /// As ``read(_:columns:in:)-(String,_,_)`` in every other way. To look at the columns first without fetching the footers
    /// twice, use ``ParquetParts``.
    ///
    /// - Parameters:
    ///   - sources: The parts in the order of their rows.
    ///   - columns: The columns wanted, in that order; all that can be read where `nil`.
    ///   - context: Workers, cancellation, progress.
    /// - Throws: As ``ParquetParts/read(columns:in:)``.
    @concurrent
    public static func read(
        _ sources: [any RandomAccessSource], columns: [String]? = nil, in context: RunContext
    ) async throws -> Table {
        try await ParquetParts(sources).read(columns: columns, in: context)
    }
}
