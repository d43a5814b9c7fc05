import IFCore

/// The characters that shape records, and how records are found in bytes.
struct CSVDialect: Sendable {
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    let options: CSVOptions
    let delimiter: UInt8
    let decimal: UInt8

    init(_ options: CSVOptions) throws {
        self.options = options
        guard let delimiter = options.delimiter.asciiValue, delimiter != Self.quote, delimiter != Self.lineFeed,
            delimiter != Self.carriageReturn
        else {
            throw IFError(.invalidArgument, "the delimiter must be an ASCII character other than quote or line end")
        }
        guard let decimal = options.decimalSeparator.asciiValue, decimal != delimiter else {
            throw IFError(.invalidArgument, "the decimal separator must be an ASCII character other than the delimiter")
        }
        self.delimiter = delimiter
        self.decimal = decimal
    }

    /// Where the last complete record of `bytes` ends, given that they begin with a record.
    func lastRecordEnd(_ bytes: [UInt8]) -> Int? {
        guard ByteScan.contains(Self.quote, in: bytes) else {
            return bytes.lastIndex(of: Self.lineFeed).map { $0 + 1 }
        }
        var last: Int?
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var position = 0
            while let end = unsafe endOfRecord(buffer, from: position) {
                last = end
                position = end
            }
        }
        return last
    }

    /// The position after the line end of the record at `start`; `nil` where the bytes stop before.
    private func endOfRecord(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var position = start
        var atFieldStart = true
        while position < bytes.count {
            let byte = unsafe bytes[position]
            if atFieldStart, byte == Self.quote {
                position += 1
                while true {
                    while position < bytes.count, unsafe bytes[position] != Self.quote { position += 1 }
                    guard position < bytes.count else { return nil }
                    // A doubled quote; at the very end of the bytes the next one is not known yet.
                    guard position + 1 < bytes.count else { return nil }
                    guard unsafe bytes[position + 1] == Self.quote else { break }
                    position += 2
                }
                position += 1
                atFieldStart = false
                continue
            }
            position += 1
            if byte == Self.lineFeed { return position }
            atFieldStart = byte == delimiter
        }
        return nil
    }

    /// The fields of the record at `start`, as text, and where the next one begins.
    func firstRecord(_ bytes: [UInt8], from start: Int) -> (fields: [String], end: Int) {
        let end = unsafe bytes.withUnsafeBufferPointer { unsafe endOfRecord($0, from: start) } ?? bytes.count
        let record = Array(bytes[start..<end])
        var fields = CSVFields()
        fields.scan(record, from: 0, self, layout: CSVLayout(width: CSVLayout.unknown, slots: []))
        return (fields.found.map { text(record, $0) }, end)
    }

    /// A field as text; UTF-8, or Latin-1 where it is not.
    func text(_ bytes: [UInt8], _ field: CSVFields.Field) -> String {
        guard !field.isMissing else { return "" }
        let raw = unescaped(bytes, field)
        if options.encoding != .latin1, let text = String(validating: raw, as: UTF8.self) { return text }
        return String(String.UnicodeScalarView(raw.map { Unicode.Scalar($0) }))
    }

    /// The bytes of a field, doubled quotes made single.
    func unescaped(_ bytes: [UInt8], _ field: CSVFields.Field) -> [UInt8] {
        let raw = bytes[field.start..<field.end]
        guard field.isEscaped else { return Array(raw) }
        var out: [UInt8] = []
        out.reserveCapacity(raw.count)
        var skipNext = false
        for byte in raw {
            if byte == Self.quote, skipNext {
                skipNext = false
                continue
            }
            skipNext = byte == Self.quote
            out.append(byte)
        }
        return out
    }
}
