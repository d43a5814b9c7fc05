/// How the text of a cell becomes a value; a type of its own for each, so that the loop over cells is compiled for it.
protocol CellParser {
    associatedtype Value

    /// The value between two positions, `nil` where there is none.
    func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Value?
}

struct Int32Cell: CellParser {
    let decimal: UInt8

    @inline(__always)
    func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int32? {
        guard let value = unsafe TextNumbers.integer(bytes, start, end, decimal: decimal) else { return nil }
        return Int32(exactly: value)
    }
}

struct Int64Cell: CellParser {
    /// `nil` where only digits make a whole number.
    let decimal: UInt8?

    @inline(__always)
    func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int64? {
        unsafe TextNumbers.integer(bytes, start, end, decimal: decimal)
    }
}

struct FloatCell: CellParser {
    let decimal: UInt8

    @inline(__always)
    func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Float? {
        unsafe TextNumbers.double(bytes, start, end, decimal: decimal).map { Float($0) }
    }
}

struct DoubleCell: CellParser {
    let decimal: UInt8

    @inline(__always)
    func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Double? {
        unsafe TextNumbers.double(bytes, start, end, decimal: decimal)
    }
}

struct BoolCell: CellParser {
    func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool? {
        unsafe TextNumbers.bool(bytes, start, end)
    }
}

struct TimestampCell: CellParser {
    func parse(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int64? {
        unsafe TextTimestamps.parse(bytes, start, end)
    }
}
