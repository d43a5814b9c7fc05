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
            guard let base = buffer.baseAddress else { return 0 }
            var total = 0
            var position = 0
            while position < end, let found = unsafe memchr(base + position, Int32(byte), end - position) {
                total += 1
                position = unsafe UnsafeRawPointer(found) - base + 1
            }
            return total
        }
    }

    /// Whether no byte is above 127.
    static func isASCII(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var all: UInt64 = 0
            var position = 0
            while position + 8 <= buffer.count {
                all |= unsafe buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                position += 8
            }
            while position < buffer.count {
                all |= UInt64(unsafe buffer[position])
                position += 1
            }
            return all & 0x8080_8080_8080_8080 == 0
        }
    }
}
