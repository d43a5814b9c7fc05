import IFCore

/// A JSON value; objects keep the order of their keys.
indirect enum JSONText: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number as written: whether it is whole or needs 64 bits is for the reader to say.
    case number(String)
    case string(String)
    case array([JSONText])
    case object([Member])

    struct Member: Hashable, Sendable {
        var key: String
        var value: JSONText
    }

    /// The value of a key, `nil` where it is none or this is no object.
    subscript(key: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

    /// The value on one line, without blanks.
    var line: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let text): text
        case .string(let text): text.jsonQuoted
        case .array(let items): "[\(items.map(\.line).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\($0.key.jsonQuoted):\($0.value.line)" }.joined(separator: ","))}"
        }
    }
}
