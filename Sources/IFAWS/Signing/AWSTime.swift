internal import FoundationEssentials

/// Times in the forms that AWS writes and reads.
enum AWSTime {
    /// `20261123T024056Z`, UTC.
    static func compact(_ date: Date) -> String {
        date.formatted(.iso8601).filter { !"-:".contains($0) }
    }

    /// `2026-11-23T02:40:56Z`, or with an offset such as `+00:00`; with or without a fraction, which is cut off.
    static func parse(_ text: String) -> Date? {
        var text = text
        if let point = text.firstIndex(of: ".") {
            let zone = text[text.index(after: point)...].firstIndex { !$0.isWholeNumber } ?? text.endIndex
            text.removeSubrange(point..<zone)
        }
        return try? Date(text, strategy: .iso8601)
    }

    /// `Mon, 23 Nov 2026 02:40:56 GMT`, as in the headers Date and Last-Modified (RFC 9110, section 5.6.7).
    static func parseHTTP(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        return parse("\(year)-\(padded(month + 1))-\(padded(day))T\(parts[4])Z")
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
