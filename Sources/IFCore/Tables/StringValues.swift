/// Strings packed one after the other as UTF-8, with 64-bit offsets (Arrow's `large_string`).
public struct StringValues: Hashable, Sendable {
    /// `count + 1` positions in `bytes`.
    public private(set) var offsets: [Int]
    /// UTF-8 of all rows.
    public private(set) var bytes: [UInt8]
    /// Which rows are present; `nil` where all are.
    public private(set) var validity: Bitmap?

    /// Takes over packed strings.
    ///
    /// - Precondition: `offsets` ascend from 0 to `bytes.count`.
    public init(offsets: [Int], bytes: [UInt8], validity: Bitmap? = nil) {
        precondition(offsets.first == 0 && offsets.last == bytes.count, "offsets do not cover the bytes")
        self.offsets = offsets
        self.bytes = bytes
        self.validity = validity
    }

    /// Packs strings.
    public init(_ strings: some Sequence<String>) {
        offsets = [0]
        bytes = []
        for string in strings {
            bytes.append(contentsOf: string.utf8)
            offsets.append(bytes.count)
        }
    }

    /// Packs optional strings.
    public init(optional strings: [String?]) {
        self.init(strings.map { $0 ?? "" })
        if strings.contains(where: { $0 == nil }) { validity = Bitmap(strings.map { $0 != nil }) }
    }

    /// Rows.
    public var count: Int { offsets.count - 1 }
    /// Rows without a value.
    public var nullCount: Int { validity.map { $0.count - $0.setCount } ?? 0 }

    /// The string of a row, `nil` where it is missing.
    public subscript(row: Int) -> String? {
        if let validity, !validity[row] { return nil }
        return String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self)
    }

    /// The strings of all rows.
    public func strings() -> [String?] { (0..<count).map { self[$0] } }

    /// The rows named, in their order.
    public func gather(_ rows: [Int]) -> StringValues {
        var out = [UInt8]()
        var ends = [0]
        ends.reserveCapacity(rows.count + 1)
        for row in rows {
            out.append(contentsOf: bytes[offsets[row]..<offsets[row + 1]])
            ends.append(out.count)
        }
        return StringValues(
            offsets: ends, bytes: out, validity: validity.map { bits in Bitmap(rows.map { bits[$0] }) })
    }
}
