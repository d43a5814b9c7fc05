import IFCore

/// One column of one block, converted.
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
    private let stringMarkers: [[UInt8]]
    /// Whether a marker looks like a number, so that it must be looked for first.
    private let markersFirst: Bool

    init(_ dialect: CSVDialect) {
        self.dialect = dialect
        markers = dialect.options.nullMarkers.sorted().map { Array($0.utf8) }
        stringMarkers = dialect.options.stringNullMarkers.sorted().map { Array($0.utf8) }
        markersFirst = dialect.options.nullMarkers.contains { marker in
            let isNumber = marker.utf8.first.map { $0 <= UInt8(ascii: "9") } ?? false
            return isNumber || TextTimestamps.parse(Substring(marker).utf8) != nil
                || ["true", "t", "yes", "false", "f", "no"].contains(marker.lowercased())
        }
    }

    /// Converts column `slot` of `kept`.
    func convert(
        _ bytes: [UInt8], _ fields: CSVFields, slot: Int, of kept: Int, to type: ColumnType, isInferred: Bool = false
    ) -> CSVColumnChunk {
        let decimal = dialect.decimal
        switch type {
        case .int32:
            return unsafe fixed(bytes, fields, slot, kept, 0 as Int32, CSVColumnChunk.Values.int32) {
                guard let value = unsafe TextNumbers.integer($0, $1, $2, decimal: decimal) else { return nil }
                return Int32(exactly: value)
            }
        case .int64:
            return unsafe fixed(bytes, fields, slot, kept, 0 as Int64, CSVColumnChunk.Values.int64) {
                // Of a column that nobody called whole, 12.0 is a double.
                isInferred
                    ? unsafe TextNumbers.digits($0, $1, $2) : unsafe TextNumbers.integer($0, $1, $2, decimal: decimal)
            }
        case .float:
            return unsafe fixed(bytes, fields, slot, kept, Float.nan, CSVColumnChunk.Values.float) {
                unsafe TextNumbers.double($0, $1, $2, decimal: decimal).map { Float($0) }
            }
        case .double:
            return unsafe fixed(bytes, fields, slot, kept, Double.nan, CSVColumnChunk.Values.double) {
                unsafe TextNumbers.double($0, $1, $2, decimal: decimal)
            }
        case .bool:
            return unsafe fixed(bytes, fields, slot, kept, false, CSVColumnChunk.Values.bool) {
                unsafe TextNumbers.bool($0, $1, $2)
            }
        case .timestamp:
            return unsafe fixed(bytes, fields, slot, kept, 0 as Int64, CSVColumnChunk.Values.int64) {
                TextTimestamps.parse(unsafe TextNumbers.text($0, $1, $2)[...].utf8)
            }
        default:
            return strings(bytes, fields, slot, kept)
        }
    }

    @inline(__always)
    private func fixed<Element>(
        _ bytes: [UInt8], _ fields: CSVFields, _ slot: Int, _ kept: Int, _ placeholder: Element,
        _ wrap: ([Element]) -> CSVColumnChunk.Values, _ parse: (UnsafePointer<UInt8>, Int, Int) -> Element?
    ) -> CSVColumnChunk {
        var validity = BitWriter()
        var bad: [CSVColumnChunk.BadCell] = []
        var badCount = 0
        var present = 0
        let limit = dialect.options.reportLimit
        let values = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe fields.all.withUnsafeBufferPointer { all in
                unsafe [Element](unsafeUninitializedCapacity: fields.rows) { out, count in
                    count = fields.rows
                    guard let base = buffer.baseAddress else {
                        return unsafe out.initialize(repeating: placeholder)
                    }
                    for row in 0..<fields.rows {
                        let field = unsafe all[row &* kept &+ slot]
                        if unsafe !markersFirst || !isMarker(base, field, markers),
                            let value = unsafe parse(base, field.start, field.end)
                        {
                            unsafe out[row] = value
                            present &+= 1
                            continue
                        }
                        unsafe out[row] = placeholder
                        validity.appendPresent(present)
                        validity.appendMissing(1)
                        present = 0
                        if unsafe !isNull(base, field, markers) {
                            badCount += 1
                            if bad.count < max(1, limit) { bad.append(.init(row: row, field: field)) }
                        }
                    }
                }
            }
        }
        validity.appendPresent(present)
        return CSVColumnChunk(
            values: wrap(values), validity: validity, bad: bad, badCount: badCount, latin1Count: 0)
    }

    /// The empty cell and the markers; a quoted cell is null only where numbers are wanted and it is blank.
    private func isNull(_ bytes: UnsafePointer<UInt8>, _ field: CSVFields.Field, _ markers: [[UInt8]]) -> Bool {
        if field.end == field.start || field.isMissing { return true }
        return unsafe isMarker(bytes, field, markers)
            || TextNumbers.text(bytes, field.start, field.end).isEmpty
    }

    private func isMarker(_ bytes: UnsafePointer<UInt8>, _ field: CSVFields.Field, _ markers: [[UInt8]]) -> Bool {
        guard !field.isQuoted, !field.isMissing else { return false }
        let cell = unsafe UnsafeBufferPointer(start: bytes + field.start, count: field.end - field.start)
        return markers.contains { unsafe $0.elementsEqual(cell) }
    }

    private func strings(_ bytes: [UInt8], _ fields: CSVFields, _ slot: Int, _ kept: Int) -> CSVColumnChunk {
        var ends: [Int] = []
        ends.reserveCapacity(fields.rows)
        var out: [UInt8] = []
        out.reserveCapacity(fields.rows * 8)
        var validity = BitWriter()
        var bad: [CSVColumnChunk.BadCell] = []
        var badCount = 0
        var latin1Count = 0
        let isASCII = dialect.options.encoding != .latin1 && ByteScan.isASCII(bytes)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<fields.rows {
                let field = fields.all[row * kept + slot]
                let isEmpty = field.start == field.end && !field.isQuoted
                if unsafe field.isMissing || isEmpty || isMarker(base, field, stringMarkers) {
                    validity.appendMissing(1)
                } else if isASCII, !field.isEscaped {
                    unsafe out.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[field.start..<field.end]))
                    validity.appendPresent(1)
                } else if let text = decoded(dialect.unescaped(bytes, field), &latin1Count) {
                    out.append(contentsOf: text)
                    validity.appendPresent(1)
                } else {
                    validity.appendMissing(1)
                    badCount += 1
                    if bad.count < max(1, dialect.options.reportLimit) { bad.append(.init(row: row, field: field)) }
                }
                ends.append(out.count)
            }
        }
        return CSVColumnChunk(
            values: .text(ends: ends, bytes: out), validity: validity, bad: bad, badCount: badCount,
            latin1Count: latin1Count)
    }

    /// UTF-8 of a cell by the rule of the encoding; `nil` where it is not what it must be.
    private func decoded(_ raw: [UInt8], _ latin1Count: inout Int) -> [UInt8]? {
        if dialect.options.encoding != .latin1 {
            if raw.allSatisfy({ $0 < 0x80 }) || String(validating: raw, as: UTF8.self) != nil { return raw }
            if dialect.options.encoding == .utf8 { return nil }
            latin1Count += 1
        }
        return Array(String(String.UnicodeScalarView(raw.map { Unicode.Scalar($0) })).utf8)
    }
}
