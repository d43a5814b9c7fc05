/// The checksum of RFC 3720 (polynomial 0x1EDC6F41, reflected), which S3 stores with objects.
///
/// Eight bytes at a time, after Kounavis and Berry, "A systematic approach to building high performance
/// software-based CRC generators" (ISCC 2005).
struct CRC32C: Hashable, Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    /// The checksum of no bytes.
    init() {}

    /// A checksum as S3 writes it: Base64 of four bytes, most significant first.
    init?(base64: String) {
        guard let bytes = Base64.decode(base64), bytes.count == 4 else { return nil }
        state = ~bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The number.
    var value: UInt32 { ~state }

    /// As S3 writes it.
    var base64: String { Base64.encode([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }) }

    /// Takes further bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        var offset = 0
        unsafe Self.tables.withUnsafeBufferPointer { tables in
            while offset + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let mixed = UInt64(littleEndian: word) ^ UInt64(crc)
                var next: UInt32 = 0
                for byte in 0..<8 {
                    next ^= unsafe tables[(7 - byte) << 8 | Int(truncatingIfNeeded: mixed >> (8 * UInt64(byte)) & 0xFF)]
                }
                crc = next
                offset += 8
            }
            while offset < bytes.count {
                crc = unsafe crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[offset])) & 0xFF)]
                offset += 1
            }
        }
        state = crc
    }

    /// The checksum of these bytes followed by `count` bytes with the checksum `next`.
    ///
    /// Appending zeros is a linear map of the 32 bits; its powers by squaring, as in zlib's `crc32_combine`.
    /// - Complexity: O(log `count`).
    func followed(by next: CRC32C, count: Int) -> CRC32C {
        guard count > 0 else { return self }
        var zeros: [UInt32] = [0x82F6_3B78] + (0..<31).map { 1 << $0 }
        // One bit, then two, then four; from there on whole bytes.
        for _ in 0..<3 { zeros = Self.squared(zeros) }
        var crc = value
        var rest = count
        while true {
            if rest & 1 == 1 { crc = Self.apply(zeros, to: crc) }
            rest >>= 1
            if rest == 0 { break }
            zeros = Self.squared(zeros)
        }
        var result = CRC32C()
        result.state = ~(crc ^ next.value)
        return result
    }

    private static func apply(_ map: [UInt32], to vector: UInt32) -> UInt32 {
        var sum: UInt32 = 0
        var bits = vector
        while bits != 0 {
            sum ^= map[bits.trailingZeroBitCount]
            bits &= bits - 1
        }
        return sum
    }

    private static func squared(_ map: [UInt32]) -> [UInt32] { map.map { apply(map, to: $0) } }

    /// 8 tables of 256: the effect of a byte that is followed by 0 to 7 zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 << 8)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
            tables[byte] = crc
        }
        for byte in 0..<256 {
            for zeros in 1..<8 {
                let before = tables[(zeros - 1) << 8 | byte]
                tables[zeros << 8 | byte] = before >> 8 ^ tables[Int(before & 0xFF)]
            }
        }
        return tables
    }()
}
