/// Something a chart draws: a mark of one value (``BarMark``, ``LineMark``, …) or a plot of columns (``PointPlot``,
/// ``HistogramPlot``, …).
///
/// The conforming types are those of this module; the protocol is public for the modifiers alone.
public protocol ChartContent: Sendable {
    /// The content as a chart keeps it.
    var element: ChartElement { get set }
}

/// The lowered form of marks and plots, which only this module can look into.
public struct ChartElement: Sendable {
    var layer: Layer
}

extension ChartContent {
    func changing(_ change: (inout Layer) -> Void) -> Self {
        var copy = self
        change(&copy.element.layer)
        return copy
    }

    func styled(_ change: (inout LayerStyle) -> Void) -> Self { changing { change(&$0.style) } }

    /// One colour for all, instead of the palette's.
    public func foregroundStyle(_ color: Color) -> Self { styled { $0.color = color } }

    /// The colour by a value: a name chooses from the palette, a number from the colour scale.
    public func foregroundStyle(by value: PlotValue) -> Self {
        changing { layer in
            let column = value.column.repeated(layer.count)
            let values = PlotValues(label: value.label, column: column)
            if column.categories == nil { layer.shade = values } else { layer.series = values }
        }
    }

    /// The colour of each row by a column: names choose from the palette, numbers from the colour scale.
    ///
    /// A column of another length than that of the plot is an error when the chart is drawn.
    public func foregroundStyle(by values: PlotValues) -> Self {
        changing { if values.column.categories == nil { $0.shade = values } else { $0.series = values } }
    }

    /// One small chart for each name, side by side.
    public func facet(by value: PlotValue) -> Self {
        changing {
            $0.facet = PlotValues(label: value.label, column: value.column.asCategories.repeated($0.count))
        }
    }

    /// One small chart for each name of the column, side by side.
    public func facet(by values: PlotValues) -> Self {
        changing { $0.facet = PlotValues(label: values.label, column: values.column.asCategories) }
    }

    /// How much covers what is beneath: 0 nothing, 1 all.
    public func opacity(_ opacity: Double) -> Self { styled { $0.opacity = min(1, max(0, opacity)) } }

    /// Width of lines and, where wanted, the lengths of dashes and gaps.
    public func lineStyle(width: Double, dash: [Double] = []) -> Self {
        styled {
            $0.lineWidth = width
            $0.dash = dash
        }
    }

    /// A dot on every point of a line.
    public func symbol() -> Self { styled { $0.hasSymbols = true } }

    /// Diameter of points, in the chart's units (a pixel at scale 1).
    ///
    /// - Precondition: The diameter is finite and not negative.
    public func symbolSize(_ diameter: Double) -> Self {
        precondition(diameter.isFinite && diameter >= 0, "a symbol's diameter is finite and not negative")
        return styled { $0.symbolSize = diameter }
    }

    /// How lines run between points.
    public func interpolation(_ interpolation: Interpolation) -> Self { styled { $0.interpolation = interpolation } }

    /// Where the bars of several series stand in one band.
    public func stacking(_ stacking: BarStacking) -> Self { styled { $0.stacking = stacking } }

    /// Writes the value at each bar or in each cell.
    public func annotation(_ format: NumberFormat) -> Self { styled { $0.annotation = format } }

    /// Writes a text at each point: names as they are, numbers as short as they can be.
    ///
    /// A text stands where it covers no other point or text, and is left out where there is no such place; in an SVG the
    /// point says it under the pointer all the same. Shapes other than points have no such texts.
    public func annotation(_ values: PlotValues) -> Self { changing { $0.labels = values } }

    /// Writes a text beside a rule.
    public func annotation(_ text: String) -> Self { styled { $0.label = text } }
}

extension PlotColumn {
    /// The first value, `count` times.
    fileprivate func repeated(_ count: Int) -> PlotColumn {
        guard self.count == 1, count != 1 else { return self }
        switch storage {
        case .numbers(let values): return .numbers(Array(repeating: values[0], count: count))
        case .times(let values): return .times(Array(repeating: values[0], count: count))
        case .categories(let values):
            let codes = Array(repeating: values.codes[0], count: count)
            return PlotColumn(storage: .categories(Categories(codes: codes, names: values.names)))
        }
    }

    /// Names as they are; numbers as their shortest text.
    fileprivate var asCategories: PlotColumn {
        guard let values = continuous else { return self }
        return .categories(values.map { NumberFormat.automatic.text($0) })
    }
}

/// Collects the contents of a chart.
@resultBuilder
public enum ChartBuilder {
    /// One mark or plot.
    public static func buildExpression(_ content: some ChartContent) -> [ChartElement] { [content.element] }
    /// Several contents in order, later ones on top.
    public static func buildBlock(_ parts: [ChartElement]...) -> [ChartElement] { parts.flatMap { $0 } }
    /// The contents of a loop.
    public static func buildArray(_ parts: [[ChartElement]]) -> [ChartElement] { parts.flatMap { $0 } }
    /// Contents that may be absent.
    public static func buildOptional(_ part: [ChartElement]?) -> [ChartElement] { part ?? [] }
    /// The first branch.
    public static func buildEither(first part: [ChartElement]) -> [ChartElement] { part }
    /// The second branch.
    public static func buildEither(second part: [ChartElement]) -> [ChartElement] { part }
}
