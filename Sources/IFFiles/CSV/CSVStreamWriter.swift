public import IFCore

/// Writes delimited text table after table, for files larger than memory; the format is that of ``CSVWriter``.
///
/// The file appears under its name on ``close()``; a writer that is dropped before leaves nothing.
public final class CSVStreamWriter {
    /// The file to be.
    public let path: String
    private let dialect: CSVDialect
    private let unfinished: UnfinishedPath
    private let sink: ByteSink
    private var needsHeader: Bool
    private var names: [String]?

    /// Begins a file; compressed where the path ends in `.gz`.
    ///
    /// - Throws: `IFError`: `invalidArgument` for a delimiter that cannot be one, `inputOutput`.
    public init(_ path: String, options: CSVOptions = CSVOptions()) throws {
        self.path = path
        dialect = try CSVDialect(options)
        unfinished = try UnfinishedPath(for: path)
        sink = try ByteSink(unfinished.path, gzip: path.hasSuffix(".gz"))
        needsHeader = options.hasHeader
    }

    /// Appends the rows of a table.
    ///
    /// - Throws: `IFError`: `invalidData` where the columns are not those the file began with, `inputOutput`;
    ///   `CancellationError`.
    public func write(_ table: Table) throws {
        if let names, names != table.names {
            throw IFError(
                .invalidData,
                "the table has the columns \(table.names.joined(separator: ", ")), the file began with "
                    + names.joined(separator: ", "), file: path)
        }
        names = table.names
        if needsHeader {
            try sink.append { out in
                for (index, name) in table.names.enumerated() {
                    if index > 0 { out.append(dialect.delimiter) }
                    CSVWriter.field(Array(name.utf8), to: &out, dialect)
                }
                out.append(CSVDialect.lineFeed)
            }
            needsHeader = false
        }
        let cells = table.columns.map { TextCells($0, decimal: dialect.decimal) }
        for row in 0..<table.rowCount {
            if row & 0xFFFF == 0, Task.isCancelled { throw CancellationError() }
            try sink.append { out in
                for (index, column) in cells.enumerated() {
                    if index > 0 { out.append(dialect.delimiter) }
                    if let text = column.plain(row) { CSVWriter.field(text, to: &out, dialect) }
                }
                out.append(CSVDialect.lineFeed)
            }
        }
    }

    /// Completes the file and puts it under its name.
    ///
    /// - Throws: `IFError.inputOutput`.
    public func close() throws {
        try sink.close()
        try unfinished.publish()
    }
}
