import IFCore

/// How times are written: `iso8601`, `unix` (seconds), `unix-ms`, or a pattern such as `dd/MM/yyyy HH:mm`.
///
/// Patterns have the parts `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`, each of that many digits, or `M`, `d`, `H` of one or
/// two; everything else stands for itself. Times without a zone are taken as they stand.
public struct TimestampFormat: RawRepresentable, Codable, Hashable, Sendable {
    /// The format's name or pattern.
    public let rawValue: String

    /// Creates a format from its name or pattern.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `2011-12-09`, or with `T` or a blank and a time.
    public static let iso8601 = TimestampFormat(rawValue: "iso8601")
    /// Seconds since 1970.
    public static let unix = TimestampFormat(rawValue: "unix")
    /// Milliseconds since 1970.
    public static let unixMilliseconds = TimestampFormat(rawValue: "unix-ms")
    /// `20111209`.
    public static let compactDate = TimestampFormat(rawValue: "yyyyMMdd")

    /// Reads the value as it stands in files.
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the value as it stands in files.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// What a text reader reads the column as.
    var textType: ColumnType {
        switch self {
        case .iso8601: .timestamp
        case .unix, .unixMilliseconds: .double
        default: .string
        }
    }

    /// A piece of a pattern.
    enum Piece: Hashable, Sendable {
        case year, month, day, hour, minute, second
        case literal(UInt8)
    }

    private static let tokens: [(String, Piece, ClosedRange<Int>)] = [
        ("yyyy", .year, 4...4), ("MM", .month, 2...2), ("M", .month, 1...2), ("dd", .day, 2...2), ("d", .day, 1...2),
        ("HH", .hour, 2...2), ("H", .hour, 1...2), ("mm", .minute, 2...2), ("ss", .second, 2...2),
    ]

    /// The pieces of a pattern, each with the digits it takes.
    var pieces: [(Piece, ClosedRange<Int>)] {
        var rest = rawValue[...]
        var out: [(Piece, ClosedRange<Int>)] = []
        while let first = rest.utf8.first {
            if let token = Self.tokens.first(where: { rest.hasPrefix($0.0) }) {
                out.append((token.1, token.2))
                rest.removeFirst(token.0.count)
            } else {
                out.append((.literal(first), 1...1))
                rest = rest.dropFirst(1)
            }
        }
        return out
    }

    func validate(key: String) throws {
        guard textType == .string else { return }
        let found = Set(pieces.map(\.0))
        guard found.isSuperset(of: [.year, .month, .day]), rawValue.utf8.count == rawValue.count else {
            throw IFError(
                .invalidConfiguration,
                "\"\(rawValue)\" is not iso8601, unix, unix-ms or a pattern with yyyy, MM and dd", key: key)
        }
    }
}
