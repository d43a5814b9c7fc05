/// Where the delimiters and line ends of a piece of text lie, found 64 bytes at a time.
///
/// Within text that has no quotes, they alone decide where fields begin and end.
struct CSVSeparators {
    /// Bytes looked at in one go: few enough that positions stay in the first-level cache.
    private static let pieceSize = 1 << 12
    private static let window = 64

    /// Positions in ascending order; the first ``count`` are valid.
    private(set) var positions: [UInt32]
    private(set) var count = 0
    /// Where the piece ends: every separator before is found, no byte before it is a quote.
    private(set) var end = 0

    init() {
        // A window writes four positions at a time, beyond those it has.
        positions = [UInt32](repeating: 0, count: Self.pieceSize + 8)
    }

    /// Looks at the bytes from `start` on, up to the first 64 that hold a quote.
    mutating func find(_ bytes: UnsafePointer<UInt8>, from start: Int, to limit: Int, delimiter: UInt8) {
        let limit = min(limit, start + Self.pieceSize)
        let delimiters = SIMD16(repeating: delimiter)
        (count, end) = unsafe positions.withUnsafeMutableBufferPointer { out in
            guard let out = out.baseAddress else { return (0, start) }
            var count = 0
            var position = start
            while position &+ Self.window <= limit {
                guard let found = unsafe Self.separators(bytes + position, delimiters) else { return (count, position) }
                unsafe Self.write(found, position, out, &count)
                position &+= Self.window
            }
            // What is left of the text, filled up with zeros.
            guard position < limit, limit &- position < Self.window else { return (count, position) }
            return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.window) { rest in
                guard let copy = rest.baseAddress else { return (count, position) }
                unsafe copy.initialize(repeating: 0, count: Self.window)
                unsafe copy.update(from: bytes + position, count: limit - position)
                guard let found = unsafe Self.separators(UnsafePointer(copy), delimiters) else {
                    return (count, position)
                }
                let isText = (1 as UInt64) << UInt64(limit - position) - 1
                unsafe Self.write(found & isText, position, out, &count)
                return (count, limit)
            }
        }
    }

    /// One bit for each of 64 bytes that is a separator; `nil` where one is a quote.
    @inline(__always)
    private static func separators(_ bytes: UnsafePointer<UInt8>, _ delimiters: SIMD16<UInt8>) -> UInt64? {
        let lineFeeds = SIMD16(repeating: CSVDialect.lineFeed)
        let quotes = SIMD16(repeating: CSVDialect.quote)
        var mask: UInt64 = 0
        var quoted = SIMD2<UInt64>(repeating: 0)
        for part in 0..<4 {
            let raw = unsafe UnsafeRawPointer(bytes)
            let text = unsafe raw.loadUnaligned(fromByteOffset: part &* 16, as: SIMD16<UInt8>.self)
            quoted |= words(text .== quotes)
            // One bit a byte, then those of eight bytes side by side.
            var found = words((text .== delimiters) .| (text .== lineFeeds)) & SIMD2(repeating: 0x0101_0101_0101_0101)
            found |= found &>> SIMD2(repeating: 7)
            found |= found &>> SIMD2(repeating: 14)
            found |= found &>> SIMD2(repeating: 28)
            mask |= ((found.x & 0xFF) | ((found.y & 0xFF) &<< 8)) &<< UInt64(part &* 16)
        }
        return quoted.x | quoted.y == 0 ? mask : nil
    }

    /// Bytes of ones where the mask is set.
    @inline(__always)
    private static func words(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> {
        unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    }

    @inline(__always)
    private static func write(
        _ mask: UInt64, _ position: Int, _ out: UnsafeMutablePointer<UInt32>, _ count: inout Int
    ) {
        var rest = mask
        let new = mask.nonzeroBitCount
        var done = 0
        while done < new {
            for step in 0..<4 {
                unsafe out[count &+ done &+ step] = UInt32(
                    truncatingIfNeeded: position &+ rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
            done &+= 4
        }
        count &+= new
    }
}
