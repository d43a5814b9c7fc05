/// An external identifier of a user or an item: an integer or a string.
public enum ID: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral
{
    /// An integer id.
    case integer(Int64)
    /// A string id.
    case string(String)

    /// Creates an integer id.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Creates a string id.
    public init(stringLiteral value: String) { self = .string(value) }

    /// The text shown to people.
    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .string(let value): value
        }
    }

    /// Integers in numeric order, then strings in the order of their UTF-8 bytes.
    public static func < (left: ID, right: ID) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a < b
        case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.integer, .string): true
        case (.string, .integer): false
        }
    }
}

/// A column of external ids without nulls.
public enum IDColumn: Hashable, Sendable {
    /// 32-bit integer ids.
    case int32([Int32])
    /// 64-bit integer ids.
    case int64([Int64])
    /// String ids.
    case strings(StringValues)

    /// Rows.
    public var count: Int {
        switch self {
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .strings(let values): values.count
        }
    }

    /// The id of a row.
    public subscript(row: Int) -> ID {
        switch self {
        case .int32(let values): .integer(Int64(values[row]))
        case .int64(let values): .integer(values[row])
        case .strings(let values): .string(values[row] ?? "")
        }
    }

    /// The column for a table: 32-bit integers stay so, others as they are.
    public var column: Column {
        switch self {
        case .int32(let values): .int32(values)
        case .int64(let values): .int64(values)
        case .strings(let values): .string(values)
        }
    }
}
