extension Chart {
    /// The same chart as a Vega-Lite 5 specification, with its data, for notebooks and pages that draw with Vega.
    ///
    /// Shapes, scales, colours, order and facets correspond; type sizes and the places of labels are Vega's own.
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
