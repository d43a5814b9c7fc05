internal import CPangoCairo
import IFCore

/// A bitmap or a PDF page, drawn by Cairo. It owns its surface and context, and hands them to nobody.
@safe final class CairoSurface: DrawingSurface {
    enum Output { case png, pdf(created: String, title: String) }

    let pixelScale: Double?
    private let shaper: TextShaper
    private let surface: OpaquePointer
    private let cairo: OpaquePointer
    private let sink = ByteSink()
    private let isBitmap: Bool

    /// - Parameters:
    ///   - output: What to write.
    ///   - width: Width in the chart's units.
    ///   - height: Height in the chart's units.
    ///   - scale: Pixels per unit of a bitmap. A page has 0.75 points per unit.
    init(_ output: Output, width: Double, height: Double, scale: Double, shaper: TextShaper) throws {
        self.shaper = shaper
        let created: OpaquePointer?
        switch output {
        case .png:
            isBitmap = true
            pixelScale = scale
            unsafe created = cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32((width * scale).rounded()), Int32((height * scale).rounded()))
        case .pdf(let date, let title):
            isBitmap = false
            pixelScale = nil
            unsafe created = cairo_pdf_surface_create_for_stream(
                ByteSink.write, sink.context, width * 0.75, height * 0.75)
            // Cairo would write the time of day.
            unsafe cairo_pdf_surface_set_metadata(created, CAIRO_PDF_METADATA_CREATE_DATE, date)
            unsafe cairo_pdf_surface_set_metadata(created, CAIRO_PDF_METADATA_TITLE, title)
        }
        unsafe try CairoBitmap.check(cairo_surface_status(created))
        guard let created = unsafe created, let context = unsafe cairo_create(created) else {
            throw IFError(.inputOutput, "Cairo gave no surface to draw the chart on.")
        }
        unsafe surface = created
        unsafe cairo = context
        let unit = isBitmap ? scale : 0.75
        unsafe cairo_scale(context, unit, unit)
    }

    deinit {
        unsafe cairo_destroy(cairo)
        unsafe cairo_surface_destroy(surface)
    }

    /// The finished file.
    func finish() throws -> [UInt8] {
        unsafe try CairoBitmap.check(cairo_status(cairo))
        if isBitmap {
            unsafe cairo_surface_flush(surface)
            let height = unsafe Int(cairo_image_surface_get_height(surface))
            let stride = unsafe Int(cairo_image_surface_get_stride(surface))
            guard let data = unsafe cairo_image_surface_get_data(surface) else {
                throw IFError(.inputOutput, "Cairo gave no pixels of the chart")
            }
            return try unsafe PNGEncoder.encode(
                UnsafeRawBufferPointer(start: data, count: height * stride),
                width: Int(cairo_image_surface_get_width(surface)), height: height, stride: stride)
        } else {
            unsafe cairo_surface_finish(surface)
            unsafe try CairoBitmap.check(cairo_surface_status(surface))
        }
        return sink.bytes
    }

    func openGroup(_ name: String, label: String?) {}
    func closeGroup() {}

    func openClip(_ rect: Rect) {
        unsafe cairo_save(cairo)
        unsafe cairo_rectangle(cairo, rect.x, rect.y, rect.width, rect.height)
        unsafe cairo_clip(cairo)
    }

    func closeClip() { unsafe cairo_restore(cairo) }

    func fill(_ rect: Rect, _ color: Color, title: String?) {
        set(color)
        unsafe cairo_rectangle(cairo, rect.x, rect.y, rect.width, rect.height)
        unsafe cairo_fill(cairo)
    }

    func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ stroke: Stroke) {
        set(stroke)
        unsafe cairo_move_to(cairo, x0, y0)
        unsafe cairo_line_to(cairo, x1, y1)
        unsafe cairo_stroke(cairo)
    }

    func polyline(_ xs: [Double], _ ys: [Double], _ stroke: Stroke, _ interpolation: Interpolation) {
        set(stroke)
        unsafe cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
        unsafe cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND)
        for run in finiteRuns(xs, ys) {
            unsafe cairo_move_to(cairo, xs[run.lowerBound], ys[run.lowerBound])
            // A lone point would leave no trace otherwise.
            if run.count == 1 { unsafe cairo_line_to(cairo, xs[run.lowerBound], ys[run.lowerBound]) }
            for index in run.dropFirst() {
                if interpolation == .stepEnd { unsafe cairo_line_to(cairo, xs[index], ys[index - 1]) }
                unsafe cairo_line_to(cairo, xs[index], ys[index])
            }
        }
        unsafe cairo_stroke(cairo)
        unsafe cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT)
    }

    func area(_ xs: [Double], _ lower: [Double], _ upper: [Double], _ color: Color) {
        set(color)
        for run in finiteRuns(xs, zip(lower, upper).map { $0.0.isFinite ? $0.1 : .nan }) {
            unsafe cairo_move_to(cairo, xs[run.lowerBound], lower[run.lowerBound])
            for index in run { unsafe cairo_line_to(cairo, xs[index], upper[index]) }
            for index in run.reversed() { unsafe cairo_line_to(cairo, xs[index], lower[index]) }
            unsafe cairo_close_path(cairo)
        }
        unsafe cairo_fill(cairo)
    }

    func disc(_ x: Double, _ y: Double, radius: Double, _ color: Color, title: String?) {
        set(color)
        unsafe cairo_new_sub_path(cairo)
        unsafe cairo_arc(cairo, x, y, radius, 0, 2 * .pi)
        unsafe cairo_fill(cairo)
    }

    func text(
        _ text: String, _ x: Double, _ y: Double, _ style: TextStyle, _ anchor: TextAnchor, angle: Double
    ) throws {
        let width = try shaper.width(text, style)
        let offset: Double =
            switch anchor.horizontal {
            case .start: 0
            case .middle: -width / 2
            case .end: -width
            }
        unsafe cairo_save(cairo)
        unsafe cairo_translate(cairo, x, y)
        if angle != 0 { unsafe cairo_rotate(cairo, angle * .pi / 180) }
        unsafe cairo_translate(cairo, offset, anchor.baseline(style.size))
        set(style.color)
        unsafe try shaper.show(text, style, on: cairo)
        unsafe cairo_restore(cairo)
    }

    func gradient(_ rect: Rect, _ colors: [Color]) {
        let pattern = unsafe cairo_pattern_create_linear(rect.x, 0, rect.maxX, 0)
        for (index, color) in colors.enumerated() {
            unsafe cairo_pattern_add_color_stop_rgb(
                pattern, Double(index) / Double(max(1, colors.count - 1)), color.red, color.green, color.blue)
        }
        unsafe cairo_set_source(cairo, pattern)
        unsafe cairo_rectangle(cairo, rect.x, rect.y, rect.width, rect.height)
        unsafe cairo_fill(cairo)
        unsafe cairo_pattern_destroy(pattern)
    }

    func picture(_ raster: Raster, in rect: Rect) throws {
        var raster = raster
        let (width, height) = (Int32(raster.width), Int32(raster.height))
        unsafe raster.pixels.withUnsafeMutableBytes { bytes in
            let image = unsafe cairo_image_surface_create_for_data(
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), CAIRO_FORMAT_ARGB32, width, height, width * 4)
            unsafe cairo_save(cairo)
            unsafe cairo_translate(cairo, rect.x, rect.y)
            unsafe cairo_scale(cairo, rect.width / Double(width), rect.height / Double(height))
            unsafe cairo_set_source_surface(cairo, image, 0, 0)
            unsafe cairo_paint(cairo)
            unsafe cairo_restore(cairo)
            // A PDF keeps a copy of the pixels before they go away.
            unsafe cairo_surface_finish(image)
            unsafe cairo_surface_destroy(image)
        }
    }

    private func set(_ color: Color) {
        unsafe cairo_set_source_rgba(cairo, color.red, color.green, color.blue, color.alpha)
    }

    private func set(_ stroke: Stroke) {
        set(stroke.color)
        unsafe cairo_set_line_width(cairo, stroke.width)
        unsafe cairo_set_dash(cairo, stroke.dash, Int32(stroke.dash.count), 0)
    }
}
