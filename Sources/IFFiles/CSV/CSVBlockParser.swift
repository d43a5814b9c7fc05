import IFCore

/// Parses one block: fields, then column after column.
struct CSVBlockParser {
    let block: CSVBlock
    let plan: CSVRead.PartPlan
    let types: [String: ColumnType]
    let read: CSVRead
    let converter: CSVColumnConverter

    init(
        _ block: CSVBlock, _ plan: CSVRead.PartPlan, _ types: [String: ColumnType], _ read: CSVRead,
        _ converter: CSVColumnConverter
    ) {
        self.block = block
        self.plan = plan
        self.types = types
        self.read = read
        self.converter = converter
    }

    /// - Throws: `CSVInference.Widening` for a cell that an inferred type cannot hold.
    func parse() throws -> CSVRead.ParsedBlock {
        var fields = CSVFields()
        fields.scan(block.bytes, from: block.start, read.dialect, layout: plan.layout)
        var parsed = CSVRead.ParsedBlock(
            index: block.index, part: block.part, rows: fields.rows, lines: line(at: block.bytes.count), chunks: [:],
            report: CSVReadReport(), isUnclosed: fields.ragged.contains { $0.isUnclosed })
        parsed.report.rows = fields.rows
        parsed.report.raggedRowCount = fields.ragged.count
        parsed.report.raggedRows = fields.ragged.prefix(limit).map { ragged in
            CSVReadReport.RaggedRow(
                file: file, line: line(at: ragged.position), fields: ragged.fields, expected: plan.layout.width)
        }
        for (slot, name) in plan.names.enumerated() {
            guard let type = types[name] else { continue }
            let chunk = converter.convert(
                block.bytes, fields, slot: slot, of: plan.names.count, to: type, isInferred: read.wanted[name] == nil)
            if chunk.badCount > 0 { try note(chunk, name, type, &parsed.report) }
            if chunk.latin1Count > 0 { parsed.report.latin1Counts[name] = chunk.latin1Count }
            parsed.chunks[name] = chunk
        }
        // In file order: by line, and within a line by column.
        parsed.report.badCells.sort { $0.line < $1.line }
        parsed.report.badCells = Array(parsed.report.badCells.prefix(limit))
        return parsed
    }

    private var file: String { read.parts[block.part].path }
    private var limit: Int { max(1, read.dialect.options.reportLimit) }

    private func note(
        _ chunk: CSVColumnChunk, _ name: String, _ type: ColumnType, _ report: inout CSVReadReport
    ) throws {
        if read.wanted[name] == nil, type != .string {
            throw CSVInference.Widening(column: name, type: CSVInference.wider(type))
        }
        report.badCellCounts[name] = chunk.badCount
        report.badCells += chunk.bad.map { cell in
            CSVReadReport.BadCell(
                file: file, line: line(at: cell.field.start), column: name, type: type,
                text: read.dialect.text(block.bytes, cell.field))
        }
    }

    /// Line ends before a position of the block.
    private func line(at position: Int) -> Int {
        ByteScan.count(of: CSVDialect.lineFeed, in: block.bytes, before: position)
    }
}
