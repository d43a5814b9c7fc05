/// One bit a row, lowest bit of the first byte first, as Arrow lays validity out. A set bit is a present value.
public struct Bitmap: Hashable, Sendable {
    /// Rows covered.
    public let count: Int
    /// The packed bits; bits past `count` are 0.
    public private(set) var bytes: [UInt8]

    /// Creates a bitmap of equal bits.
    public init(repeating value: Bool, count: Int) {
        self.count = count
        bytes = Array(repeating: value ? 0xFF : 0, count: (count + 7) / 8)
        clearTail()
    }

    /// Takes over packed bits. Missing bytes count as 0, surplus bits are cleared.
    public init(bytes: [UInt8], count: Int) {
        self.count = count
        self.bytes = bytes
        let needed = (count + 7) / 8
        if self.bytes.count > needed { self.bytes.removeLast(self.bytes.count - needed) }
        while self.bytes.count < needed { self.bytes.append(0) }
        clearTail()
    }

    /// Creates a bitmap from one Boolean a row.
    public init(_ values: some Collection<Bool>) {
        self.init(repeating: false, count: values.count)
        for (row, value) in values.enumerated() where value { bytes[row >> 3] |= 1 << UInt8(row & 7) }
    }

    /// Whether row `row` is present.
    public subscript(row: Int) -> Bool {
        get {
            precondition(row >= 0 && row < count, "row outside the bitmap")
            return bytes[row >> 3] >> UInt8(row & 7) & 1 == 1
        }
        set {
            precondition(row >= 0 && row < count, "row outside the bitmap")
            if newValue { bytes[row >> 3] |= 1 << UInt8(row & 7) } else { bytes[row >> 3] &= ~(1 << UInt8(row & 7)) }
        }
    }

    /// Present rows. Complexity: O(count / 8).
    public var setCount: Int { bytes.reduce(0) { $0 + $1.nonzeroBitCount } }

    private mutating func clearTail() {
        let tail = count & 7
        if tail != 0, !bytes.isEmpty { bytes[bytes.count - 1] &= UInt8((1 << tail) - 1) }
    }
}
