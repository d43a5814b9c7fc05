import IFCore

/// A JSON value whose objects keep their order, so that a file has the same bytes each time it is written.
enum OrderedJSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([OrderedJSON])
    case object([Member])

    struct Member: Hashable, Sendable {
        var key: String
        var value: OrderedJSON
    }

    /// An object; keys in the order given.
    static func object(_ members: KeyValuePairs<String, OrderedJSON>) -> OrderedJSON {
        .object(members.map { Member(key: $0.key, value: $0.value) })
    }

    /// A number, or null where there is none or JSON cannot say it.
    static func number(_ value: Double?) -> OrderedJSON {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }

    /// Indented by two spaces, with a line feed at the end.
    var text: String {
        var out = ""
        write(to: &out, indent: "")
        return out + "\n"
    }

    private func write(to out: inout String, indent: String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .number(let value): out += value.description
        case .string(let value): out += value.jsonQuoted
        case .array(let values):
            Self.list(values.map { ("", $0) }, "[", "]", to: &out, indent: indent)
        case .object(let members):
            Self.list(
                members.map { ("\($0.key.jsonQuoted): ", $0.value) }, "{", "}", to: &out, indent: indent)
        }
    }

    private static func list(
        _ entries: [(prefix: String, value: OrderedJSON)], _ open: String, _ close: String, to out: inout String,
        indent: String
    ) {
        guard !entries.isEmpty else {
            out += open + close
            return
        }
        out += open
        for (position, entry) in entries.enumerated() {
            out += (position == 0 ? "\n" : ",\n") + indent + "  " + entry.prefix
            entry.value.write(to: &out, indent: indent + "  ")
        }
        out += "\n" + indent + close
    }
}

extension OrderedJSON: Encodable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: Key.self)
            for member in members { try container.encode(member.value, forKey: Key(stringValue: member.key)) }
        case .array(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        default:
            var container = encoder.singleValueContainer()
            switch self {
            case .bool(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            default: try container.encodeNil()
            }
        }
    }
}
