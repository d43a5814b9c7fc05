/// String id to dense index, found by the bytes of the ids: no string is made for a row that is looked up.
///
/// Two strings are equal to Swift when they are canonically equivalent, and only plain ASCII is equivalent to itself
/// alone. Ids with other characters therefore go through a dictionary of strings.
struct StringLookup: Hashable, Sendable {
    /// The different ids, by their UTF-8 bytes.
    let ids: [String]
    private let packed: StringValues
    private let table: ByteTable
    private let others: [String: Int32]?

    /// Takes the different ids of a column; a missing one counts as the empty string.
    init(_ column: StringValues) {
        guard Self.isASCII(column.bytes) else {
            self.init(others: column.strings().map { $0 ?? "" })
            return
        }
        self.init(Self.different(column), of: column)
    }

    private init(_ rows: [Int], of column: StringValues) {
        ids = Self.sorted(rows, column).map { String(decoding: column.bytes[column.range($0)], as: UTF8.self) }
        packed = StringValues(ids)
        var table = ByteTable(capacity: ids.count * 2)
        for index in ids.indices {
            _ = table.insert(
                packed.bytes, packed.range(index), Int32(index), same: { [packed] in packed.range(Int($0)) })
        }
        self.table = table
        others = nil
    }

    /// The first row of each id.
    private static func different(_ column: StringValues) -> [Int] {
        var found = ByteTable(capacity: 1 << 10)
        var rows: [Int] = []
        for row in 0..<column.count {
            let isNew = found.insert(
                column.bytes, column.range(row), Int32(rows.count), same: { column.range(rows[Int($0)]) })
            guard isNew else { continue }
            precondition(rows.count < Int(Int32.max), "more than 2^31 ids")
            rows.append(row)
            guard found.isCrowded(rows.count) else { continue }
            found = ByteTable(capacity: found.capacity * 4)
            for (index, row) in rows.enumerated() {
                _ = found.insert(
                    column.bytes, column.range(row), Int32(index), same: { column.range(rows[Int($0)]) })
            }
        }
        return rows
    }

    private init(others strings: [String]) {
        ids = Set(strings).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        packed = StringValues([])
        table = ByteTable(capacity: 0)
        var lookup = [String: Int32](minimumCapacity: ids.count)
        for (index, id) in ids.enumerated() { lookup[id] = Int32(index) }
        others = lookup
    }

    /// `nil` where the id is unknown.
    func index(of id: String) -> Int32? {
        if let others { return others[id] }
        let bytes = Array(id.utf8)
        let index = table.index(of: bytes, bytes.indices, in: packed)
        return index < 0 ? nil : index
    }

    /// The index of every row, −1 where it is unknown.
    func indices(of column: StringValues) -> [Int32] {
        if let others { return (0..<column.count).map { others[column[$0] ?? ""] ?? -1 } }
        return (0..<column.count).map { table.index(of: column.bytes, column.range($0), in: packed) }
    }

    static func == (first: StringLookup, second: StringLookup) -> Bool { first.ids == second.ids }

    func hash(into hasher: inout Hasher) { hasher.combine(ids) }

    /// Rows in the order of their bytes. The first eight beyond what all begin with decide nearly always.
    private static func sorted(_ rows: [Int], _ column: StringValues) -> [Int] {
        var common = rows.first.map(column.range) ?? 0..<0
        for row in rows {
            let range = column.range(row)
            var same = 0
            while same < min(common.count, range.count),
                column.bytes[common.lowerBound + same] == column.bytes[range.lowerBound + same]
            { same += 1 }
            common = common.prefix(same)
        }
        let shared = common.count
        let keys = rows.map { row in
            (prefix: ByteTable.word(column.bytes, column.range(row).dropFirst(shared).prefix(8)).bigEndian, row: row)
        }
        return keys.sorted { first, second in
            if first.prefix != second.prefix { return first.prefix < second.prefix }
            return column.bytes[column.range(first.row)].lexicographicallyPrecedes(
                column.bytes[column.range(second.row)])
        }.map(\.row)
    }

    private static func isASCII(_ bytes: [UInt8]) -> Bool {
        var all: UInt8 = 0
        for byte in bytes { all |= byte }
        return all < 0x80
    }
}

extension StringValues {
    /// Where the bytes of a row lie; nowhere where it is missing.
    fileprivate func range(_ row: Int) -> Range<Int> {
        if let validity, !validity[row] { return 0..<0 }
        return offsets[row]..<offsets[row + 1]
    }
}

/// A hash table of pieces of bytes with open addressing, at most half full. Which slot a piece has never shows.
private struct ByteTable: Sendable {
    private var slots: [Int32]

    /// Room for `capacity / 2` pieces.
    init(capacity: Int) {
        var size = 16
        while size < capacity { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
    }

    var capacity: Int { slots.count }

    func isCrowded(_ count: Int) -> Bool { count * 2 > slots.count }

    /// Puts `index` where the piece belongs; `false` where an equal piece is there. `same` gives the piece of an index.
    mutating func insert(_ bytes: [UInt8], _ piece: Range<Int>, _ index: Int32, same: (Int32) -> Range<Int>) -> Bool {
        var slot = Self.hash(bytes, piece) & (slots.count - 1)
        while slots[slot] >= 0 {
            if Self.equal(bytes, piece, bytes, same(slots[slot])) { return false }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = index
        return true
    }

    /// The index of an equal row of `packed`, −1 where there is none.
    func index(of bytes: [UInt8], _ piece: Range<Int>, in packed: StringValues) -> Int32 {
        var slot = Self.hash(bytes, piece) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = slots[slot]
            if Self.equal(bytes, piece, packed.bytes, packed.range(Int(index))) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return -1
    }

    /// Up to eight bytes as a number, the first lowest.
    static func word(_ bytes: [UInt8], _ piece: Range<Int>) -> UInt64 {
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for place in piece {
            word |= UInt64(bytes[place]) &<< shift
            shift &+= 8
        }
        return word
    }

    /// Eight bytes a step, mixed by multiplication with the fraction of the golden ratio.
    private static func hash(_ bytes: [UInt8], _ piece: Range<Int>) -> Int {
        var state = UInt64(piece.count)
        var place = piece.lowerBound
        while place < piece.upperBound {
            let next = min(place + 8, piece.upperBound)
            state = (state ^ word(bytes, place..<next)) &* 0x9E37_79B9_7F4A_7C15
            state ^= state &>> 29
            place = next
        }
        state = state &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: (state ^ (state &>> 32)) & 0x7FFF_FFFF_FFFF)
    }

    private static func equal(_ first: [UInt8], _ one: Range<Int>, _ second: [UInt8], _ other: Range<Int>) -> Bool {
        guard one.count == other.count else { return false }
        let shift = other.lowerBound - one.lowerBound
        for place in one where first[place] != second[place + shift] { return false }
        return true
    }
}
