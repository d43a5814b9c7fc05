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

    /// 87 B, 4.2 kB, 512 MB, 1.24 GB.
    static func bytes(_ value: Int) -> String {
        var (amount, unit) = (Double(value), "B")
        for larger in ["kB", "MB", "GB", "TB"] where amount >= 999.5 { (amount, unit) = (amount / 1000, larger) }
        let digits = unit == "B" ? 0 : ["GB", "TB"].contains(unit) ? 2 : amount < 9.95 ? 1 : 0
        return "\(fixed(amount, digits)) \(unit)"
    }

    /// A number with `digits` decimals.
    static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// 12.3k, 4.5M: a rate in little space.
    static func short(_ value: Double) -> String {
        if value >= 1e6 { return fixed(value / 1e6, 1) + "M" }
        if value >= 1e4 { return fixed(value / 1e3, 1) + "k" }
        return value >= 100 ? fixed(value, 0) : fixed(value, 1)
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
