/// Numbers and truth values written as text. Blanks around them are passed over.
enum TextNumbers {
    private static let zero = UInt8(ascii: "0")
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// A whole number, also written as `12.0` or `1.2e1` where a decimal separator is given; `nil` where it is none or
    /// does not fit 64 bits.
    @inline(__always)
    static func integer(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, decimal: UInt8?) -> Int64? {
        if let value = unsafe shortWhole(bytes, start, end) { return value }
        return unsafe plainInteger(bytes, start, end, decimal: decimal)
    }

    private static func plainInteger(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, decimal: UInt8?
    ) -> Int64? {
        guard start < end else { return nil }
        var position = start
        var isNegative = false
        if unsafe bytes[position] == UInt8(ascii: "-") {
            isNegative = true
            position += 1
        }
        let first = position
        var value: Int64 = 0
        while position < end {
            let digit = unsafe bytes[position] &- zero
            guard digit < 10 else { break }
            value = value &* 10 &+ Int64(digit)
            position += 1
        }
        // Up to 18 digits cannot overflow.
        if position > first, position - first <= 18 {
            if position == end { return isNegative ? -value : value }
            if unsafe end - position == 2 && bytes[position] == decimal && bytes[position + 1] == zero {
                return isNegative ? -value : value
            }
        }
        return unsafe unusualInteger(bytes, start, end, decimal: decimal)
    }

    /// A number; the nearest double.
    @inline(__always)
    static func double(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, decimal: UInt8) -> Double? {
        if let value = unsafe shortDecimal(bytes, start, end, decimal: decimal) { return value }
        return unsafe plainDecimal(bytes, start, end, decimal: decimal)
    }

    private static func plainDecimal(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, decimal: UInt8
    ) -> Double? {
        guard start < end else { return nil }
        var position = start
        var isNegative = false
        if unsafe bytes[position] == UInt8(ascii: "-") {
            isNegative = true
            position += 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var fraction = 0
        var sawPoint = false
        while position < end {
            let byte = unsafe bytes[position]
            if byte &- zero < 10 {
                mantissa = mantissa &* 10 &+ UInt64(byte &- zero)
                digits += 1
                if sawPoint { fraction += 1 }
            } else if byte == decimal, !sawPoint {
                sawPoint = true
            } else {
                break
            }
            position += 1
        }
        // Exact: a mantissa below 2^53 divided by a power of ten that a double holds (Clinger 1990).
        guard position == end, digits > 0, digits <= 15, fraction <= 22 else {
            return unsafe unusualDouble(bytes, start, end, decimal: decimal)
        }
        let value = fraction == 0 ? Double(mantissa) : Double(mantissa) / powersOfTen[fraction]
        return isNegative ? -value : value
    }

    /// A number of one to eight digits and nothing else, all at once; `nil` for whatever else a cell may hold.
    ///
    /// The last eight bytes up to the end of the cell are one word. What is not of the cell is shifted out; neighbouring
    /// digits are then joined to numbers of two, four and eight digits.
    @inline(__always)
    private static func shortWhole(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int64? {
        guard hasShortWord(start, end) else { return nil }
        let digits = unsafe word(bytes, start, end) ^ zeros(end &- start)
        guard areDigits(digits) else { return nil }
        return Int64(truncatingIfNeeded: joined(digits))
    }

    /// As ``shortWhole(_:_:_:)``, with a decimal separator before, between or after the digits.
    @inline(__always)
    private static func shortDecimal(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, decimal: UInt8
    ) -> Double? {
        guard hasShortWord(start, end) else { return nil }
        var digits = unsafe word(bytes, start, end) ^ zeros(end &- start)
        var fraction = 0
        // The separator's byte; the lowest zero byte of the difference is found exactly.
        let difference = digits ^ (UInt64(decimal ^ zero) &* 0x0101_0101_0101_0101)
        let found = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
        if found != 0 {
            guard end &- start > 1, decimal &- zero > 9 else { return nil }
            // Bits below the separator's byte; the digits there move over it.
            let below = UInt64(truncatingIfNeeded: found.trailingZeroBitCount &- 7)
            let lower = digits & ((1 &<< below) &- 1)
            let upper = below == 56 ? 0 : (digits &>> (below &+ 8)) &<< (below &+ 8)
            digits = upper | (lower &<< 8)
            fraction = 7 &- Int(below &>> 3)
        }
        guard areDigits(digits) else { return nil }
        return Double(Int64(truncatingIfNeeded: joined(digits))) / powersOfTen[fraction]
    }

    @inline(__always)
    private static func hasShortWord(_ start: Int, _ end: Int) -> Bool {
        UInt(bitPattern: end &- start &- 1) < 8 && end >= 8
    }

    /// The bytes of a cell of one to eight at the upper end of a word, zeros below.
    @inline(__always)
    private static func word(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
        let all = unsafe UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self)
        let others = UInt64(truncatingIfNeeded: (8 &- (end &- start)) &* 8)
        return (UInt64(littleEndian: all) &>> others) &<< others
    }

    /// The digit 0 in the upper `count` bytes.
    @inline(__always)
    private static func zeros(_ count: Int) -> UInt64 {
        0x3030_3030_3030_3030 &<< UInt64(truncatingIfNeeded: (8 &- count) &* 8)
    }

    @inline(__always)
    private static func areDigits(_ word: UInt64) -> Bool {
        ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080 == 0
    }

    /// The number whose digits are the bytes of a word, the first digit lowest.
    @inline(__always)
    private static func joined(_ digits: UInt64) -> UInt64 {
        let pairs = digits &* 10 &+ (digits &>> 8)
        let upper = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let lower = ((pairs &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (upper &+ lower) &>> 32
    }

    /// `true`, `false`, `t`, `f`, `yes`, `no`, `1`, `0`, in any case of letters.
    static func bool(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool? {
        guard end - start <= 8 else { return nil }
        switch unsafe text(bytes, start, end).lowercased() {
        case "true", "t", "yes", "1": return true
        case "false", "f", "no", "0": return false
        default: return nil
        }
    }

    /// The text between two positions, without blanks around it.
    static func text(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> String {
        var (start, end) = (start, end)
        while start < end, unsafe isBlank(bytes[start]) { start += 1 }
        while start < end, unsafe isBlank(bytes[end - 1]) { end -= 1 }
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes + start, count: end - start), as: UTF8.self)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    @inline(never)
    private static func unusualInteger(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, decimal: UInt8?
    ) -> Int64? {
        guard end - start <= 400 else { return nil }
        let text = unsafe text(bytes, start, end)
        if let value = Int64(text) { return value }
        guard let decimal else { return nil }
        let parts = text.utf8.split(separator: decimal, maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[1].allSatisfy({ $0 == zero }), let value = Int64(String(parts[0]) ?? "") {
            return value
        }
        guard let value = plainDouble(text, decimal: decimal), abs(value) <= 0x1p53 else { return nil }
        return Int64(exactly: value)
    }

    @inline(never)
    private static func unusualDouble(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, decimal: UInt8
    ) -> Double? {
        guard end - start <= 400 else { return nil }
        return plainDouble(unsafe text(bytes, start, end), decimal: decimal)
    }

    private static func plainDouble(_ text: String, decimal: UInt8) -> Double? {
        // Hexadecimal forms are taken by `Double` and meant by nobody.
        guard !text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) else { return nil }
        guard decimal != UInt8(ascii: ".") else { return Double(text) }
        guard !text.utf8.contains(UInt8(ascii: ".")) else { return nil }
        return Double(
            String(decoding: text.utf8.map { $0 == decimal ? UInt8(ascii: ".") : $0 }, as: UTF8.self))
    }
}
