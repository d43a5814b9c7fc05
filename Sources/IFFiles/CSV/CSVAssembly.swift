import IFCore

/// Joins parsed blocks into a table and a report.
struct CSVAssembly {
    private let read: CSVRead
    private let blocks: [CSVRead.ParsedBlock]
    private let order: [String]
    private let types: [String: ColumnType]

    init(_ read: CSVRead, _ shared: CSVRead.Shared) {
        self.read = read
        blocks = shared.done.sorted { $0.index < $1.index }
        order = shared.order
        types = shared.types
    }

    func result() throws -> CSVReadResult {
        let report = report()
        if read.dialect.options.strictness == .strict { try refuse(report) }
        let (order, types, blocks) = (order, types, blocks)
        let columns = try BlockingWorkers.map(order.count, workers: read.workers, cancellation: read.cancellation) {
            Self.column(blocks.flatMap { [name = order[$0]] in $0.chunks[name] ?? [] }, types[order[$0]] ?? .string)
        }
        var table = Table()
        for (name, column) in zip(order, columns) { table.set(name, column) }
        return CSVReadResult(table: table, report: report)
    }

    /// Reports of the blocks one after the other, lines counted from the beginning of each part.
    private func report() -> CSVReadReport {
        var report = CSVReadReport()
        let limit = read.dialect.options.reportLimit
        var part = -1
        var before = 1
        var noted: [String: Int] = [:]
        for block in blocks {
            if block.part != part { (part, before) = (block.part, 1) }
            report.raggedRowCount += block.report.raggedRowCount
            for row in block.report.raggedRows where report.raggedRows.count < max(1, limit) {
                var row = row
                row.line += before
                report.raggedRows.append(row)
            }
            for cell in block.report.badCells where noted[cell.column, default: 0] < max(1, limit) {
                var cell = cell
                cell.line += before
                cell.row += report.rows
                noted[cell.column, default: 0] += 1
                report.badCells.append(cell)
            }
            report.badCellCounts.merge(block.report.badCellCounts) { $0 + $1 }
            report.latin1Counts.merge(block.report.latin1Counts) { $0 + $1 }
            before += block.lines
            report.rows += block.rows
        }
        return report
    }

    /// Throws the first thing that did not fit.
    private func refuse(_ report: CSVReadReport) throws {
        let (cell, row) = (report.badCells.first, report.raggedRows.first)
        let order = Dictionary(uniqueKeysWithValues: read.parts.enumerated().map { ($1.path, $0) })
        let isCellFirst = cell.map { cell in
            row.map { (order[cell.file] ?? 0, cell.line) < (order[$0.file] ?? 0, $0.line) } ?? true
        }
        if let cell, isCellFirst == true {
            let others = report.badCellCounts.values.reduce(0, +) - 1
            throw IFError(
                .typeMismatch,
                "'\(cell.text.prefix(80))' is not of type \(cell.type.rawValue)"
                    + (others > 0 ? " (and \(others) more cells)" : "")
                    + "; correct the file, or read leniently to make such cells null", file: cell.file, row: cell.line,
                column: cell.column)
        }
        if let row {
            let what =
                row.fields == row.expected
                ? "a quote is not closed, or text follows a closing quote"
                : "the row has \(row.fields) fields, the header \(row.expected)"
            throw IFError(
                .invalidData, what + "; correct the file, or read leniently to keep what fits", file: row.file,
                row: row.line)
        }
    }

    private static func column(_ chunks: [CSVColumnChunk], _ type: ColumnType) -> Column {
        var bits = BitWriter()
        for chunk in chunks { bits.append(chunk.validity) }
        let validity = bits.bitmap
        switch type {
        case .int32: return .int32(ColumnValues(joined(chunks) { $0.int32 }, validity: validity))
        case .int64: return .int64(ColumnValues(joined(chunks) { $0.int64 }, validity: validity))
        case .timestamp: return .timestamp(ColumnValues(joined(chunks) { $0.int64 }, validity: validity))
        case .float: return .float(ColumnValues(joined(chunks) { $0.float }, validity: validity))
        case .double: return .double(ColumnValues(joined(chunks) { $0.double }, validity: validity))
        case .bool: return .bool(ColumnValues(joined(chunks) { $0.bool }, validity: validity))
        default:
            var offsets = [0]
            offsets.reserveCapacity(chunks.reduce(1) { $0 + $1.values.ends.count })
            for chunk in chunks {
                let base = offsets[offsets.count - 1]
                offsets.append(contentsOf: chunk.values.ends.lazy.map { base + $0 })
            }
            return .string(
                StringValues(offsets: offsets, bytes: joined(chunks) { $0.bytes }, validity: validity))
        }
    }

    private static func joined<Element>(
        _ chunks: [CSVColumnChunk], _ part: (CSVColumnChunk.Values) -> [Element]
    ) -> [Element] {
        if chunks.count == 1, let only = chunks.first { return part(only.values) }
        var out: [Element] = []
        out.reserveCapacity(chunks.reduce(0) { $0 + part($1.values).count })
        for chunk in chunks { out.append(contentsOf: part(chunk.values)) }
        return out
    }
}

extension CSVColumnChunk.Values {
    fileprivate var int32: [Int32] { if case .int32(let values) = self { values } else { [] } }
    fileprivate var int64: [Int64] { if case .int64(let values) = self { values } else { [] } }
    fileprivate var float: [Float] { if case .float(let values) = self { values } else { [] } }
    fileprivate var double: [Double] { if case .double(let values) = self { values } else { [] } }
    fileprivate var bool: [Bool] { if case .bool(let values) = self { values } else { [] } }
    fileprivate var ends: [Int] { if case .text(let ends, _) = self { ends } else { [] } }
    fileprivate var bytes: [UInt8] { if case .text(_, let bytes) = self { bytes } else { [] } }
}
