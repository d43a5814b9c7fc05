internal import CArrow
public import IFCore

/// Writes an Apache Parquet file, a table at a time.
///
/// Rows gather into row groups of ``ParquetOptions/rowGroupRows`` rows; a writer holds one row group in memory. The
/// file appears under its name when ``close()`` succeeds: until then it has a hidden name, and a writer that is
/// dropped before leaves nothing.
///
/// Files carry page checksums and statistics, no clock and no host, so equal tables give equal bytes. All columns are
/// nullable (as Spark writes them), timestamps are microseconds in UTC, lists have three levels: Spark 3.3 and later,
/// DuckDB, pandas and Arrow read them. Dictionary and delta encodings are chosen from the first table's values.
@safe
public final class ParquetWriter {
    /// Where the file will be.
    public let path: String
    private let names: [String]
    private let types: [ColumnType]
    private let options: ParquetOptions
    private let output: Output
    private var handle: OpaquePointer?

    /// Where the bytes go.
    private enum Output {
        case file(UnfinishedPath)
        case pipe(BytePipe)
    }

    /// Begins a file with the columns of a table, which is not yet written.
    ///
    /// - Parameters:
    ///   - path: The file to be; one that is there is replaced on ``close()``.
    ///   - table: A table with the columns; its values decide the encodings.
    ///   - options: Compression and row groups.
    ///   - workers: Columns encoded at once; the bytes do not depend on it.
    /// - Throws: `IFError`: `invalidArgument` for a table without columns, `inputOutput`.
    public convenience init(
        _ path: String, like table: Table, options: ParquetOptions = ParquetOptions(), workers: WorkerBudget = .single
    ) throws {
        try self.init(path, like: table, options: options, workers: workers) { .file(try UnfinishedPath(for: path)) }
    }

    /// Begins a file whose bytes go into a pipe. Writing blocks, so it is for threads of our own (``OwnThread``).
    convenience init(
        _ name: String, into pipe: BytePipe, like table: Table, options: ParquetOptions, workers: WorkerBudget
    ) throws {
        try self.init(name, like: table, options: options, workers: workers) { .pipe(pipe) }
    }

    private init(
        _ path: String, like table: Table, options: ParquetOptions, workers: WorkerBudget, _ output: () throws -> Output
    ) throws {
        guard !table.columns.isEmpty else {
            throw IFError(.invalidArgument, "a Parquet file needs at least one column", file: path)
        }
        guard options.rowGroupRows > 0 else {
            throw IFError(.invalidArgument, "a row group needs at least one row", file: path)
        }
        self.path = path
        self.options = options
        names = table.names
        types = table.columns.map(\.type)
        self.output = try output()
        unsafe handle = nil
        let encodings = table.columns.map(EncodingChoice.of)
        try open(encodings, threads: workers.count)
    }

    /// Appends the rows of a table.
    ///
    /// - Throws: `IFError`: `typeMismatch` where names or types differ from those the file began with,
    ///   `inputOutput`. After an error the file can only be dropped.
    /// - Precondition: The file is not closed.
    public func write(_ table: Table) throws { try write(table, rows: 0..<table.rowCount) }

    /// Appends some rows of a table.
    ///
    /// - Precondition: `rows` lie within the table; the file is not closed.
    public func write(_ table: Table, rows: Range<Int>) throws {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= table.rowCount, "rows outside the table")
        guard let handle = unsafe handle else { preconditionFailure("the writer is closed") }
        guard table.names == names, table.columns.map(\.type) == types else {
            throw IFError(
                .typeMismatch,
                "the table has the columns \(Self.describe(table.names, table.columns.map(\.type))), "
                    + "the file began with \(Self.describe(names, types))", file: path)
        }
        try unsafe ColumnExport.withArrays(table.columns) { arrays in
            // A row group at a time, so that cancellation need not wait for a large table.
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: options.rowGroupRows) {
                if Task.isCancelled { throw CancellationError() }
                let count = min(options.rowGroupRows, rows.upperBound - start)
                try unsafe NativeCall.check(path) {
                    unsafe if_writer_write(
                        handle, arrays.baseAddress, Int32(clamping: arrays.count), Int64(start), Int64(count), $0)
                }
            }
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// - Throws: `IFError.inputOutput`; nothing is left then. Closing again does nothing.
    public func close() throws {
        guard let handle = unsafe handle else { return }
        unsafe self.handle = nil
        try unsafe NativeCall.check(path) { unsafe if_writer_close(handle, $0) }
        if case .file(let unfinished) = output { try unfinished.publish() }
    }

    deinit { if let handle = unsafe handle { unsafe if_writer_discard(handle) } }

    private func open(_ encodings: [if_encoding], threads: Int) throws {
        let fields = unsafe zip(types, encodings).map { type, encoding in
            unsafe if_field(
                name: nil, kind: Int32(bitPattern: type.kind.rawValue), encoding: Int32(bitPattern: encoding.rawValue))
        }
        var opened: OpaquePointer? = nil
        try unsafe Self.named(names[...], fields, []) { fields in
            try unsafe options.codec.name.withCString { codec in
                try unsafe ParquetOptions.createdBy.withCString { createdBy in
                    var native = unsafe if_write_options(
                        codec: codec, created_by: createdBy, row_group_rows: Int64(options.rowGroupRows),
                        threads: Int32(clamping: threads))
                    try unsafe NativeCall.check(path) { message in
                        switch output {
                        case .file(let unfinished):
                            return unsafe if_writer_open(
                                unfinished.path, fields, Int32(fields.count), &native, &opened, message)
                        case .pipe(let pipe):
                            var sink = unsafe if_byte_sink(
                                context: Unmanaged.passRetained(pipe).toOpaque(),
                                write: { unsafe BytePipe.write($0, $1, $2) }, release: { unsafe BytePipe.release($0) })
                            return unsafe if_writer_open_sink(
                                &sink, fields, Int32(fields.count), &native, &opened, message)
                        }
                    }
                }
            }
        }
        unsafe handle = opened
    }

    /// Gives every field its name as a C string, valid during `body`.
    private static func named(
        _ names: ArraySlice<String>, _ fields: [if_field], _ done: [if_field], _ body: ([if_field]) throws -> Void
    ) throws {
        guard let name = names.first else { return try unsafe body(done) }
        try unsafe name.withCString { pointer in
            var field = unsafe fields[done.count]
            unsafe field.name = unsafe pointer
            try unsafe named(names.dropFirst(), fields, done + [field], body)
        }
    }

    private static func describe(_ names: [String], _ types: [ColumnType]) -> String {
        zip(names, types).map { "\($0) \($1.rawValue)" }.joined(separator: ", ")
    }
}
