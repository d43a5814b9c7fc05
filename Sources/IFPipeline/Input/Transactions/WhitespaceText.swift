import IFCore
import IFFiles

/// Text whose fields are separated by runs of blanks and tabs, as older research data are published.
struct WhitespaceText: Sendable {
    let file: InputFile
    let columns: [InputRequest.Wanted]
    /// Names of text without a header.
    let names: [String]
    let idsAreText: Bool
    let exampleLimit: Int

    func load(in context: RunContext) async throws -> LoadedTable {
        // The reader hands out whole lines: no text holds a unit separator.
        let options = CSVOptions(delimiter: "\u{1F}", hasHeader: false, columnNames: ["line"], otherColumns: .skip)
        let read = try await CSVReader.readReporting(
            file.path, types: ["line": .string], options: options, in: context)
        let lines = try read.table.strings("line")
        let path = file.parts.count == 1 ? file.parts[0].path : file.path
        let first = (0..<lines.count).first { !fields(lines, $0).isEmpty }
        let header = names.isEmpty ? first.map { fields(lines, $0).map { String(decoding: $0, as: UTF8.self) } } : names
        guard let header else { throw IFError(.emptyData, "the file has no rows", file: path) }
        for column in columns where !header.contains(column.name) {
            let hint = NearestName.of(column.name, in: header).map { "; is it \($0)?" } ?? ""
            throw IFError(
                .missingColumn, "the file has no such column; it has \(header.joined(separator: ", "))\(hint)",
                file: path, column: column.name)
        }
        let start = names.isEmpty ? (first ?? 0) + 1 : 0
        var log = FindingLog(
            .transactions, RowOrigin(parts: [(0, path)], headerLines: start), limit: exampleLimit)
        log.addUncompressed(read.report)
        let cells = split(lines, from: start, header, &log)
        var table = Table()
        for column in columns { table.set(column.name, typed(cells[column.name] ?? [], column, &log)) }
        log.cells = table
        return LoadedTable(table: table, log: log, path: file.path)
    }

    private func fields(_ lines: StringValues, _ row: Int) -> [ArraySlice<UInt8>] {
        lines.bytes[lines.offsets[row]..<lines.offsets[row + 1]].split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    private func split(
        _ lines: StringValues, from start: Int, _ header: [String], _ log: inout FindingLog
    ) -> [String: [String?]] {
        var out: [String: [String?]] = [:]
        let wanted = columns.compactMap { column in header.firstIndex(of: column.name).map { (column.name, $0) } }
        for (name, _) in wanted { out[name] = [] }
        var row = 0
        for line in start..<max(start, lines.count) {
            let cells = fields(lines, line)
            if cells.isEmpty { continue }
            if cells.count != header.count { log.add(.raggedRow, "", row: row) }
            for (name, index) in wanted {
                out[name]?.append(index < cells.count ? String(decoding: cells[index], as: UTF8.self) : nil)
            }
            row += 1
        }
        return out
    }

    private func typed(_ cells: [String?], _ column: InputRequest.Wanted, _ log: inout FindingLog) -> Column {
        switch column.type {
        case nil:
            let numbers = cells.map { $0.flatMap { Int64($0) } }
            let isText = idsAreText || zip(cells, numbers).contains { $0 != nil && $1 == nil }
            return isText ? .string(StringValues(optional: cells)) : .int64(numbers)
        case .int64?: return .int64(converted(cells, column.name, &log) { Int64($0) })
        case .double?: return .double(converted(cells, column.name, &log) { Double($0) })
        default: return .string(StringValues(optional: cells))
        }
    }

    private func converted<Value>(
        _ cells: [String?], _ name: String, _ log: inout FindingLog, _ convert: (String) -> Value?
    ) -> [Value?] {
        cells.enumerated().map { row, cell in
            guard let cell else { return nil }
            guard let value = convert(cell) else {
                log.add(.wrongType, name, row: row)
                return nil
            }
            return value
        }
    }
}
