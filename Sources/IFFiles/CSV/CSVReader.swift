public import IFCore

/// Reads delimited text: a file, a gzip file (also of several members), or a folder of such parts.
///
/// Text is cut into blocks of whole records; one worker at a time decompresses the next block while the others parse
/// theirs. Cuts and results depend on the bytes alone, not on the workers.
public enum CSVReader {
    /// The version of ISA-L, the library that decompresses gzip files.
    public static var gzipLibraryVersion: String { GzipLibrary.version }

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - path: A file or a folder of parts, which follow each other by name. Each part has its own header; columns
    ///     are matched by name.
    ///   - types: Columns wanted and their types; every type but lists. Whole numbers may be written `12.0`.
    ///   - options: Dialect, nulls, strictness, and what becomes of columns without a wanted type.
    ///   - context: Workers, cancellation, progress.
    /// - Returns: Columns in the order of the first header.
    /// - Throws: `IFError`: `notFound`; `missingColumn` naming the part; `corruptFile` for gzip bytes that are damaged
    ///   or cut off; when strict, `typeMismatch` or `invalidData` for the first cell or row that does not fit, with
    ///   line and column.
    /// - Complexity: O(bytes); beside the table, memory for one block of 2 MiB a worker and the parsed blocks.
    @concurrent
    public static func read(
        _ path: String, types: [String: ColumnType] = [:], options: CSVOptions = CSVOptions(), in context: RunContext
    ) async throws -> Table {
        try await readReporting(path, types: types, options: options, in: context).table
    }

    /// Reads a table and tells what did not fit. With lenient options no row is lost.
    ///
    /// - Throws: As ``read(_:types:options:in:)``.
    @concurrent
    public static func readReporting(
        _ path: String, types: [String: ColumnType] = [:], options: CSVOptions = CSVOptions(), in context: RunContext
    ) async throws -> CSVReadResult {
        let status = try FileSystem.status(path)
        let listed =
            try status.isFolder
            ? PartListing.parts(at: path, of: \.isDelimitedText, called: "CSV")
            : [DataPart(path: path, format: DataFormat.named(path) ?? .csv, size: status.size)]
        let parts = try listed.map { DataPart(path: $0.path, format: try textFormat($0.path), size: $0.size) }
        var options = options
        if parts.allSatisfy({ $0.format == .tsv || $0.format == .tsvGzip }), options.delimiter == "," {
            options.delimiter = "\t"
        }
        if let (column, type) = types.first(where: { !$0.value.isTextual }) {
            throw IFError(.unsupported, "columns of type \(type.rawValue) are not read from text", column: column)
        }
        let dialect = try CSVDialect(options)
        var result = try await CancellationFlag.during { flag in
            var inferred: [String: ColumnType] = [:]
            while true {
                let read = CSVRead(
                    parts: parts, dialect: dialect, wanted: types, inferred: inferred, workers: context.workers.count,
                    cancellation: flag)
                do {
                    return try read.run()
                } catch let widening as CSVInference.Widening {
                    inferred[widening.column] = widening.type
                }
            }
        }
        result.report.uncompressedParts = zip(listed, parts).filter { $0.format.isGzip && !$1.format.isGzip }.map(
            \.0.path)
        context.progress(
            Progress(stage: "read", completed: result.report.rows, total: result.report.rows, unit: "rows"))
        return result
    }

    /// A file is taken at its word; only whether it is compressed is asked of its bytes. Text under a name that ends in
    /// .gz is text, as downloads that decompress on the way leave it; other bytes under such a name are a damaged header.
    private static func textFormat(_ path: String) throws -> DataFormat {
        let head = try FileSystem.head(path, count: 512)
        var isGzip = DataFormat.magic(head) == .csvGzip
        if !isGzip, DataFormat.named(path)?.isGzip == true {
            isGzip = head.contains { $0 < 32 && !Self.blanks.contains($0) }
        }
        let isTabbed = DataFormat.named(path) == .tsv || DataFormat.named(path) == .tsvGzip
        return isTabbed ? (isGzip ? .tsvGzip : .tsv) : (isGzip ? .csvGzip : .csv)
    }

    /// Tab, line feed, form feed, carriage return: the bytes below the blank that text has.
    private static let blanks: [UInt8] = [0x09, 0x0A, 0x0C, 0x0D]
}

extension DataFormat {
    /// Whether rows are lines of delimited fields.
    var isDelimitedText: Bool { [.csv, .csvGzip, .tsv, .tsvGzip].contains(self) }
}

extension ColumnType {
    /// Whether a cell of text can hold a value.
    var isTextual: Bool {
        switch self {
        case .int32, .int64, .float, .double, .bool, .string, .timestamp: true
        default: false
        }
    }
}
