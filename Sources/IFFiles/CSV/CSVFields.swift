import IFCore

/// Which fields of a record are kept, and under which number.
struct CSVLayout: Sendable {
    static let unknown = Int.max

    /// Fields of a complete record.
    let width: Int
    /// For every field, its place among the kept ones, −1 where it is not kept.
    let slots: [Int]
    /// Fields kept.
    let kept: Int

    init(width: Int, slots: [Int]) {
        self.width = width
        self.slots = slots
        kept = slots.count { $0 >= 0 }
    }
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

        /// A field without quotes.
        @inline(__always)
        init(plain start: Int, _ end: Int) {
            first = UInt32(truncatingIfNeeded: start)
            last = UInt32(truncatingIfNeeded: end)
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
    }

    /// Kept fields, record after record, and room for more.
    private(set) var all: [Field] = []
    private var used = 0
    private(set) var rows = 0
    private(set) var ragged: [Ragged] = []

    /// Forgets all records, and keeps the memory.
    mutating func removeAll() {
        ragged.removeAll()
        rows = 0
        used = 0
    }

    /// The fields found.
    var found: ArraySlice<Field> { all[..<used] }

    /// Finds the fields of the records from `start` on, of at most `limit` of them, and returns where it stopped.
    ///
    /// Records without quotes and with as many fields as the header are found by their separators alone; each of the
    /// others is looked at byte by byte.
    @discardableResult
    mutating func scan(
        _ bytes: [UInt8], from start: Int, _ dialect: CSVDialect, layout: CSVLayout, limit: Int = .max
    ) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe layout.slots.withUnsafeBufferPointer { slots in
                guard let base = buffer.baseAddress else { return start }
                var separators = CSVSeparators()
                var position = start
                while position < buffer.count, rows < limit {
                    if layout.width != CSVLayout.unknown {
                        unsafe separators.find(base, from: position, to: buffer.count, delimiter: dialect.delimiter)
                        if separators.count >= layout.width {
                            let before = position
                            position = unsafe scanPiece(
                                base, position, buffer.count, separators, dialect, layout, slots, limit)
                            if position > before { continue }
                        }
                    }
                    position = unsafe scanRecord(
                        base, position, buffer.count, dialect.delimiter, layout.width, slots)
                }
                return position
            }
        }
    }

    /// Takes the records of a piece of text whose separators are known, up to the last complete one.
    private mutating func scanPiece(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ count: Int, _ separators: borrowing CSVSeparators,
        _ dialect: CSVDialect, _ layout: CSVLayout, _ slots: UnsafeBufferPointer<Int>, _ limit: Int
    ) -> Int {
        unsafe separators.positions.withUnsafeBufferPointer { ends in
            var position = start
            var next = 0
            while rows < limit, position < separators.end {
                (position, next) = unsafe takeRegular(
                    bytes, position, ends, next, separators.count, layout, slots, limit)
                guard rows < limit, next &+ layout.width <= separators.count else { break }
                // A record that is not as the header says: blank, too short, too long.
                position = unsafe scanRecord(bytes, position, count, dialect.delimiter, layout.width, slots)
                while next < separators.count, unsafe Int(ends[next]) < position { next &+= 1 }
            }
            return position
        }
    }

    /// Takes records as long as each has the fields of the header.
    private mutating func takeRegular(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ ends: UnsafeBufferPointer<UInt32>, _ first: Int, _ count: Int,
        _ layout: CSVLayout, _ slots: UnsafeBufferPointer<Int>, _ limit: Int
    ) -> (position: Int, next: Int) {
        let width = layout.width
        let kept = layout.kept
        let most = min((count &- first) / width, limit &- rows)
        guard most > 0 else { return (start, first) }
        var position = start
        var next = first
        var taken = 0
        // A record's last field is written even where it is not kept.
        makeRoom(most &* kept &+ 1)
        let old = used
        unsafe all.withUnsafeMutableBufferPointer { all in
            guard let out = unsafe all.baseAddress.map({ unsafe $0 + old }) else { return }
            while taken < most {
                var place = taken &* kept
                var from = position
                var lineEnds = 0
                var end = from
                for field in 0..<width {
                    end = unsafe Int(ends[next &+ field])
                    lineEnds &+= unsafe bytes[end] == CSVDialect.lineFeed ? 1 : 0
                    unsafe out[place] = Field(plain: from, end)
                    place &+= unsafe slots[field] >= 0 ? 1 : 0
                    from = end &+ 1
                }
                guard lineEnds == 1, unsafe bytes[end] == CSVDialect.lineFeed else { break }
                let lastStart = width == 1 ? position : unsafe Int(ends[next &+ width &- 2]) &+ 1
                if end > lastStart, unsafe bytes[end &- 1] == CSVDialect.carriageReturn, unsafe slots[width &- 1] >= 0 {
                    unsafe out[place &- 1] = Field(plain: lastStart, end &- 1)
                }
                position = from
                next &+= width
                taken &+= 1
            }
        }
        used &+= taken &* kept
        rows &+= taken
        return (position, next)
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
            ragged.append(Ragged(position: start, fields: field))
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
        guard width == CSVLayout.unknown || (unsafe index < width && slots[index] >= 0) else { return }
        makeRoom(1)
        all[used] = field
        used &+= 1
    }

    @inline(__always)
    private mutating func makeRoom(_ more: Int) {
        if used &+ more > all.count { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        let missing = max(used + more - all.count, all.count / 2)
        all.append(contentsOf: repeatElement(.missing, count: missing))
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
