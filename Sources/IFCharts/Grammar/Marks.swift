/// A bar from zero to a value, in the band of a name. The axis that has the numbers decides whether bars stand or lie.
public struct BarMark: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// A bar: a name on one axis, a number on the other.
    public init(x: PlotValue, y: PlotValue) { element = .single(.bar, x: x, y: y) }
}

/// A point of a line; points of the same series are joined in the order in which they are given.
public struct LineMark: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// A point of a line. A value that is not finite interrupts the line.
    public init(x: PlotValue, y: PlotValue) { element = .single(.line, x: x, y: y) }
}

/// A dot.
public struct PointMark: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// A dot at two values.
    public init(x: PlotValue, y: PlotValue) { element = .single(.point, x: x, y: y) }
}

/// A filled cell at two names; colour it by a number with `foregroundStyle(by:)`.
public struct RectangleMark: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// The cell of a column and a row.
    public init(x: PlotValue, y: PlotValue) { element = .single(.cell, x: x, y: y) }
}

/// An interval of a value, such as a 95 % confidence interval, as a line with ends.
public struct ErrorBarMark: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// An interval at `x` from `lower` to `upper`; beside grouped bars of the same series it stands on its bar.
    ///
    /// - Parameters:
    ///   - x: Where it stands.
    ///   - label: What is measured.
    ///   - lower: Lower end.
    ///   - upper: Upper end.
    public init(x: PlotValue, label: String, lower: Double, upper: Double) {
        element = .single(.errorBar, x: x, y: .value(label, lower))
        element.layer.yEnd = [upper]
    }
}

/// A line across the whole plot: a threshold, a mean.
public struct RuleMark: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// A level line.
    public init(y: PlotValue) { element = .single(.horizontalRule, x: nil, y: y) }
    /// An upright line.
    public init(x: PlotValue) { element = .single(.verticalRule, x: x, y: nil) }
}

extension ChartElement {
    fileprivate static func single(_ geometry: Layer.Geometry, x: PlotValue?, y: PlotValue?) -> ChartElement {
        var layer = Layer(geometry: geometry)
        layer.x = x.map { PlotValues(label: $0.label, column: $0.column) }
        layer.y = y.map { PlotValues(label: $0.label, column: $0.column) }
        layer.isSingle = true
        return ChartElement(layer: layer)
    }
}
