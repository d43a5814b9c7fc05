import IFCore

/// 64-bit keys of external ids, the elements of a ``UnitSet``.
enum UnitKey {
    static func keys(of ids: IDColumn) -> [UInt64] {
        switch ids {
        case .int32(let values): values.map { UInt64(bitPattern: Int64($0)) }
        case .int64(let values): values.map { UInt64(bitPattern: $0) }
        case .strings(let values):
            (0..<values.count).map { key(of: values.bytes[values.offsets[$0]..<values.offsets[$0 + 1]]) }
        }
    }

    static func keys(pairing first: IDColumn, _ second: IDColumn) -> [UInt64] {
        precondition(first.count == second.count, "pairs need columns of equal length")
        return zip(keys(of: first), keys(of: second)).map { mix(mix($0) &+ $1) }
    }

    /// The number where the bytes are a whole number as it is normally written, else FNV-1a.
    private static func key(of bytes: ArraySlice<UInt8>) -> UInt64 {
        if bytes.count <= 20, let number = Int64(String(decoding: bytes, as: UTF8.self)),
            Array(String(number).utf8)[...] == bytes
        {
            return UInt64(bitPattern: number)
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash
    }

    /// The finalizer of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, doi:10.1145/2660193.2660195): a bijection.
    private static func mix(_ key: UInt64) -> UInt64 {
        var z = key &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
