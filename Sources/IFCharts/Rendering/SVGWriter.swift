/// Bytes of an SVG document.
struct SVGWriter {
    private(set) var bytes: [UInt8] = []

    /// Stands for the chart's id prefix until the document is finished. Never in texts: control characters are
    /// replaced before.
    static let prefixByte: UInt8 = 1

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func prefix() { bytes.append(SVGWriter.prefixByte) }

    /// Text or an attribute's value, escaped.
    mutating func escaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): raw("&amp;")
            case UInt8(ascii: "<"): raw("&lt;")
            case UInt8(ascii: ">"): raw("&gt;")
            case UInt8(ascii: "\""): raw("&quot;")
            default: bytes.append(byte)
            }
        }
    }

    /// A number with at most two decimals.
    mutating func number(_ value: Double) {
        guard value.isFinite, abs(value) < 1e12 else {
            raw("0")
            return
        }
        let hundredths = Int((value * 100).rounded())
        if hundredths < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = abs(hundredths)
        raw(String(magnitude / 100))
        let rest = magnitude % 100
        if rest != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0") + UInt8(rest / 10))
            if rest % 10 != 0 { bytes.append(UInt8(ascii: "0") + UInt8(rest % 10)) }
        }
    }

    /// ` name="number"`.
    mutating func attribute(_ name: StaticString, _ value: Double) {
        raw(" ")
        raw(name)
        raw("=\"")
        number(value)
        raw("\"")
    }

    /// ` fill="#…"` and opacity.
    mutating func paint(_ name: StaticString, _ color: Color) {
        raw(" ")
        raw(name)
        raw("=\"")
        raw(color.hex)
        raw("\"")
        if color.alpha < 1 {
            raw(" ")
            raw(name)
            raw("-opacity=\"")
            number(color.alpha)
            raw("\"")
        }
    }

    mutating func stroke(_ stroke: Stroke) {
        paint("stroke", stroke.color)
        attribute("stroke-width", stroke.width)
        guard !stroke.dash.isEmpty else { return }
        raw(" stroke-dasharray=\"")
        for (index, length) in stroke.dash.enumerated() {
            if index > 0 { raw(" ") }
            number(length)
        }
        raw("\"")
    }
}
