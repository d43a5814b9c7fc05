import IFCore

/// One column of some records of a block, converted.
struct CSVColumnChunk: Sendable {
    enum Values: Sendable {
        case int32([Int32])
        case int64([Int64])
        case float([Float])
        case double([Double])
        case bool([Bool])
        case text(ends: [Int], bytes: [UInt8])
    }

    /// A cell that did not convert.
    struct BadCell: Sendable {
        /// Of the records that were converted together, from 0.
        var row: Int
        var field: CSVFields.Field
    }

    var values: Values
    var validity: BitWriter
    /// The first bad cells.
    var bad: [BadCell]
    var badCount: Int
    var latin1Count: Int
}

/// Converts the fields of one column of a block.
struct CSVColumnConverter: Sendable {
    let dialect: CSVDialect
    private let markers: [[UInt8]]
    let stringMarkers: [[UInt8]]
    /// Whether a marker looks like a number, so that it must be looked for first.
    private let markersFirst: Bool

    init(_ dialect: CSVDialect) {
        self.dialect = dialect
        markers = dialect.options.nullMarkers.sorted().map { Array($0.utf8) }
        stringMarkers = dialect.options.stringNullMarkers.sorted().map { Array($0.utf8) }
        markersFirst = dialect.options.nullMarkers.contains { marker in
            let isNumber = marker.utf8.first.map { $0 <= UInt8(ascii: "9") } ?? false
            return isNumber || TextTimestamps.parse(marker) != nil
                || ["true", "t", "yes", "false", "f", "no"].contains(marker.lowercased())
        }
    }

    /// What a column is converted for.
    enum Purpose {
        /// The caller named the type.
        case wanted
        /// The type was inferred.
        case inferred
        /// To see whether the type holds every cell: the first bad one ends it.
        case trial
    }

    /// Converts column `slot` of `kept`.
    ///
    /// - Parameter isASCII: Whether all bytes of the records are known to be below 128.
    func convert(
        _ bytes: [UInt8], _ fields: CSVFields, slot: Int, of kept: Int, to type: ColumnType, for purpose: Purpose,
        isASCII: Bool
    ) -> CSVColumnChunk {
        let cells = Cells(bytes: bytes, fields: fields, slot: slot, kept: kept, isTrial: purpose == .trial)
        let decimal = dialect.decimal
        switch type {
        case .int32: return fixed(cells, Int32Cell(decimal: decimal), 0) { .int32($0) }
        case .int64:
            // Of a column that nobody called whole, 12.0 is a double.
            return fixed(cells, Int64Cell(decimal: purpose == .wanted ? decimal : nil), 0) { .int64($0) }
        case .float: return fixed(cells, FloatCell(decimal: decimal), .nan) { .float($0) }
        case .double: return fixed(cells, DoubleCell(decimal: decimal), .nan) { .double($0) }
        case .bool: return fixed(cells, BoolCell(), false) { .bool($0) }
        case .timestamp: return fixed(cells, TimestampCell(), 0) { .int64($0) }
        default:
            let isPlain = isASCII && dialect.options.encoding != .latin1
            return strings(bytes, fields, slot, kept, isPlain)
        }
    }

    /// The cells of one column.
    private struct Cells {
        var bytes: [UInt8]
        var fields: CSVFields
        var slot: Int
        var kept: Int
        var isTrial: Bool
    }

    private func fixed<Parser: CellParser>(
        _ cells: Cells, _ parser: Parser, _ placeholder: Parser.Value, _ wrap: ([Parser.Value]) -> CSVColumnChunk.Values
    ) -> CSVColumnChunk {
        let (rows, slot, kept) = (cells.fields.rows, cells.slot, cells.kept)
        // Rows whose cells are no values.
        var others: [Int] = []
        let values = unsafe cells.bytes.withUnsafeBufferPointer { buffer in
            unsafe cells.fields.all.withUnsafeBufferPointer { all in
                unsafe [Parser.Value](unsafeUninitializedCapacity: rows) { out, count in
                    count = rows
                    guard let base = buffer.baseAddress else {
                        return unsafe out.initialize(repeating: placeholder)
                    }
                    for row in 0..<rows {
                        let field = unsafe all[row &* kept &+ slot]
                        if unsafe !markersFirst || !isMarker(base, field, markers),
                            let value = unsafe parser.parse(base, field.start, field.end)
                        {
                            unsafe out[row] = value
                            continue
                        }
                        unsafe out[row] = placeholder
                        others.append(row)
                        if cells.isTrial, unsafe !isNull(base, field, markers) {
                            count = row + 1
                            return
                        }
                    }
                }
            }
        }
        return described(cells, others, wrap(values), count: values.count)
    }

    /// Tells of the cells that are no values which are nulls and which are bad.
    private func described(
        _ cells: Cells, _ others: [Int], _ values: CSVColumnChunk.Values, count: Int
    ) -> CSVColumnChunk {
        var chunk = CSVColumnChunk(values: values, validity: BitWriter(), bad: [], badCount: 0, latin1Count: 0)
        var next = 0
        unsafe cells.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in others {
                chunk.validity.appendPresent(row - next)
                chunk.validity.appendMissing(1)
                next = row + 1
                let field = cells.fields.all[row * cells.kept + cells.slot]
                guard unsafe !isNull(base, field, markers) else { continue }
                chunk.badCount += 1
                if chunk.bad.count < max(1, dialect.options.reportLimit) {
                    chunk.bad.append(.init(row: row, field: field))
                }
            }
        }
        chunk.validity.appendPresent(count - next)
        return chunk
    }

    /// The empty cell and the markers; a quoted cell is null only where numbers are wanted and it is blank.
    private func isNull(_ bytes: UnsafePointer<UInt8>, _ field: CSVFields.Field, _ markers: [[UInt8]]) -> Bool {
        if field.end == field.start || field.isMissing { return true }
        return unsafe isMarker(bytes, field, markers)
            || TextNumbers.text(bytes, field.start, field.end).isEmpty
    }

    func isMarker(_ bytes: UnsafePointer<UInt8>, _ field: CSVFields.Field, _ markers: [[UInt8]]) -> Bool {
        guard !field.isQuoted, !field.isMissing else { return false }
        let cell = unsafe UnsafeBufferPointer(start: bytes + field.start, count: field.end - field.start)
        return markers.contains { unsafe $0.elementsEqual(cell) }
    }
}
