import Foundation

/// Numbers as people read them.
enum Format {
    /// 1,234,567.
    static func count(_ value: Int) -> String {
        let digits = String(abs(value))
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return value < 0 ? "-" + out : out
    }

    /// 0.42 s, 12.3 s, 2:05 min.
    static func seconds(_ value: Double) -> String {
        if value >= 120 { return "\(Int(value) / 60):\(twoDigits(Int(value) % 60)) min" }
        return value < 10 ? "\(fixed(value, 2)) s" : "\(fixed(value, 1)) s"
    }

    /// 512 MB, 1.24 GB.
    static func bytes(_ value: Int) -> String {
        let megabytes = Double(value) / 1e6
        return megabytes < 1000 ? "\(fixed(megabytes, 0)) MB" : "\(fixed(megabytes / 1000, 2)) GB"
    }

    /// A number with `digits` decimals.
    static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// 12.3k, 4.5M: a rate or a count in little space.
    static func short(_ value: Double) -> String {
        if value >= 1e6 { return fixed(value / 1e6, 1) + "M" }
        if value >= 1e4 { return fixed(value / 1e3, 1) + "k" }
        return value >= 100 ? fixed(value, 0) : fixed(value, 1)
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
