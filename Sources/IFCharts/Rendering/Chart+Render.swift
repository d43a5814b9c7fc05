public import FoundationEssentials
import IFCore

extension Chart {
    /// Draws the chart.
    ///
    /// Synchronous and without shared state: call it from as many tasks as you like. The same chart and options give
    /// the same bytes on one kind of machine with the same fonts.
    ///
    /// - Parameters:
    ///   - format: PNG, SVG or PDF.
    ///   - options: Size and look.
    /// - Returns: The file.
    /// - Throws: ``IFError`` with code `invalid-argument` (columns of unequal length, a size without room for the
    ///   labels, values a log axis cannot show), `type-mismatch` (names and numbers on one axis) or
    ///   `missing-dependency` (no font, or none with a label's characters, which an SVG does not need).
    /// - Complexity: O(rows · log rows), and O(pixels) for a bitmap.
    public func render(_ format: ImageFormat, _ options: RenderOptions = RenderOptions()) throws -> Data {
        let width = options.width ?? frame.width ?? 800
        let height = options.height ?? frame.height ?? 480
        try Chart.check(width, height, options, format)
        let shaper = try TextShaper(
            families: options.theme.fontFamilies, unknown: format == .svg ? .keep : options.unknownCharacters)
        let letters = Lettering(shaper: shaper, theme: options.theme)
        var resolver = PlotResolver(self, theme: options.theme)
        let model = try resolver.resolve()
        var layouter = ChartLayouter(chart: self, model: model, letters: letters, width: width, height: height)
        let layout = try layouter.make()
        func paint(on surface: any DrawingSurface) throws {
            try ChartPainter(chart: self, model: model, layout: layout, letters: letters, surface: surface).paint()
        }
        switch format {
        case .svg:
            let description = PictureDescription(
                title: TextShaper.cleaned(title ?? "Chart"),
                text: TextShaper.cleaned(summary ?? ChartSummary(chart: self, model: model).text),
                fontStack: options.theme.fontFamilies.joined(separator: ", ") + ", sans-serif")
            let surface = SVGSurface(width: width, height: height, description: description)
            try paint(on: surface)
            return Data(surface.finish(prefix: options.idPrefix))
        case .pdf:
            let output = CairoSurface.Output.pdf(created: "1970-01-01T00:00:00Z", title: title ?? "Chart")
            let surface = try CairoSurface(output, width: width, height: height, scale: 1, shaper: shaper)
            try paint(on: surface)
            return Data(try surface.finish())
        default:
            let surface = try CairoSurface(.png, width: width, height: height, scale: options.scale, shaper: shaper)
            try paint(on: surface)
            return Data(try surface.finish())
        }
    }

    private static func check(
        _ width: Double, _ height: Double, _ options: RenderOptions, _ format: ImageFormat
    ) throws {
        let scale = format == .png ? options.scale : 1
        guard scale > 0, width >= 1, height >= 1, width * scale <= 30_000, height * scale <= 30_000 else {
            throw IFError(
                .invalidArgument,
                "A chart of \(width) × \(height) at scale \(scale) cannot be drawn; give 1 to 30,000 pixels each way.")
        }
        guard let prefix = options.idPrefix else { return }
        let isValid =
            prefix.utf8.allSatisfy {
                ($0 | 32 >= UInt8(ascii: "a") && $0 | 32 <= UInt8(ascii: "z"))
                    || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            } && prefix.first?.isLetter == true
        guard isValid else {
            throw IFError(
                .invalidArgument,
                "The id prefix of an SVG begins with a letter and holds letters, digits, - and _ only.", key: "idPrefix"
            )
        }
    }
}

/// A size that a chart asks for.
struct ChartFrame: Sendable {
    var width: Double?
    var height: Double?
}

extension Chart {
    /// The size at which the chart is drawn where the caller of ``render(_:_:)`` names none.
    public func frame(width: Double? = nil, height: Double? = nil) -> Chart {
        changing { $0.frame = ChartFrame(width: width, height: height) }
    }
}
