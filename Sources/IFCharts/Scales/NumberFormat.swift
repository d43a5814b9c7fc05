import Foundation

/// How a number is written. Texts do not depend on the locale: a comma groups thousands, a point begins decimals,
/// the minus sign is U+2212.
public struct NumberFormat: Sendable, Hashable {
    enum Style: Sendable, Hashable {
        case automatic
        case decimal(Int)
        case percent(Int)
    }

    var style: Style

    /// As many digits as the number or the axis needs; powers of ten for the very large and very small.
    public static let automatic = NumberFormat(style: .automatic)

    /// A fixed count of decimals, 0 to 12.
    public static func decimal(_ digits: Int) -> NumberFormat {
        NumberFormat(style: .decimal(min(12, max(0, digits))))
    }

    /// A share as a percentage with a fixed count of decimals, 0 to 12: 0.25 is "25%".
    public static func percent(_ digits: Int = 0) -> NumberFormat {
        NumberFormat(style: .percent(min(12, max(0, digits))))
    }

    /// The number as text; "–" where it is not finite.
    public func text(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        switch style {
        case .decimal(let digits): return NumberText.fixed(value, digits: digits)
        case .percent(let digits): return NumberText.fixed(value * 100, digits: digits) + "%"
        case .automatic:
            let magnitude = abs(value)
            if magnitude == 0 { return "0" }
            if magnitude >= 1e7 || magnitude < 1e-4 {
                if magnitude < 1e15, value == value.rounded() { return NumberText.fixed(value, digits: 0) }
                return NumberText.scientific(value, digits: 2)
            }
            let digits = min(12, max(0, 3 - NumberText.exponent(magnitude)))
            return NumberText.trimmed(NumberText.fixed(value, digits: digits))
        }
    }

    /// Labels of the ticks of one axis, all with the digits that tell neighbours apart.
    func labels(_ ticks: [Double]) -> [String] {
        guard style == .automatic else { return ticks.map(text) }
        let steps = zip(ticks, ticks.dropFirst()).map { abs($1 - $0) }.filter { $0 > 0 }
        let step = steps.min() ?? abs(ticks.first ?? 1)
        let largest = ticks.map { abs($0) }.max() ?? 0
        guard step > 0, step.isFinite, largest > 0 else { return ticks.map(text) }
        let span = NumberText.exponent(largest) - NumberText.exponent(step)
        if (largest >= 1e7 || largest < 1e-3), span <= 6 || largest >= 1e15 {
            return ticks.map { tick in
                if abs(tick) < step * 1e-6 { return "0" }
                let digits = max(0, NumberText.exponent(abs(tick)) - NumberText.exponent(step)) + 1
                return NumberText.scientific(tick, digits: min(12, digits))
            }
        }
        let digits = NumberText.decimals(of: step)
        return ticks.map { NumberText.fixed(abs($0) < step * 1e-6 ? 0 : $0, digits: digits) }
    }
}

/// Digits without locale and without Foundation.
enum NumberText {
    /// ⌊log₁₀ value⌋ of a positive number.
    static func exponent(_ value: Double) -> Int {
        guard value > 0, value.isFinite else { return 0 }
        return Int((log10(value) + 1e-10).rounded(.down))
    }

    /// How many decimals write `step` exactly, at most 12.
    static func decimals(of step: Double) -> Int {
        var scaled = abs(step)
        for digits in 0..<12 {
            if abs(scaled - scaled.rounded()) <= 1e-6 * max(scaled, 1e-300), scaled.rounded() >= 1 { return digits }
            scaled *= 10
        }
        return 12
    }

    /// A fixed count of decimals, thousands grouped from 1,000 on.
    static func fixed(_ value: Double, digits: Int) -> String {
        let scaled = (abs(value) * pow(10, Double(digits))).rounded()
        guard scaled < 9e15 else {
            return abs(value) < 9e15 && digits > 0
                ? fixed(value, digits: digits - 1) : scientific(value, digits: 6)
        }
        var text = String(Int64(scaled))
        if digits > 0 {
            text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        }
        let fraction = text.suffix(digits)
        let whole = Array(text.dropLast(digits).utf8)
        var result = value < 0 && scaled > 0 ? "\u{2212}" : ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result += "," }
            result.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return digits > 0 ? result + "." + fraction : result
    }

    /// A mantissa of at most `digits` decimals times a power of ten, in superscripts.
    static func scientific(_ value: Double, digits: Int) -> String {
        guard value != 0 else { return "0" }
        var power = exponent(abs(value))
        var mantissa = value / pow(10, Double(power))
        if !mantissa.isFinite { mantissa = value * pow(10, Double(-power)) }
        var text = trimmed(fixed(mantissa, digits: digits))
        if text == "10" || text == "\u{2212}10" {
            power += 1
            text = text == "10" ? "1" : "\u{2212}1"
        }
        let factor = text == "1" ? "" : text == "\u{2212}1" ? "\u{2212}" : text + "×"
        return factor + "10" + superscript(power)
    }

    static func superscript(_ number: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        let text = String(String(abs(number)).compactMap { $0.wholeNumberValue.map { digits[$0] } })
        return number < 0 ? "⁻" + text : text
    }

    /// Without zeros at the end of the decimals.
    static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var kept = text[...]
        while kept.last == "0" { kept = kept.dropLast() }
        if kept.last == "." { kept = kept.dropLast() }
        return String(kept)
    }
}

extension NumberText {
    /// Binary logarithm, for files that do without Foundation.
    static func log2(_ value: Double) -> Double { Foundation.log2(value) }
}
