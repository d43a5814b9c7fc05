/// Bars by columns: names and their values.
public struct BarPlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// Bars: names on one axis, numbers on the other.
    public init(x: PlotValues, y: PlotValues) { element = .plot(.bar, x: x, y: y) }
}

/// A line, or one line for each series, through the rows in their order.
public struct LinePlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// A line through the rows. Values that are not finite interrupt it.
    public init(x: PlotValues, y: PlotValues) { element = .plot(.line, x: x, y: y) }
}

/// A dot for each row; thousands of them are drawn as one picture, also within SVG and PDF.
public struct PointPlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// Dots at the rows. Rows with a value that is not finite are left out and counted under the chart.
    public init(x: PlotValues, y: PlotValues) { element = .plot(.point, x: x, y: y) }
}

/// The area between two lines: a confidence band.
public struct BandPlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// The area from `lower` to `upper` along `x`.
    ///
    /// - Precondition: `lower` and `upper` have the same count.
    public init(x: PlotValues, label: String, lower: [Double], upper: [Double]) {
        precondition(lower.count == upper.count, "one upper end for each lower end")
        element = .plot(.band, x: x, y: .values(label, lower))
        element.layer.yEnd = upper
    }
}

/// Intervals as lines with ends.
public struct ErrorBarPlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// Intervals from `lower` to `upper` at `x`.
    ///
    /// - Precondition: `lower` and `upper` have the same count.
    public init(x: PlotValues, label: String, lower: [Double], upper: [Double]) {
        precondition(lower.count == upper.count, "one upper end for each lower end")
        element = .plot(.errorBar, x: x, y: .values(label, lower))
        element.layer.yEnd = upper
    }
}

/// A table of numbers as coloured cells.
public struct HeatmapPlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// A cell for each pair of a row and a column.
    ///
    /// - Parameters:
    ///   - columns: Names along x.
    ///   - rows: Names along y, the first on top.
    ///   - values: Numbers, row by row; those that are not finite leave their cell blank.
    /// - Precondition: `values` has one number for each row and column; the names of each axis are distinct.
    public init(columns: PlotValues, rows: PlotValues, values: PlotValues) {
        let across = columns.column.categories ?? Categories([])
        let down = rows.column.categories ?? Categories([])
        precondition(across.names.count == columns.column.count, "columns are distinct names")
        precondition(down.names.count == rows.column.count, "rows are distinct names")
        precondition(values.column.count == across.names.count * down.names.count, "one value for each cell")
        let width = across.names.count
        var x: [Int32] = []
        var y: [Int32] = []
        for index in 0..<values.column.count {
            x.append(across.codes[index % width])
            y.append(down.codes[index / width])
        }
        element = .plot(
            .cell, x: .categories(columns.label, codes: x, names: across.names),
            y: .categories(rows.label, codes: y, names: down.names))
        element.layer.shade = values
    }
}

/// How often values fall into bins of equal width.
public struct HistogramPlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// What the height of a bin says. An open set: later versions may add heights.
    public struct Height: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case count, density, share }

        let kind: Kind

        /// How many values.
        public static let count = Height(kind: .count)
        /// The share of all counted values per unit of x: the areas sum to 1.
        public static let density = Height(kind: .density)
        /// The share of all counted values: the heights sum to 1.
        public static let share = Height(kind: .share)
    }

    /// Counts values in bins; all bins are half-open except the last, as in NumPy's `histogram`.
    ///
    /// Values outside the range are not counted; values that are not finite are left out and counted under the chart.
    ///
    /// - Parameters:
    ///   - values: Numbers.
    ///   - range: From the first bin's lower to the last bin's upper edge; nil spans the values.
    ///   - bins: How many bins, at least 1.
    ///   - height: What the height of a bin says.
    /// - Complexity: O(values).
    public init(_ values: PlotValues, in range: ClosedRange<Double>? = nil, bins: Int, height: Height = .density) {
        precondition(bins >= 1, "at least one bin")
        let finite = (values.column.continuous ?? []).filter(\.isFinite)
        var low = range?.lowerBound ?? finite.min() ?? 0
        var high = range?.upperBound ?? finite.max() ?? 1
        // Equal values, or so close that no bin fits between.
        if !(low < high) || !((high / 2 - low / 2) / Double(bins)).isNormal {
            let reach = max(0.5, abs(low) * 1e-6)
            (low, high) = (low - reach, high + reach)
        }
        let width = high / Double(bins) - low / Double(bins)
        var heights = [Double](repeating: 0, count: bins)
        var counted = 0.0
        for value in finite where value >= low && value <= high {
            // Halves, because the difference of extreme values is not finite.
            heights[min(bins - 1, Int((value / 2 - low / 2) / (width / 2)))] += 1
            counted += 1
        }
        let unit: Double =
            switch height.kind {
            case .count: 1
            case .density: counted > 0 ? 1 / (counted * width) : 1
            case .share: counted > 0 ? 1 / counted : 1
            }
        let name =
            switch height.kind {
            case .count: "Count"
            case .density: "Density"
            case .share: "Share"
            }
        let edges = (0...bins).map { $0 == bins ? high : low + Double($0) * width }
        element = .plot(
            .bin, x: .values(values.label, finite.isEmpty ? [] : Array(edges.dropLast())),
            y: .values(name, finite.isEmpty ? [] : heights.map { $0 * unit }))
        element.layer.xEnd = finite.isEmpty ? [] : Array(edges.dropFirst())
        element.layer.omitted = values.column.count - finite.count
    }
}

/// The share of values at or below x: the empirical cumulative distribution, as steps.
public struct ECDFPlot: ChartContent {
    /// The content as a chart keeps it.
    public var element: ChartElement

    /// The cumulative share over the distinct values.
    ///
    /// Values that are not finite are left out and counted under the chart.
    ///
    /// - Parameters:
    ///   - values: Numbers.
    ///   - range: Where the curve begins and ends; nil spans the values. The share counts all values.
    /// - Complexity: O(values · log values).
    public init(_ values: PlotValues, in range: ClosedRange<Double>? = nil) {
        let sorted = (values.column.continuous ?? []).filter(\.isFinite).sorted()
        var x: [Double] = []
        var y: [Double] = []
        let low = range?.lowerBound ?? sorted.first ?? 0
        let high = range?.upperBound ?? sorted.last ?? 1
        var before = 0
        var index = 0
        while index < sorted.count {
            let value = sorted[index]
            while index < sorted.count, sorted[index] == value { index += 1 }
            if value < low {
                before = index
            } else if value <= high {
                if x.isEmpty {
                    x.append(low)
                    y.append(Double(before) / Double(sorted.count))
                }
                x.append(value)
                y.append(Double(index) / Double(sorted.count))
            }
        }
        if let last = y.last {
            x.append(high)
            y.append(last)
        }
        element = .plot(.line, x: .values(values.label, x), y: .values("Cumulative share", y))
        element.layer.style.interpolation = .stepEnd
        element.layer.omitted = values.column.count - sorted.count
    }
}

extension ChartElement {
    fileprivate static func plot(_ geometry: Layer.Geometry, x: PlotValues, y: PlotValues) -> ChartElement {
        var layer = Layer(geometry: geometry)
        layer.x = x
        layer.y = y
        return ChartElement(layer: layer)
    }
}
