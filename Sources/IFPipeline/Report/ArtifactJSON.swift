import FoundationEssentials

/// JSON as it stands in artifacts.
enum ArtifactJSON {
    /// Indented, keys sorted, slashes plain, a newline at the end.
    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    /// On one line, keys sorted.
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// `2026-01-31T12:00:00Z`.
    static func timestamp(_ date: Date) -> String { date.formatted(.iso8601) }
}
