#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Passes over all bytes of a block, by the C library's vector code or a word at a time.
enum ByteScan {
    /// Whether a byte occurs.
    static func contains(_ byte: UInt8, in bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            return unsafe memchr(base, Int32(byte), buffer.count) != nil
        }
    }

    /// How often a byte occurs before a position.
    static func count(of byte: UInt8, in bytes: [UInt8], before end: Int) -> Int {
        unsafe bytes.withUnsafeBytes { buffer in
            let wanted = SIMD32(repeating: byte)
            var total = 0
            var position = 0
            while position + 32 <= end {
                // A lane counts to 255.
                var lanes = SIMD32<UInt8>(repeating: 0)
                let last = min(end, position + 255 * 32) - 32
                while position <= last {
                    let found = unsafe buffer.loadUnaligned(fromByteOffset: position, as: SIMD32<UInt8>.self) .== wanted
                    lanes &-= unsafe unsafeBitCast(found, to: SIMD32<UInt8>.self)
                    position += 32
                }
                total += Int(SIMD32<UInt16>(truncatingIfNeeded: lanes).wrappedSum())
            }
            while position < end {
                total += unsafe buffer[position] == byte ? 1 : 0
                position += 1
            }
            return total
        }
    }

    /// Whether no byte of a range is above 127.
    static func isASCII(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var all: UInt64 = 0
            var position = range.lowerBound
            while position + 8 <= range.upperBound {
                all |= unsafe buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                position += 8
            }
            while position < range.upperBound {
                all |= UInt64(unsafe buffer[position])
                position += 1
            }
            return all & 0x8080_8080_8080_8080 == 0
        }
    }
}
