import IFCore

/// Which fields of a record are kept, and under which number.
struct CSVLayout: Sendable {
    static let unknown = Int.max

    /// Fields of a complete record.
    var width: Int
    /// For every field, its place among the kept ones, −1 where it is not kept.
    var slots: [Int]
    /// Fields kept.
    var kept: Int { slots.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) } }
}

/// Where the kept fields of the records of a block lie.
struct CSVFields: Sendable {
    /// One field: positions in the block, quotes left out.
    struct Field: Sendable {
        private var first: UInt32
        private var last: UInt32

        static let missing = Field(first: .max, last: 0)
        private static let quotedBit: UInt32 = 1 << 31
        private static let escapedBit: UInt32 = 1 << 30
        private static let positionBits: UInt32 = (1 << 30) - 1

        private init(first: UInt32, last: UInt32) { (self.first, self.last) = (first, last) }

        init(_ start: Int, _ end: Int, quoted: Bool, escaped: Bool) {
            first = UInt32(truncatingIfNeeded: start)
            last =
                UInt32(truncatingIfNeeded: end) | (quoted ? Self.quotedBit : 0) | (escaped ? Self.escapedBit : 0)
        }

        var start: Int { isMissing ? 0 : Int(first) }
        var end: Int { Int(last & Self.positionBits) }
        var isQuoted: Bool { last & Self.quotedBit != 0 }
        var isEscaped: Bool { last & Self.escapedBit != 0 }
        var isMissing: Bool { first == .max }
    }

    /// A record that is not as the header says.
    struct Ragged: Sendable {
        var position: Int
        var fields: Int
        var isUnclosed: Bool
    }

    /// Kept fields, record after record.
    private(set) var all: [Field] = []
    private(set) var rows = 0
    private(set) var ragged: [Ragged] = []

    /// Forgets the records after the first `rows`.
    mutating func cut(rows: Int, kept: Int) {
        all.removeLast(all.count - rows * kept)
        self.rows = rows
    }

    /// Finds the fields of all records from `start` on.
    mutating func scan(_ bytes: [UInt8], from start: Int, _ dialect: CSVDialect, layout: CSVLayout) {
        all.reserveCapacity(layout.kept * (bytes.count / 24))
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe layout.slots.withUnsafeBufferPointer { slots in
                guard let base = buffer.baseAddress else { return }
                var position = start
                while position < buffer.count {
                    position = unsafe scanRecord(
                        base, position, buffer.count, dialect.delimiter, layout.width, slots)
                }
            }
        }
    }

    private mutating func scanRecord(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int, _ delimiter: UInt8, _ width: Int,
        _ slots: UnsafeBufferPointer<Int>
    ) -> Int {
        var position = start
        var field = 0
        var isMalformed = false
        var isUnclosed = false
        if width > 1, let next = unsafe Self.endOfBlankLine(bytes, start, count) { return next }
        while true {
            var from = position
            var end: Int
            var quoted = false
            var escaped = false
            if unsafe position < count && bytes[position] == CSVDialect.quote {
                quoted = true
                position += 1
                (end, escaped, isUnclosed) = unsafe Self.endOfQuoted(bytes, position, count)
                from = position
                position = min(count, end + 1)
                let afterQuote = position
                while position < count, unsafe bytes[position] != delimiter,
                    unsafe bytes[position] != CSVDialect.lineFeed
                { position += 1 }
                let isPlainEnd =
                    unsafe position == afterQuote
                    || (position == afterQuote + 1 && bytes[afterQuote] == CSVDialect.carriageReturn
                        && (position == count || bytes[position] == CSVDialect.lineFeed))
                if !isPlainEnd {
                    // Text after the closing quote: nothing is dropped, the field is taken as it stands.
                    isMalformed = true
                    (from, end, quoted, escaped) = (from - 1, position, false, false)
                }
            } else {
                while position < count, unsafe bytes[position] != delimiter,
                    unsafe bytes[position] != CSVDialect.lineFeed
                { position += 1 }
                end = position
            }
            let isLast = unsafe position >= count || bytes[position] == CSVDialect.lineFeed
            if isLast, !quoted, end > from, unsafe bytes[end - 1] == CSVDialect.carriageReturn { end -= 1 }
            unsafe keep(Field(from, end, quoted: quoted, escaped: escaped), field, width, slots)
            field += 1
            position += 1
            if isLast { break }
        }
        if width != CSVLayout.unknown, field != width || isMalformed || isUnclosed {
            ragged.append(Ragged(position: start, fields: field, isUnclosed: isUnclosed))
            while field < width {
                unsafe keep(.missing, field, width, slots)
                field += 1
            }
        }
        rows += 1
        return min(position, count)
    }

    @inline(__always)
    private mutating func keep(_ field: Field, _ index: Int, _ width: Int, _ slots: UnsafeBufferPointer<Int>) {
        if width == CSVLayout.unknown {
            all.append(field)
        } else if index < width, unsafe slots[index] >= 0 {
            all.append(field)
        }
    }

    /// The end of the quoted text that begins at `start`.
    private static func endOfQuoted(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int
    ) -> (end: Int, escaped: Bool, unclosed: Bool) {
        var position = start
        var escaped = false
        while true {
            while position < count, unsafe bytes[position] != CSVDialect.quote { position += 1 }
            guard position < count else { return (count, escaped, true) }
            guard unsafe position + 1 < count && bytes[position + 1] == CSVDialect.quote else {
                return (position, escaped, false)
            }
            escaped = true
            position += 2
        }
    }

    private static func endOfBlankLine(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        if unsafe bytes[start] == CSVDialect.lineFeed { return start + 1 }
        guard unsafe bytes[start] == CSVDialect.carriageReturn else { return nil }
        if start + 1 == count { return count }
        return unsafe bytes[start + 1] == CSVDialect.lineFeed ? start + 2 : nil
    }
}
