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
        var parsed = CSVRead.ParsedBlock(
            index: block.index, part: block.part, rows: 0, lines: line(at: block.bytes.count), chunks: [:],
            report: CSVReadReport())
        var chunks: [[CSVColumnChunk]] = Array(repeating: [], count: plan.names.count)
        // A few records at a time, so that where their fields lie stays in the processor's cache.
        let rows = max(256, Self.fieldsAtATime / max(1, plan.names.count))
        var fields = CSVFields()
        let hasText = plan.names.contains { types[$0] == .string }
        var position = block.start
        while position < block.bytes.count {
            fields.removeAll()
            let start = position
            position = fields.scan(block.bytes, from: position, read.dialect, layout: plan.layout, limit: rows)
            let before = parsed.rows
            note(fields, &parsed)
            let isASCII = hasText && ByteScan.isASCII(block.bytes, start..<position)
            for slot in plan.names.indices {
                let chunk = convert(fields, slot, isASCII)
                try note(chunk, slot, from: before, &parsed.report)
                chunks[slot].append(chunk)
            }
        }
        parsed.chunks = Dictionary(uniqueKeysWithValues: zip(plan.names, chunks))
        // In file order: by line, and within a line by column.
        parsed.report.badCells.sort { $0.line < $1.line }
        return parsed
    }

    private static let fieldsAtATime = 1 << 15

    private func convert(_ fields: CSVFields, _ slot: Int, _ isASCII: Bool) -> CSVColumnChunk {
        let name = plan.names[slot]
        return converter.convert(
            block.bytes, fields, slot: slot, of: plan.names.count, to: types[name] ?? .string,
            for: read.wanted[name] == nil ? .inferred : .wanted, isASCII: isASCII)
    }

    private func note(_ fields: CSVFields, _ parsed: inout CSVRead.ParsedBlock) {
        parsed.rows += fields.rows
        parsed.report.rows += fields.rows
        parsed.report.raggedRowCount += fields.ragged.count
        parsed.report.raggedRows += fields.ragged.prefix(limit - parsed.report.raggedRows.count).map { ragged in
            CSVReadReport.RaggedRow(
                file: file, line: line(at: ragged.position), fields: ragged.fields, expected: plan.layout.width)
        }
    }

    private var file: String { read.parts[block.part].path }
    private var limit: Int { max(1, read.dialect.options.reportLimit) }

    /// - Parameter before: Rows of the block before those of the chunk.
    private func note(
        _ chunk: CSVColumnChunk, _ slot: Int, from before: Int, _ report: inout CSVReadReport
    ) throws {
        let name = plan.names[slot]
        let type = types[name] ?? .string
        if chunk.latin1Count > 0 { report.latin1Counts[name, default: 0] += chunk.latin1Count }
        guard chunk.badCount > 0 else { return }
        if read.wanted[name] == nil, type != .string {
            throw CSVInference.Widening(column: name, type: CSVInference.wider(type))
        }
        let noted = report.badCellCounts[name, default: 0]
        report.badCellCounts[name] = noted + chunk.badCount
        report.badCells += chunk.bad.prefix(max(0, limit - noted)).map { cell in
            CSVReadReport.BadCell(
                file: file, line: line(at: cell.field.start), row: before + cell.row, column: name, type: type,
                text: read.dialect.text(block.bytes, cell.field))
        }
    }

    /// Line ends before a position of the block.
    private func line(at position: Int) -> Int {
        ByteScan.count(of: CSVDialect.lineFeed, in: block.bytes, before: position)
    }
}
