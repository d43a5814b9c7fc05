internal import CArrow
public import IFCore

/// Reads Apache Parquet files, and folders of them as Spark writes them.
///
/// Types: 8-, 16- and 32-bit integers (signed; unsigned to 16 bits) read as `int32`; wider ones as `int64` (an
/// unsigned value past 63 bits is an error). Half and single precision read as `float`, double as `double`.
/// Decimals of at most 18 digits without a fraction read as `int64`, others as `double`. Timestamps of every unit and
/// dates read as microseconds since 1970 UTC (those without a zone are taken as UTC; nanoseconds are cut off).
/// Dictionary columns read as their values. Lists of integers, floats, doubles (rounded to single precision) and
/// strings read as lists; a missing list reads as an empty one, a missing number within a list is an error.
///
/// In a folder, parts follow each other by name. A column whose parts differ in type takes the type that holds all
/// (`int32` and `int64`: `int64`; integers and floating point: `double`).
public enum ParquetReader {
    /// Version of the Arrow library that was linked.
    public static var libraryVersion: String { unsafe String(cString: if_arrow_version()) }

    /// Reads a file or a folder of parts.
    ///
    /// Row groups and columns are decoded side by side by the context's workers; the result does not depend on how
    /// many there are.
    ///
    /// - Parameters:
    ///   - path: A file, or a folder whose Parquet files (not `_SUCCESS`, hidden files, checksums) are the parts.
    ///   - columns: The columns wanted, in that order; all that can be read where `nil`. Columns passed over because
    ///     of their type are counted in the progress (`columnsSkipped`), and named by ``schema(_:)`` without a type.
    ///   - context: Workers, cancellation, progress.
    /// - Throws: `IFError`: `notFound`, `corruptFile`, `missingColumn` (naming the part), `unsupported`,
    ///   `typeMismatch`.
    /// - Complexity: O(values); beside the table, memory for one batch of 65,536 rows a worker.
    @concurrent
    public static func read(_ path: String, columns: [String]? = nil, in context: RunContext) async throws -> Table {
        let plan = try ReadPlan(files(at: path), columns: columns)
        let table = try await CancellationFlag.during { flag in
            var assembly = TableAssembly(plan, workers: context.workers.count, cancellation: flag)
            return try assembly.table()
        }
        context.progress(
            Progress(
                stage: "read", completed: table.rowCount, total: table.rowCount, unit: "rows",
                metrics: ["columnsSkipped": Double(plan.skipped.count)]))
        return table
    }

    /// The columns of a file, or of the first part of a folder.
    ///
    /// - Throws: `IFError`: `notFound`, `corruptFile`.
    public static func schema(_ path: String) throws -> [FileColumn] {
        let parts = try parts(at: path)
        guard let first = parts.first else { return [] }
        return try open(first).fields.map(\.column)
    }

    /// Rows of a file or folder, from the footers alone.
    ///
    /// - Throws: `IFError`: `notFound`, `corruptFile`.
    public static func rowCount(_ path: String) throws -> Int {
        try parts(at: path).reduce(0) { try $0 + open($1).rowCount }
    }

    /// Hands out the rows in order, a batch at a time, in memory that does not grow with the file.
    ///
    /// - Parameters:
    ///   - path: A file or a folder of parts.
    ///   - columns: The columns wanted, in that order; all that can be read where `nil`.
    ///   - batchRows: Most rows of a batch; batches end at the ends of row groups, too.
    ///   - body: Takes a batch. What it throws ends the reading.
    /// - Throws: As ``read(_:columns:in:)-(String,_,_)``, and what `body` throws.
    public static func forEachBatch(
        _ path: String, columns: [String]? = nil, batchRows: Int = 1 << 16, _ body: (Table) throws -> Void
    ) throws {
        precondition(batchRows > 0, "a batch needs rows")
        let plan = try ReadPlan(files(at: path), columns: columns)
        guard !plan.columns.isEmpty else { return }
        for (part, file) in plan.parts.enumerated() {
            try BatchReading.read(file, part, plan, batchRows, body)
        }
    }

    static func parts(at path: String) throws -> [DataPart] {
        // A single file is taken at its word: only its bytes tell whether it is Parquet.
        let status = try FileSystem.status(path)
        if !status.isFolder { return [DataPart(path: path, format: .parquet, size: status.size)] }
        return try PartListing.parts(at: path, of: { $0 == .parquet }, called: "Parquet")
    }

    private static func files(at path: String) throws -> [ParquetFile] { try parts(at: path).map(open) }

    private static func open(_ part: DataPart) throws -> ParquetFile {
        guard part.size > 0 else {
            throw IFError(
                .corruptFile, "the file is empty (0 bytes): its writer or its download was cut off", file: part.path)
        }
        return try ParquetFile(part.path)
    }
}
