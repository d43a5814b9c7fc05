import FoundationEssentials

/// An SVG document with real text. Pango measures; the viewer's own fonts may draw.
final class SVGSurface: DrawingSurface {
    var pixelScale: Double? { nil }
    private let width: Double
    private let height: Double
    private let description: PictureDescription
    private var body = SVGWriter()
    private var definitions = 0

    init(width: Double, height: Double, description: PictureDescription) {
        self.width = width
        self.height = height
        self.description = description
    }

    /// The finished document.
    ///
    /// Ids begin with `prefix`, or else with a digest of the picture, so that different charts inlined into one page
    /// keep their own definitions.
    func finish(prefix: String?) -> [UInt8] {
        var document = SVGWriter()
        document.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        document.number(width)
        document.raw(" ")
        document.number(height)
        document.raw("\"")
        document.attribute("width", width)
        document.attribute("height", height)
        document.raw(" role=\"img\" aria-labelledby=\"")
        document.prefix()
        document.raw("-title ")
        document.prefix()
        document.raw("-desc\" font-family=\"")
        document.escaped(description.fontStack)
        document.raw("\">\n<title id=\"")
        document.prefix()
        document.raw("-title\">")
        document.escaped(description.title)
        document.raw("</title>\n<desc id=\"")
        document.prefix()
        document.raw("-desc\">")
        document.escaped(description.text)
        document.raw("</desc>\n")
        let all = document.bytes + body.bytes + Array("</svg>\n".utf8)
        let name = Array((prefix ?? SVGSurface.digest(all)).utf8)
        var result: [UInt8] = []
        result.reserveCapacity(all.count + 256)
        for byte in all {
            if byte == SVGWriter.prefixByte { result += name } else { result.append(byte) }
        }
        return result
    }

    /// 64 bits of FNV-1a, as an id.
    private static func digest(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "c" + String(hash, radix: 36)
    }

    func openGroup(_ name: String, label: String?) {
        body.raw("<g class=\"")
        body.escaped(name)
        if let label {
            body.raw("\" aria-label=\"")
            body.escaped(TextShaper.cleaned(label))
        }
        body.raw("\">\n")
    }

    func closeGroup() { body.raw("</g>\n") }

    func openClip(_ rect: Rect) {
        definitions += 1
        let number = String(definitions)
        body.raw("<clipPath id=\"")
        body.prefix()
        body.raw("-clip\(number)\"><rect")
        corners(rect)
        body.raw("/></clipPath>\n<g clip-path=\"url(#")
        body.prefix()
        body.raw("-clip\(number))\">\n")
    }

    func closeClip() { body.raw("</g>\n") }

    func fill(_ rect: Rect, _ color: Color, title: String?) {
        body.raw("<rect")
        corners(rect)
        body.paint("fill", color)
        close("rect", title)
    }

    func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ stroke: Stroke) {
        body.raw("<line")
        body.attribute("x1", x0)
        body.attribute("y1", y0)
        body.attribute("x2", x1)
        body.attribute("y2", y1)
        body.stroke(stroke)
        body.raw("/>\n")
    }

    func polyline(_ xs: [Double], _ ys: [Double], _ stroke: Stroke, _ interpolation: Interpolation) {
        body.raw("<path d=\"")
        for run in finiteRuns(xs, ys) {
            point("M", xs[run.lowerBound], ys[run.lowerBound])
            if run.count == 1 { body.raw("h0") }
            for index in run.dropFirst() {
                guard interpolation == .stepEnd else {
                    point("L", xs[index], ys[index])
                    continue
                }
                body.raw("H")
                body.number(xs[index])
                body.raw("V")
                body.number(ys[index])
            }
        }
        body.raw("\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\"")
        body.stroke(stroke)
        body.raw("/>\n")
    }

    func area(_ xs: [Double], _ lower: [Double], _ upper: [Double], _ color: Color) {
        body.raw("<path d=\"")
        for run in finiteRuns(xs, zip(lower, upper).map { $0.0.isFinite ? $0.1 : .nan }) {
            point("M", xs[run.lowerBound], lower[run.lowerBound])
            for index in run { point("L", xs[index], upper[index]) }
            for index in run.reversed() { point("L", xs[index], lower[index]) }
            body.raw("Z")
        }
        body.raw("\"")
        body.paint("fill", color)
        body.raw("/>\n")
    }

    func disc(_ x: Double, _ y: Double, radius: Double, _ color: Color, title: String?) {
        body.raw("<circle")
        body.attribute("cx", x)
        body.attribute("cy", y)
        body.attribute("r", radius)
        body.paint("fill", color)
        close("circle", title)
    }

    func text(
        _ text: String, _ x: Double, _ y: Double, _ style: TextStyle, _ anchor: TextAnchor, angle: Double
    ) throws {
        body.raw("<text")
        if angle == 0 {
            body.attribute("x", x)
            body.attribute("y", y + anchor.baseline(style.size))
        } else {
            body.raw(" transform=\"translate(")
            body.number(x)
            body.raw(" ")
            body.number(y)
            body.raw(") rotate(")
            body.number(angle)
            body.raw(")\"")
            body.attribute("y", anchor.baseline(style.size))
        }
        body.attribute("font-size", style.size)
        body.paint("fill", style.color)
        switch anchor.horizontal {
        case .start: break
        case .middle: body.raw(" text-anchor=\"middle\"")
        case .end: body.raw(" text-anchor=\"end\"")
        }
        if style.isBold { body.raw(" font-weight=\"600\"") }
        body.raw(">")
        body.escaped(text)
        body.raw("</text>\n")
    }

    func gradient(_ rect: Rect, _ colors: [Color]) {
        definitions += 1
        let number = String(definitions)
        body.raw("<linearGradient id=\"")
        body.prefix()
        body.raw("-ramp\(number)\">")
        for (index, color) in colors.enumerated() {
            body.raw("<stop")
            body.attribute("offset", Double(index) / Double(max(1, colors.count - 1)))
            body.paint("stop-color", color)
            body.raw("/>")
        }
        body.raw("</linearGradient>\n<rect")
        corners(rect)
        body.raw(" fill=\"url(#")
        body.prefix()
        body.raw("-ramp\(number))\"/>\n")
    }

    func picture(_ raster: Raster, in rect: Rect) throws {
        let png = try CairoBitmap.png(raster)
        body.raw("<image")
        corners(rect)
        body.raw(" preserveAspectRatio=\"none\" href=\"data:image/png;base64,")
        body.raw(Data(png).base64EncodedString())
        body.raw("\"/>\n")
    }

    private func corners(_ rect: Rect) {
        body.attribute("x", rect.x)
        body.attribute("y", rect.y)
        body.attribute("width", rect.width)
        body.attribute("height", rect.height)
    }

    private func point(_ command: StaticString, _ x: Double, _ y: Double) {
        body.raw(command)
        body.number(x)
        body.raw(" ")
        body.number(y)
    }

    private func close(_ element: StaticString, _ title: String?) {
        guard let title else {
            body.raw("/>\n")
            return
        }
        body.raw("><title>")
        body.escaped(title)
        body.raw("</title></")
        body.raw(element)
        body.raw(">\n")
    }
}

/// What stands for a picture where it is not seen.
struct PictureDescription {
    var title: String
    var text: String
    /// Families as CSS lists them.
    var fontStack: String
}
