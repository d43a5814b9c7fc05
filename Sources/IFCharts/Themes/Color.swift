import Foundation

/// A colour of sRGB with opacity. Components range from 0 to 1.
public struct Color: Sendable, Hashable {
    /// Red, gamma-encoded.
    public private(set) var red: Double
    /// Green, gamma-encoded.
    public private(set) var green: Double
    /// Blue, gamma-encoded.
    public private(set) var blue: Double
    /// Opacity.
    public private(set) var alpha: Double

    /// A colour by its components; those out of range are clamped.
    public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
        func clamped(_ value: Double) -> Double { value > 0 ? min(1, value) : 0 }
        self.red = clamped(red)
        self.green = clamped(green)
        self.blue = clamped(blue)
        self.alpha = clamped(alpha)
    }

    /// A colour as in HTML: `Color(0x3F90DA)`.
    public init(_ rgb: UInt32, alpha: Double = 1) {
        self.init(
            red: Double(rgb >> 16 & 255) / 255, green: Double(rgb >> 8 & 255) / 255, blue: Double(rgb & 255) / 255,
            alpha: alpha)
    }

    /// The same colour with its opacity multiplied.
    public func opacity(_ factor: Double) -> Color {
        Color(red: red, green: green, blue: blue, alpha: alpha * factor)
    }

    /// A mixture: 0 gives this colour, 1 the other. In gamma-encoded components.
    func mixed(with other: Color, _ share: Double) -> Color {
        Color(
            red: red + (other.red - red) * share, green: green + (other.green - green) * share,
            blue: blue + (other.blue - blue) * share, alpha: alpha + (other.alpha - alpha) * share)
    }

    /// Relative luminance as WCAG 2.2 defines it, 0 to 1. Opacity is not considered.
    public var luminance: Double {
        func linear(_ value: Double) -> Double {
            value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// Contrast ratio as WCAG 2.2 defines it, 1 to 21.
    public func contrast(with other: Color) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    /// "#3F90DA".
    var hex: String {
        let digits = Array("0123456789ABCDEF")
        return [red, green, blue].reduce(into: "#") { text, value in
            let byte = Int((value * 255).rounded())
            text.append(digits[byte >> 4])
            text.append(digits[byte & 15])
        }
    }
}
