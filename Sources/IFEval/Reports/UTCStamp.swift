package import FoundationEssentials

/// Times in files: written as `2026-01-31T23:59:59Z`, read with or without zone, fraction and seconds, with a space for the T
/// as Python writes them, and without separators.
package enum UTCStamp {
    /// The time that a text names, `nil` where it is none.
    package static func date(_ text: String) -> Date? {
        var time = text
        if let space = time.firstIndex(of: " ") { time.replaceSubrange(space...space, with: "T") }
        time = separated(time) ?? time
        let hasSeconds = time.split(separator: "T").last.map { $0.split(separator: ":").count != 2 } ?? true
        if !hasSeconds { time = time.hasSuffix("Z") ? time.dropLast() + ":00Z" : time + ":00" }
        let forms = [time, time + "Z"]
        for form in forms {
            if let date = try? Date(form, strategy: .iso8601) { return date }
            if let date = try? Date(form, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
                return date
            }
        }
        return nil
    }

    /// 20260131T235959 with the separators that it lacks; `nil` for other forms.
    private static func separated(_ text: String) -> String? {
        let digits = Array(text.hasSuffix("Z") ? text.dropLast() : text[...])
        guard digits.count == 15, digits[8] == "T" else { return nil }
        guard digits.enumerated().allSatisfy({ $0.offset == 8 || ("0"..."9").contains($0.element) }) else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z"
    }
}
