import FoundationEssentials
import IFCore
import IFFiles

/// Which columns of a table are read, and as what.
struct InputRequest: Sendable {
    /// A column, and the type it is read as from text; `nil` for ids, which are integers or strings.
    struct Wanted: Sendable {
        var name: String
        var type: ColumnType?
        var isRequired = true
    }

    var table: InputTable
    var columns: [Wanted]
    /// Share of id cells that may be no integers before the ids are taken for strings.
    var badIDShare = 0.01
    var options = CSVOptions()
    var allIDsAreText = false
}

/// A table as read, with what the reader had to say.
struct LoadedTable: Sendable {
    var table: Table
    var log: FindingLog
    var path: String
}

/// Reads the wanted columns of a file and notes cells that do not fit.
struct TableReading: Sendable {
    let file: InputFile
    let request: InputRequest
    let exampleLimit: Int
    let context: RunContext
    var sources = InputSources()

    func load() async throws -> LoadedTable {
        switch file.format {
        case .parquet: try await loadParquet()
        case .csv: try await loadText()
        }
    }

    /// The context, with progress that says which table is read.
    private var named: RunContext {
        let (progress, label) = (context.progress, request.table.label)
        return context.reporting { report in
            var report = report
            report.stage += " \(label)"
            progress(report)
        }
    }

    // MARK: Parquet

    private func loadParquet() async throws -> LoadedTable {
        // Of files elsewhere the footers are fetched once.
        let remote: ParquetParts? =
            if let parts = sources.parts(of: file) { try await ParquetParts(parts) } else { nil }
        let there = try (remote?.columns ?? ParquetReader.schema(file.path)).map(\.name)
        for column in request.columns where column.isRequired && !there.contains(column.name) {
            throw missing(column.name, there)
        }
        let names = request.columns.map(\.name).filter(there.contains)
        let table =
            if let remote {
                try await remote.read(columns: names, in: named)
            } else {
                try await ParquetReader.read(file.path, columns: names, in: named)
            }
        var parts: [(first: Int, path: String)] = []
        var row = 0
        for (index, part) in file.parts.enumerated() {
            parts.append((row, part.path))
            row += file.parts.count == 1 ? 0 : try remote?.rowCounts[index] ?? ParquetReader.rowCount(part.path)
        }
        let origin = RowOrigin(parts: parts, headerLines: 0)
        var log = FindingLog(request.table, origin, limit: exampleLimit)
        log.cells = table
        return LoadedTable(table: table, log: log, path: file.path)
    }

    // MARK: Text

    /// Ids are tried as 32-bit integers first; where that does not fit, their columns alone are read again.
    private func loadText() async throws -> LoadedTable {
        var columns = request.columns
        var options = request.options
        options.otherColumns = .skip
        options.strictness = .lenient
        // Enough cells of each column for a verdict on its ids.
        options.reportLimit = max(exampleLimit, 100)
        var result = try await firstRead(&columns, options)
        var types = initialTypes(columns)
        while true {
            var changed: [String: ColumnType] = [:]
            for column in columns where column.type == nil {
                if let wider = widened(types[column.name], result.report, column.name) { changed[column.name] = wider }
            }
            guard !changed.isEmpty else { return loaded(result, options) }
            types.merge(changed) { $1 }
            // A lenient read keeps every row, so the columns of both reads fit together.
            let again = try await CSVReader.readReporting(file.path, types: changed, options: options, in: context)
            for name in changed.keys { result.table.set(name, try again.table.column(name)) }
            result.report.badCells.removeAll { changed[$0.column] != nil }
            result.report.badCells += again.report.badCells
            for name in changed.keys { result.report.badCellCounts[name] = again.report.badCellCounts[name] }
        }
    }

    private func initialTypes(_ columns: [InputRequest.Wanted]) -> [String: ColumnType] {
        Dictionary(
            columns.map { ($0.name, $0.type ?? (request.allIDsAreText ? .string : .int32)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Reads the columns that are there; optional ones that are not are taken off the list.
    private func firstRead(
        _ columns: inout [InputRequest.Wanted], _ options: CSVOptions
    ) async throws -> CSVReadResult {
        while true {
            do {
                return try await CSVReader.readReporting(
                    file.path, types: initialTypes(columns), options: options, in: named)
            } catch let error as IFError where error.code == .missingColumn {
                // The header is read before any row: asking again without an optional column costs nothing.
                guard let name = error.location.column else { throw error }
                guard let index = columns.firstIndex(where: { $0.name == name && !$0.isRequired }) else {
                    throw missing(name, try await header() ?? [], else: error)
                }
                columns.remove(at: index)
            }
        }
    }

    /// The type to read an id column again as, where it did not fit the one tried.
    private func widened(_ type: ColumnType?, _ report: CSVReadReport, _ column: String) -> ColumnType? {
        guard type != .string, let bad = report.badCellCounts[column], bad > 0 else { return nil }
        let texts = report.badCells.filter { $0.column == column }.map(\.text)
        let hasText = texts.contains { Int64($0) == nil }
        if hasText, Double(bad) > request.badIDShare * Double(report.rows) { return .string }
        let hasWide = texts.isEmpty || texts.contains { Int64($0) != nil }
        return type == .int32 && hasWide ? .int64 : nil
    }

    private func loaded(_ result: CSVReadResult, _ options: CSVOptions) -> LoadedTable {
        let path = file.parts.count == 1 ? file.parts[0].path : file.path
        // Lines of several parts are not told apart: rows are then counted without headers.
        let headerLines = file.parts.count == 1 && options.hasHeader ? 1 : 0
        var log = FindingLog(
            request.table, RowOrigin(parts: [(0, path)], headerLines: headerLines), limit: exampleLimit)
        for (column, count) in result.report.badCellCounts.sorted(by: { $0.key < $1.key }) {
            let cells = result.report.badCells.filter { $0.column == column }
            log.addWrongCells(
                column, count: count, rows: cells.map(\.row),
                examples: cells.lazy.map {
                    .init(file: $0.file, row: $0.line, column: column, value: $0.text.quotable)
                })
        }
        log.add(
            .raggedRow, "", count: result.report.raggedRowCount,
            examples: result.report.raggedRows.lazy.map { .init(file: $0.file, row: $0.line, column: "") })
        log.addUncompressed(result.report)
        log.cells = result.table
        return LoadedTable(table: result.table, log: log, path: file.path)
    }

    /// The names in the header of a plain text file; of a compressed one all of it has to be read.
    private func header() async throws -> [String]? {
        guard let part = file.parts.first else { return nil }
        var options = request.options
        options.otherColumns = .infer
        options.strictness = .lenient
        return try? await CSVReader.read(part.path, options: options, in: context).names
    }

    private func missing(_ name: String, _ there: [String], else fallback: IFError? = nil) -> IFError {
        guard !there.isEmpty else {
            return fallback ?? IFError(.missingColumn, "the file has no columns", column: name)
        }
        let hint = NearestName.of(name, in: there).map { "; is it \($0)?" } ?? ""
        return IFError(
            .missingColumn, "the file has no such column; it has \(there.joined(separator: ", "))\(hint)",
            file: file.path, column: name)
    }
}
