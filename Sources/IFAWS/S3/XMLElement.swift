internal import FoundationEssentials

/// The little of XML that AWS answers with: elements, text, attributes (passed over), entities, comments, CDATA.
struct XMLElement: Hashable, Sendable {
    /// Without a namespace prefix.
    var name: String
    /// The text directly in the element.
    var text = ""
    var children: [XMLElement] = []

    /// The root of a document, `nil` where it is none.
    static func parse(_ data: Data) -> XMLElement? {
        var parser = XMLParser(Array(data))
        return parser.document()
    }

    /// The first element of this name at any depth, in document order.
    func first(_ name: String) -> XMLElement? {
        for child in children {
            if child.name == name { return child }
            if let found = child.first(name) { return found }
        }
        return nil
    }

    /// The children of this name.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of the first child of this name.
    func value(_ name: String) -> String? { children.first { $0.name == name }?.text }

    /// Text as it stands in an element; `nil` where XML 1.0 cannot hold it.
    static func escaped(_ text: String) -> String? {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // Written as they are, readers turn these into spaces or line feeds.
            case "\t", "\n", "\r": result += "&#\(scalar.value);"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: return nil
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// A reader of one document.
private struct XMLParser {
    private let bytes: [UInt8]
    private var position = 0
    /// Deeper documents are no answers of AWS.
    private static let deepest = 64

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() -> XMLElement? {
        skipProlog()
        return element(depth: 0)
    }

    private mutating func skipProlog() {
        while position < bytes.count {
            if starts("<!--") {
                skip(past: "-->")
            } else if starts("<?") || starts("<!") {
                skip(past: ">")
            } else if starts("<") {
                return
            } else {
                position += 1
            }
        }
    }

    private mutating func element(depth: Int) -> XMLElement? {
        guard depth < Self.deepest, starts("<") else { return nil }
        position += 1
        let tag = take(until: [UInt8(ascii: ">"), UInt8(ascii: "/"), 0x20, 0x09, 0x0A, 0x0D])
        var element = XMLElement(name: String(tag.split(separator: ":").last ?? ""))
        guard !element.name.isEmpty, let isEmpty = skipAttributes() else { return nil }
        if isEmpty { return element }
        while position < bytes.count {
            if starts("</") {
                position += 2
                let end = take(until: [UInt8(ascii: ">"), 0x20, 0x09, 0x0A, 0x0D])
                skip(past: ">")
                return end == tag ? element : nil
            } else if starts("<!--") {
                skip(past: "-->")
            } else if starts("<![CDATA[") {
                position += 9
                let start = position
                skip(past: "]]>")
                element.text += String(decoding: bytes[start..<max(start, position - 3)], as: UTF8.self)
            } else if starts("<?") {
                skip(past: "?>")
            } else if starts("<") {
                guard let child = self.element(depth: depth + 1) else { return nil }
                element.children.append(child)
            } else {
                element.text += Self.unescaped(take(until: [UInt8(ascii: "<")]))
            }
        }
        return nil
    }

    /// Answers whether the tag ends in `/>`, `nil` where it does not end.
    private mutating func skipAttributes() -> Bool? {
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return bytes[position - 2] == UInt8(ascii: "/")
            }
        }
        return nil
    }

    private func starts(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        return unsafe bytes[position..<position + count].elementsEqual(
            UnsafeBufferPointer(start: text.utf8Start, count: count))
    }

    private mutating func skip(past text: StaticString) {
        while position < bytes.count {
            if starts(text) {
                position += text.utf8CodeUnitCount
                return
            }
            position += 1
        }
    }

    private mutating func take(until ends: [UInt8]) -> String {
        let start = position
        while position < bytes.count, !ends.contains(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "&"), let end = rest[start...].firstIndex(of: ";") {
            result += rest[..<start]
            let name = rest[rest.index(after: start)..<end]
            result += character(named: name) ?? "&\(name);"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func character(named name: Substring) -> String? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
        }
    }
}
