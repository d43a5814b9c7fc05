import Foundation

/// JSON as the command prints it: sorted keys, plain slashes.
enum JSONOutput {
    /// Indented, for reports.
    static func pretty(_ value: some Encodable) -> String { text(value, [.prettyPrinted]) }

    /// On one line, for events.
    static func line(_ value: some Encodable) -> String { text(value, []) }

    private static func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        // JSON has no infinity and no NaN; text in their place keeps the rest readable.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            preconditionFailure("a value of this program cannot be written as JSON: \(error)")
        }
    }
}
