extension Chart {
    /// The same chart as a Vega-Lite 5 specification, with its data, for notebooks and pages that draw with Vega.
    ///
    /// Shapes, scales, colours, order, facets, the form of numbers and the words at shapes correspond. Type sizes and the
    /// places of labels are Vega's own; words are not left out where they touch, and those within stacked bars, the outline
    /// of histograms and the caption are missing.
    ///
    /// - Parameters:
    ///   - theme: Colours; sizes and fonts are Vega's.
    /// - Returns: JSON on one line, keys in a fixed order. `<` is escaped, so that it may stand in a script element.
    /// - Throws: ``IFError`` where the chart's columns do not fit together, as ``render(_:_:)`` does.
    /// - Complexity: O(rows).
    public func vegaLite(theme: Theme = .light) throws -> String {
        var resolver = PlotResolver(self, theme: theme)
        let model = try resolver.resolve()
        var text = ""
        VegaLiteBuilder(chart: self, model: model, theme: theme).specification.write(to: &text)
        return text
    }
}
