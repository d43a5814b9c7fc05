package import FoundationEssentials

/// Times in files: written as `2026-01-31T23:59:59Z`, read with or without zone and fraction.
package enum UTCStamp {
    /// The time that a text names, `nil` where it is none.
    package static func date(_ text: String) -> Date? {
        let forms = [text, text + "Z"]
        for form in forms {
            if let date = try? Date(form, strategy: .iso8601) { return date }
            if let date = try? Date(form, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
                return date
            }
        }
        return nil
    }
}
