import IFCore

extension CSVColumnConverter {
    /// Takes the cells of one column as text.
    func strings(
        _ bytes: [UInt8], _ fields: CSVFields, _ slot: Int, _ kept: Int, _ isASCII: Bool
    ) -> CSVColumnChunk {
        if isASCII, let plain = plainStrings(bytes, fields, slot, kept) { return plain }
        var ends: [Int] = []
        ends.reserveCapacity(fields.rows)
        var out: [UInt8] = []
        out.reserveCapacity(fields.rows * 8)
        var validity = BitWriter()
        var bad: [CSVColumnChunk.BadCell] = []
        var badCount = 0
        var latin1Count = 0
        let mayBeASCII = dialect.options.encoding != .latin1
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<fields.rows {
                let field = fields.all[row * kept + slot]
                if unsafe isNullString(base, field) {
                    validity.appendMissing(1)
                } else if !field.isEscaped, mayBeASCII, ByteScan.isASCII(bytes, field.start..<field.end) {
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

    @inline(__always)
    private func isNullString(_ bytes: UnsafePointer<UInt8>, _ field: CSVFields.Field) -> Bool {
        if field.start == field.end { return field.isMissing || !field.isQuoted }
        return unsafe !stringMarkers.isEmpty && isMarker(bytes, field, stringMarkers)
    }

    /// Cells that are taken as they stand; `nil` where one has doubled quotes.
    private func plainStrings(
        _ bytes: [UInt8], _ fields: CSVFields, _ slot: Int, _ kept: Int
    ) -> CSVColumnChunk? {
        let rows = fields.rows
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe fields.all.withUnsafeBufferPointer { all -> CSVColumnChunk? in
                guard let base = buffer.baseAddress else { return nil }
                var total = 0
                var hasEscapes = false
                for row in 0..<rows {
                    let field = unsafe all[row &* kept &+ slot]
                    total &+= field.end &- field.start
                    hasEscapes = hasEscapes || field.isEscaped
                }
                guard !hasEscapes else { return nil }
                var ends: [Int] = []
                var validity = BitWriter()
                // Copies go by whole words where both sides have room for what lies beyond.
                let text = unsafe [UInt8](unsafeUninitializedCapacity: total + 8) { out, written in
                    guard let out = out.baseAddress else { return }
                    ends = unsafe [Int](unsafeUninitializedCapacity: rows) { ends, count in
                        var present = 0
                        for row in 0..<rows {
                            let field = unsafe all[row &* kept &+ slot]
                            let length = field.end &- field.start
                            if unsafe isNullString(base, field) {
                                validity.appendPresent(present)
                                validity.appendMissing(1)
                                present = 0
                            } else {
                                if length <= 8, field.start &+ 8 <= buffer.count {
                                    let word = unsafe UnsafeRawPointer(base).loadUnaligned(
                                        fromByteOffset: field.start, as: UInt64.self)
                                    unsafe UnsafeMutableRawPointer(out).storeBytes(
                                        of: word, toByteOffset: written, as: UInt64.self)
                                } else {
                                    unsafe (out + written).update(from: base + field.start, count: length)
                                }
                                written &+= length
                                present &+= 1
                            }
                            unsafe ends[row] = written
                        }
                        validity.appendPresent(present)
                        count = rows
                    }
                }
                return CSVColumnChunk(
                    values: .text(ends: ends, bytes: text), validity: validity, bad: [], badCount: 0, latin1Count: 0)
            }
        }
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
