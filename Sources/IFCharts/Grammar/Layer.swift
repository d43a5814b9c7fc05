/// What one layer of a chart draws: columns of equal length and a style. Marks and plots are lowered to layers.
struct Layer: Sendable {
    /// The shape that a row becomes.
    enum Geometry: String, Sendable, Hashable {
        /// From zero to the value, in the band of a name.
        case bar
        case line
        case point
        /// The area from `y` to `yEnd`.
        case band
        /// The cell at two names.
        case cell
        /// From zero to `y` over `x` … `xEnd`: a histogram's bin.
        case bin
        /// From `y` to `yEnd` at `x`.
        case errorBar
        /// Across the whole plot at `x`.
        case verticalRule
        /// Across the whole plot at `y`.
        case horizontalRule
    }

    var geometry: Geometry
    var x: PlotValues?
    var y: PlotValues?
    var xEnd: [Double]?
    var yEnd: [Double]?
    var series: PlotValues?
    var shade: PlotValues?
    var facet: PlotValues?
    /// A text at each point.
    var labels: PlotValues?
    var style = LayerStyle()
    /// Whether it came from a mark of one value, which may be joined with its neighbours.
    var isSingle = false
    /// What was left out before the chart was made (values that are not finite in a histogram, say).
    var omitted = 0

    var count: Int { x?.column.count ?? y?.column.count ?? 0 }

    /// Takes in a following mark of one value that differs in its values only; false where it differs otherwise.
    mutating func join(_ next: Layer) -> Bool {
        guard isSingle, next.isSingle, geometry == next.geometry, style == next.style,
            geometry != .verticalRule, geometry != .horizontalRule
        else { return false }
        let pairs = [
            (x, next.x), (y, next.y), (series, next.series), (shade, next.shade), (facet, next.facet),
            (labels, next.labels),
        ]
        for (mine, theirs) in pairs where !PlotValues.canJoin(mine, theirs) { return false }
        guard (xEnd == nil) == (next.xEnd == nil), (yEnd == nil) == (next.yEnd == nil) else { return false }
        PlotValues.join(&x, next.x)
        PlotValues.join(&y, next.y)
        PlotValues.join(&series, next.series)
        PlotValues.join(&shade, next.shade)
        PlotValues.join(&facet, next.facet)
        PlotValues.join(&labels, next.labels)
        if let more = next.xEnd { xEnd?.append(contentsOf: more) }
        if let more = next.yEnd { yEnd?.append(contentsOf: more) }
        return true
    }
}

extension PlotValues {
    fileprivate static func canJoin(_ mine: PlotValues?, _ theirs: PlotValues?) -> Bool {
        switch (mine, theirs) {
        case (nil, nil): true
        case (let mine?, let theirs?):
            mine.label == theirs.label
                && (mine.column.categories == nil) == (theirs.column.categories == nil)
                && mine.column.isTime == theirs.column.isTime
        default: false
        }
    }

    /// Only after `canJoin`.
    fileprivate static func join(_ mine: inout PlotValues?, _ theirs: PlotValues?) {
        guard let theirs else { return }
        _ = mine?.column.append(theirs.column)
    }
}

/// How the shapes of a layer look.
struct LayerStyle: Sendable, Hashable {
    var color: Color?
    var opacity: Double?
    var lineWidth: Double?
    var dash: [Double] = []
    var hasSymbols = false
    /// Diameter of points.
    var symbolSize: Double?
    var interpolation = Interpolation.linear
    var stacking = BarStacking.grouped
    var annotation: NumberFormat?
    /// A text beside a rule.
    var label: String?
}

/// How a line runs from one point to the next. An open set: later versions may add ways.
public struct Interpolation: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case linear, stepEnd }

    let kind: Kind

    /// Straight.
    public static let linear = Interpolation(kind: .linear)
    /// Level until the next point, then up or down: a cumulative distribution.
    public static let stepEnd = Interpolation(kind: .stepEnd)
}

/// Where the bars of several series stand in one band. An open set: later versions may add places.
public struct BarStacking: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case grouped, stacked }

    let kind: Kind

    /// Side by side.
    public static let grouped = BarStacking(kind: .grouped)
    /// On top of one another; negative values downwards.
    public static let stacked = BarStacking(kind: .stacked)
}
