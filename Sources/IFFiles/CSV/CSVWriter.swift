public import IFCore

/// Writes delimited text as RFC 4180 has it, with LF line ends.
///
/// A null is an empty cell; an empty string is `""`, so that both read back as they were. Fields that hold a
/// delimiter, a quote or a line end are quoted. Doubles have the shortest digits that read back exactly, times are ISO
/// 8601 in UTC, lists are written as JSON arrays. Equal tables give equal bytes, compressed or not.
public enum CSVWriter {
    /// Writes a table; compressed where the path ends in `.gz`. The file appears complete or not at all.
    ///
    /// - Throws: `IFError`: `invalidArgument` for a delimiter that cannot be one, `inputOutput`.
    public static func write(_ table: Table, to path: String, options: CSVOptions = CSVOptions()) throws {
        let writer = try CSVStreamWriter(path, options: options)
        try writer.write(table)
        try writer.close()
    }

    static func field(_ text: [UInt8], to out: inout [UInt8], _ dialect: CSVDialect) {
        let needsQuotes =
            text.isEmpty
            || text.contains { byte in
                byte == dialect.delimiter || byte == CSVDialect.quote || byte == CSVDialect.lineFeed
                    || byte == CSVDialect.carriageReturn
            }
        guard needsQuotes else { return out.append(contentsOf: text) }
        out.append(CSVDialect.quote)
        for byte in text {
            if byte == CSVDialect.quote { out.append(CSVDialect.quote) }
            out.append(byte)
        }
        out.append(CSVDialect.quote)
    }
}
