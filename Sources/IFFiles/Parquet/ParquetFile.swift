internal import CArrow
import IFCore

/// An open Parquet file: its footer, and scans over it.
///
/// Sendable: the footer is immutable and every scan has a reader of its own.
@safe
final class ParquetFile: @unchecked Sendable {
    struct Field {
        var column: FileColumn
        var kind: if_kind
    }

    let path: String
    let fields: [Field]
    let rowCount: Int
    let groupRows: [Int]
    private let handle: OpaquePointer

    convenience init(_ path: String) throws {
        try unsafe self.init(path) { unsafe if_parquet_open(path, $0, $1) }
    }

    /// Opens a file whose bytes others fetch. Reading it blocks, so it is for threads of our own (``OwnThread``).
    convenience init(_ name: String, reading part: Int, of reads: RangeReads, size: Int) throws {
        let reader = PartReader(reads: reads, part: part)
        try unsafe self.init(name) { opened, message in
            var source = unsafe if_random_access(
                context: Unmanaged.passRetained(reader).toOpaque(), size: Int64(size),
                read: { unsafe PartReader.read($0, $1, $2, $3) }, release: { unsafe PartReader.release($0) })
            return unsafe if_parquet_open_source(&source, opened, message)
        }
    }

    private init(
        _ path: String, _ open: (UnsafeMutablePointer<OpaquePointer?>, NativeCall.Message) -> Int32
    ) throws {
        var opened: OpaquePointer? = nil
        try unsafe NativeCall.check(path) { unsafe open(&opened, $0) }
        guard let handle = unsafe opened else { throw IFError(.inputOutput, "the file did not open", file: path) }
        unsafe self.handle = handle
        self.path = path
        rowCount = unsafe Int(if_parquet_rows(handle))
        groupRows = (0..<(unsafe if_parquet_group_count(handle))).map { unsafe Int(if_parquet_group_rows(handle, $0)) }
        fields = (0..<(unsafe if_parquet_column_count(handle))).map { index in
            let kind = unsafe if_kind(rawValue: UInt32(bitPattern: if_parquet_column_kind(handle, index)))
            let column = unsafe FileColumn(
                name: String(cString: if_parquet_column_name(handle, index)), type: ColumnType(kind: kind),
                physicalType: String(cString: if_parquet_column_type(handle, index)),
                isNullable: if_parquet_column_nullable(handle, index))
            return Field(column: column, kind: kind)
        }
    }

    deinit { unsafe if_parquet_close(handle) }

    /// Where the bytes of a column's chunk lie: one range, or several for a column of several leaves.
    func chunks(group: Int, column: Int) -> [Range<Int>] {
        let capacity = 16
        var pairs = [Int64](repeating: 0, count: 2 * capacity)
        let count = unsafe if_parquet_chunks(
            handle, Int32(clamping: group), Int32(clamping: column), &pairs, Int32(capacity))
        return (0..<min(Int(count), capacity)).compactMap { index in
            let (start, size) = (Int(pairs[2 * index]), Int(pairs[2 * index + 1]))
            let (end, overflow) = start.addingReportingOverflow(size)
            return start >= 0 && size > 0 && !overflow ? start..<end : nil
        }
    }

    /// The position of a column by name.
    func index(of name: String) -> Int? { fields.firstIndex { $0.column.name == name } }

    /// Reads columns of row groups batch by batch.
    ///
    /// - Parameter buffered: Bounds memory to pages; otherwise whole column chunks are fetched at once.
    func scan(groups: [Int], columns: [Int], batchRows: Int, buffered: Bool) throws -> ParquetScan {
        var opened: OpaquePointer? = nil
        let groups = groups.map { Int32(clamping: $0) }
        let columns = columns.map { Int32(clamping: $0) }
        try unsafe NativeCall.check(path) {
            unsafe if_scan_open(
                handle, groups, Int32(clamping: groups.count), columns, Int32(clamping: columns.count),
                Int64(batchRows), buffered, &opened, $0)
        }
        guard let scan = unsafe opened else { throw IFError(.inputOutput, "the file did not open", file: path) }
        return unsafe ParquetScan(scan, of: self)
    }
}

/// What Arrow calls to read a part of ``RangeReads``.
private final class PartReader {
    private let reads: RangeReads
    private let part: Int

    init(reads: RangeReads, part: Int) {
        self.reads = reads
        self.part = part
    }

    static func read(
        _ context: UnsafeMutableRawPointer?, _ position: Int64, _ count: Int64, _ out: UnsafeMutablePointer<UInt8>?
    ) -> Int32 {
        guard let context = unsafe context else { return 1 }
        let reader = unsafe Unmanaged<PartReader>.fromOpaque(context).takeUnretainedValue()
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: out, count: Int(count))
        return unsafe reader.reads.read(part: reader.part, at: Int(position), into: bytes) ? 0 : 1
    }

    static func release(_ context: UnsafeMutableRawPointer?) {
        if let context = unsafe context { unsafe Unmanaged<PartReader>.fromOpaque(context).release() }
    }
}

/// Batches of one scan, on one thread.
@safe
struct ParquetScan: ~Copyable {
    private let handle: OpaquePointer
    private let file: ParquetFile

    init(_ handle: OpaquePointer, of file: ParquetFile) {
        unsafe self.handle = handle
        self.file = file
    }

    deinit { unsafe if_scan_close(handle) }

    /// Moves to the next batch and returns its rows; 0 after the last.
    func next() throws -> Int {
        var rows: Int64 = 0
        try unsafe NativeCall.check(file.path) { unsafe if_scan_next(handle, &rows, $0) }
        return Int(rows)
    }

    /// A column of the current batch, by its position among the scanned columns.
    func withColumn<Result>(_ index: Int, _ body: (ArrayView) throws -> Result) rethrows -> Result {
        try unsafe body(ArrayView(raw: if_scan_column(handle, Int32(clamping: index))))
    }
}
