public import IFCore

/// Writes one JSON object a line, keys in the order of the columns.
///
/// Missing values are `null`, as are numbers that are not finite, which JSON does not have. Times are ISO 8601 strings.
public enum JSONLinesWriter {
    /// Writes a table; compressed where the path ends in `.gz`. The file appears complete or not at all.
    ///
    /// - Throws: `IFError.inputOutput`.
    public static func write(_ table: Table, to path: String) throws {
        let unfinished = try UnfinishedPath(for: path)
        let sink = try ByteSink(unfinished.path, gzip: path.hasSuffix(".gz"))
        let keys = table.names.map { "\($0.jsonQuoted): " }
        let cells = table.columns.map { TextCells($0) }
        for row in 0..<table.rowCount {
            if row & 0xFFFF == 0, Task.isCancelled { throw CancellationError() }
            try sink.append { out in
                out.append(UInt8(ascii: "{"))
                for (index, key) in keys.enumerated() {
                    if index > 0 { out.append(contentsOf: ", ".utf8) }
                    out.append(contentsOf: key.utf8)
                    out.append(contentsOf: cells[index].json(row).utf8)
                }
                out.append(contentsOf: "}\n".utf8)
            }
        }
        try sink.close()
        try unfinished.publish()
    }
}
