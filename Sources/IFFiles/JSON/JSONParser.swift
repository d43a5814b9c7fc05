/// Parses one JSON value (RFC 8259).
struct JSONParser {
    /// What was wrong, and at which byte.
    struct Failure: Error {
        var message: String
        var position: Int
    }

    private static let deepest = 256

    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var depth = 0

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The value that the bytes hold; nothing but blanks may follow.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(Failure) -> JSONText {
        var parser = JSONParser(bytes)
        let value = try parser.value()
        parser.skipBlanks()
        guard parser.position == bytes.endIndex else { throw parser.failure("text after the value") }
        return value
    }

    private func failure(_ message: String) -> Failure {
        Failure(message: message, position: position - bytes.startIndex)
    }

    private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(Failure) -> JSONText {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try nested { parser throws(Failure) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(Failure) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        // Python writes NaN for a missing number.
        case UInt8(ascii: "N"): return try word("NaN", .null)
        default: return try number()
        }
    }

    private mutating func nested(_ body: (inout Self) throws(Failure) -> JSONText) throws(Failure) -> JSONText {
        guard depth < Self.deepest else { throw failure("nested too deep") }
        depth += 1
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func word(_ word: String, _ value: JSONText) throws(Failure) -> JSONText {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("not a JSON value") }
        position += word.utf8.count
        return value
    }

    private mutating func array() throws(Failure) -> JSONText {
        var items: [JSONText] = []
        if take("]") { return .array(items) }
        repeat { items.append(try value()) } while take(",")
        guard take("]") else { throw failure("an array is not closed") }
        return .array(items)
    }

    private mutating func object() throws(Failure) -> JSONText {
        var members: [JSONText.Member] = []
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            let key = try string()
            guard take(":") else { throw failure("a colon is missing") }
            members.append(JSONText.Member(key: key, value: try value()))
        } while take(",")
        guard take("}") else { throw failure("an object is not closed") }
        return .object(members)
    }

    private mutating func number() throws(Failure) -> JSONText {
        let start = position
        while let byte = next, (byte >= 48 && byte <= 57) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte) {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let first = text.utf8.first, first == 0x2D || (first >= 48 && first <= 57), Double(text) != nil else {
            position = start
            throw failure("not a JSON value")
        }
        return .number(text)
    }

    private mutating func string() throws(Failure) -> String {
        guard next == UInt8(ascii: "\"") else { throw failure("a string is missing") }
        position += 1
        var out: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(&out)
            default: out.append(byte)
            }
        }
        throw failure("a string is not closed")
    }

    private mutating func escape(_ out: inout [UInt8]) throws(Failure) {
        guard let byte = next else { throw failure("a string is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): out.append(contentsOf: Array(String(try unicode()).utf8))
        default: throw failure("an unknown escape")
        }
    }

    private mutating func unicode() throws(Failure) -> Character {
        let first = try hexadecimal()
        if first & 0xFC00 == 0xD800, bytes[position...].starts(with: "\\u".utf8) {
            let mark = position
            position += 2
            let second = try hexadecimal()
            if second & 0xFC00 == 0xDC00,
                let scalar = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF))
            {
                return Character(scalar)
            }
            position = mark
        }
        // Half of a pair alone is no character.
        return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        let digits = String(decoding: bytes[position..<min(position + 4, bytes.endIndex)], as: UTF8.self)
        guard digits.utf8.count == 4, let value = UInt32(digits, radix: 16) else {
            throw failure("a broken \\u escape")
        }
        position += 4
        return value
    }
}
