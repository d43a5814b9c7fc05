import IFCore

/// A chart drawn for a page: as it asks for, and for narrow screens. The page's style shows one of them.
struct InlinePicture: Sendable {
    /// The chart as an SVG element.
    let wide: String
    /// The same for a phone; nil where the chart is narrow itself, or has more in it than a narrow form has room for.
    let narrow: String?
    /// Whether the chart is to scroll where the screen is narrower, because it has no form of its own for that.
    let scrolls: Bool

    init(_ chart: Chart, theme: Theme, idPrefix: String) throws {
        let narrowChart = chart.narrowed
        var drawn: String?
        if let narrowChart {
            do {
                drawn = try InlinePicture.element(narrowChart, theme, "\(idPrefix)-narrow", class: "narrow")
            } catch let error as IFError where error.code == .invalidArgument {
                // No room for its labels; a mistake in the chart itself is thrown again below.
                drawn = nil
            }
        }
        narrow = drawn
        scrolls = narrowChart != nil && drawn == nil
        wide = try InlinePicture.element(chart, theme, idPrefix, class: drawn == nil ? nil : "wide")
    }

    /// HTML knows SVG without its name space.
    private static func element(
        _ chart: Chart, _ theme: Theme, _ idPrefix: String, class name: String?
    ) throws -> String {
        try String(decoding: chart.render(.svg, RenderOptions(theme: theme, idPrefix: idPrefix)), as: UTF8.self)
            .replacing(
                " xmlns=\"http://www.w3.org/2000/svg\"", with: name.map { " class=\"\($0)\"" } ?? "",
                maxReplacements: 1)
    }
}
