internal import CPangoCairo
import IFCore

/// Measures and draws text with Pango. Belongs to one picture and one task.
///
/// Pango's default font map is one per thread, so shapers on different threads share nothing; a picture is drawn
/// without suspending, so it stays on its thread. The pointers are owned: made in `init`, given back in `deinit`.
@safe final class TextShaper {
    /// The family that is used: the first of those wanted that is installed.
    let family: String

    private let context: OpaquePointer
    private let layout: OpaquePointer
    private let font: OpaquePointer
    private let unknown: UnknownCharacters
    /// What the layout holds, and the estimated width of the characters that it leaves out.
    private var current: (text: String, size: Double, isBold: Bool, estimate: Double)?
    private var widths: [Measured: Double] = [:]
    private var known: [Character: Bool] = [:]

    private struct Measured: Hashable {
        var text: String
        var size: Double
        var isBold: Bool
    }

    /// - Throws: ``IFError`` with code `missing-dependency` where none of the families is installed.
    init(families: [String], unknown: UnknownCharacters) throws {
        let map = unsafe pango_cairo_font_map_get_default()
        guard let map = unsafe map,
            let family = families.first(where: { unsafe pango_font_map_get_family(map, $0) != nil })
        else {
            throw IFError(
                .missingDependency,
                "None of the fonts \(families.joined(separator: ", ")) is installed, so charts cannot be lettered. "
                    + "Install one: apt-get install fonts-inter")
        }
        guard let context = unsafe pango_font_map_create_context(map), let layout = unsafe pango_layout_new(context),
            let font = unsafe pango_font_description_new()
        else { throw IFError(.missingDependency, "Pango gave no text layout; reinstall libpangocairo-1.0-0.") }
        // Unhinted and unrounded: a text has the same width on every surface and at every scale.
        let options = unsafe cairo_font_options_create()
        unsafe cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        unsafe cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        unsafe cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        unsafe pango_cairo_context_set_font_options(context, options)
        unsafe cairo_font_options_destroy(options)
        unsafe pango_context_set_round_glyph_positions(context, 0)
        unsafe pango_cairo_context_set_resolution(context, 96)
        unsafe pango_layout_set_single_paragraph_mode(layout, 1)
        unsafe pango_font_description_set_family(font, families.joined(separator: ","))
        unsafe self.context = context
        unsafe self.layout = layout
        unsafe self.font = font
        self.family = family
        self.unknown = unknown
    }

    deinit {
        unsafe pango_font_description_free(font)
        unsafe g_object_unref(UnsafeMutableRawPointer(layout))
        unsafe g_object_unref(UnsafeMutableRawPointer(context))
    }

    /// Width of one line of text, in the chart's units.
    func width(_ text: String, _ style: TextStyle) throws -> Double {
        let key = Measured(text: text, size: style.size, isBold: style.isBold)
        if let known = widths[key] { return known }
        let estimate = try shape(text, style)
        var logical = PangoRectangle()
        unsafe pango_layout_get_extents(layout, nil, &logical)
        let width = Double(logical.width) / Double(PANGO_SCALE) + estimate
        widths[key] = width
        return width
    }

    /// Draws on a Cairo context with the baseline's start at its origin.
    func show(_ text: String, _ style: TextStyle, on cairo: OpaquePointer) throws {
        _ = try shape(text, style)
        let baseline = unsafe Double(pango_layout_get_baseline(layout)) / Double(PANGO_SCALE)
        unsafe cairo_move_to(cairo, 0, -baseline)
        unsafe pango_cairo_show_layout(cairo, layout)
    }

    /// The text with spaces for control characters, and U+FFFD for what is no character and must not stand in XML.
    static func cleaned(_ text: String) -> String {
        func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
        func isNone(_ scalar: Unicode.Scalar) -> Bool { scalar.value == 0xFFFE || scalar.value == 0xFFFF }
        guard text.unicodeScalars.contains(where: { isControl($0) || isNone($0) }) else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { isControl($0) ? " " : isNone($0) ? "\u{FFFD}" : $0 }))
    }

    private func isKnown(_ character: Character) -> Bool {
        if let answer = known[character] { return answer }
        set(String(character), TextStyle(size: 12, color: Color(0)))
        let answer = unsafe pango_layout_get_unknown_glyphs_count(layout) == 0
        known[character] = answer
        return answer
    }

    /// Lays the text out; characters that no font has are refused, replaced, or left out.
    ///
    /// - Returns: The estimated width of what was left out.
    private func shape(_ text: String, _ style: TextStyle) throws -> Double {
        if let current, current.text == text, current.size == style.size, current.isBold == style.isBold {
            return current.estimate
        }
        set(text, style)
        var estimate = 0.0
        if unsafe pango_layout_get_unknown_glyphs_count(layout) != 0 {
            switch unknown.kind {
            case .reject: throw TextShaper.missing(in: text, isKnown: isKnown)
            case .replace: set(String(text.map { isKnown($0) ? $0 : "?" }), style)
            case .keep:
                estimate = text.reduce(0) { isKnown($1) ? $0 : $0 + TextShaper.emsOfUnknown($1) * style.size }
                set(text.filter(isKnown), style)
            }
        }
        current = (text, style.size, style.isBold, estimate)
        return estimate
    }

    private func set(_ text: String, _ style: TextStyle) {
        current = nil
        unsafe pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
        unsafe pango_font_description_set_weight(font, style.isBold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL)
        unsafe pango_layout_set_font_description(layout, font)
        unsafe pango_layout_set_text(layout, text, Int32(text.utf8.count))
    }
}
