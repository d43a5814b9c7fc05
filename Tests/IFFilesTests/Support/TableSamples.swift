import IFCore
import Testing

/// Tables of every column type, with and without nulls.
enum TableSamples {
    static func everyType(rows: Int, nulls: Bool, seed: UInt64 = 7) -> Table {
        var stream = SplitMix(state: seed)
        let validity = nulls && rows > 0 ? Bitmap((0..<rows).map { _ in stream.next() % 4 != 0 }) : nil
        func values<T>(_ make: (UInt64) -> T) -> [T] { (0..<rows).map { _ in make(stream.next()) } }
        var table = Table()
        table.set("i32", .int32(ColumnValues(values { Int32(truncatingIfNeeded: $0) }, validity: validity)))
        table.set("ascending", .int64(ColumnValues((0..<Int64(rows)).map { $0 * 3 - 5 }, validity: validity)))
        table.set("i64", .int64(ColumnValues(values { Int64(bitPattern: $0) }, validity: validity)))
        table.set("float", .float(ColumnValues(values { Float($0 % 1000) / 7 }, validity: validity)))
        table.set("double", .double(ColumnValues(values { Double($0) / 3e5 }, validity: validity)))
        table.set("bool", .bool(ColumnValues(values { $0 & 1 == 1 }, validity: validity)))
        table.set(
            "time",
            .timestamp(
                ColumnValues(values { Int64($0 % 4_000_000_000_000_000) - 1_000_000_000_000_000 }, validity: validity)))
        let words = ["", "a", "grüße", "日本", "x,\"y\"\nz", String(repeating: "long", count: 40)]
        let strings = values { words[Int($0 % 6)] }
        let optional = strings.enumerated().map { row, text in validity.map { $0[row] } ?? true ? text : nil }
        table.set("text", .string(nulls ? StringValues(optional: optional) : StringValues(strings)))
        let ends = values { Int($0 % 4) }.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let items = ends[ends.count - 1]
        table.set("ints", .int32List(ListValues(offsets: ends, values: (0..<items).map { Int32($0 % 100) })))
        table.set("longs", .int64List(ListValues(offsets: ends, values: (0..<items).map { Int64($0) << 33 })))
        table.set("floats", .floatList(ListValues(offsets: ends, values: (0..<items).map { Float($0) / 3 })))
        let words2 = (0..<items).map { item in nulls && item % 5 == 0 ? nil : words[item % 6] }
        table.set("words", .stringList(offsets: ends, values: StringValues(optional: words2)))
        return table
    }
}

/// A small generator for test data.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Whether names, types, nulls and present values are equal.
func isSame(_ left: Table, _ right: Table) -> Bool {
    left.names == right.names && left.rowCount == right.rowCount
        && zip(left.columns, right.columns).allSatisfy { $0.type == $1.type && same($0, $1) }
}

/// Expects equal names, types, nulls and present values; what stands under nulls is of no account.
func expectSame(_ left: Table, _ right: Table, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(left.names == right.names, sourceLocation: sourceLocation)
    #expect(left.rowCount == right.rowCount, sourceLocation: sourceLocation)
    guard left.names == right.names, left.rowCount == right.rowCount else { return }
    for name in left.names {
        guard let a = left[name], let b = right[name] else { continue }
        #expect(a.type == b.type, "\(name)", sourceLocation: sourceLocation)
        #expect(same(a, b), "column \(name) differs", sourceLocation: sourceLocation)
    }
}

private func same(_ left: Column, _ right: Column) -> Bool {
    func bits<T>(_ a: ColumnValues<T>, _ b: ColumnValues<T>, _ equal: (T, T) -> Bool) -> Bool {
        (0..<a.count).allSatisfy { row in
            switch (a[row], b[row]) {
            case (nil, nil): true
            case (let x?, let y?): equal(x, y)
            default: false
            }
        }
    }
    switch (left, right) {
    case (.int32(let a), .int32(let b)): return bits(a, b, ==)
    case (.int64(let a), .int64(let b)), (.timestamp(let a), .timestamp(let b)): return bits(a, b, ==)
    case (.float(let a), .float(let b)): return bits(a, b) { $0.bitPattern == $1.bitPattern }
    case (.double(let a), .double(let b)): return bits(a, b) { $0.bitPattern == $1.bitPattern }
    case (.bool(let a), .bool(let b)): return bits(a, b, ==)
    case (.string(let a), .string(let b)): return a.strings() == b.strings()
    case (.stringList(let a, let x), .stringList(let b, let y)): return a == b && x.strings() == y.strings()
    default: return left == right
    }
}
