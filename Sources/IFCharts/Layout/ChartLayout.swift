import IFCore

/// Where everything of a chart stands. From the top: titles, legend, name of y, panels, name of x, caption; nothing is
/// drawn before everything has been measured.
struct ChartLayout {
    /// A line of text with the middle of its height.
    struct Line {
        var text: String
        var y: Double
        var style: TextStyle
    }

    /// One plot area with its scales and labels.
    struct Panel {
        var plot: Rect
        var title: String?
        var x: PositionScale
        var y: PositionScale
        var xLabels: AxisLabels
        var yLabels: AxisLabels
        var showsX: Bool
        var showsY: Bool
    }

    var width: Double
    var height: Double
    var header: [Line] = []
    var legend = LegendLayout()
    var legendTop = 0.0
    var colorBar: Rect?
    var colorName: Line?
    var yName: Line?
    var xName: (text: String, x: Double, y: Double)?
    var footer: [Line] = []
    var panels: [Panel] = []

    static let margin = 18.0
    static let tickGap = 8.0
    static let panelGap = 22.0
}

/// Measures and places; see ``ChartLayout``.
struct ChartLayouter {
    let chart: Chart
    let model: PlotModel
    let letters: Lettering
    private var layout: ChartLayout

    init(chart: Chart, model: PlotModel, letters: Lettering, width: Double, height: Double) {
        self.chart = chart
        self.model = model
        self.letters = letters
        layout = ChartLayout(width: width, height: height)
    }

    /// - Throws: ``IFError`` where the size leaves no room for the plot.
    mutating func make() throws -> ChartLayout {
        let margin = ChartLayout.margin
        let inner = layout.width - 2 * margin
        var top = margin - 2
        top = try addHeader(top, inner)
        top = try addLegend(top, inner)
        let bottom = try addFooter(inner)
        try addPanels(top, bottom)
        return layout
    }

    private mutating func addHeader(_ start: Double, _ inner: Double) throws -> Double {
        var top = start
        func add(_ text: String?, _ style: TextStyle, _ spacing: Double, atMost count: Int) throws {
            guard let text, !text.isEmpty else { return }
            for line in try letters.lines(text, style, within: inner, atMost: count) {
                let step = style.size * spacing
                layout.header.append(ChartLayout.Line(text: line, y: top + step / 2, style: style))
                top += step
            }
        }
        try add(chart.title, letters.title, 1.35, atMost: 3)
        try add(chart.subtitle, letters.subtitle, 1.45, atMost: 3)
        return layout.header.isEmpty ? top : top + 6
    }

    private mutating func addLegend(_ start: Double, _ inner: Double) throws -> Double {
        guard chart.showsLegend, !model.isEmpty else { return start }
        var top = start
        if !model.seriesNames.isEmpty {
            layout.legend = try LegendLayout.make(
                label: model.seriesLabel, names: model.seriesNames, width: inner, letters)
            layout.legendTop = top
            top += layout.legend.height + 6
        }
        if let shade = model.shade {
            let label = try letters.fitted(shade.label, letters.strong, within: inner)
            let width = label.isEmpty ? 0 : try letters.width(label, letters.strong)
            // Beside the bar where there is room, else above.
            let isAbove = width > inner / 2
            let row = letters.theme.labelSize * 1.5
            layout.colorName = ChartLayout.Line(text: label, y: top + (isAbove ? row / 2 : 9), style: letters.strong)
            if isAbove { top += row }
            let left = ChartLayout.margin + (isAbove || label.isEmpty ? 0 : width + 20)
            let room = min(240, layout.width - ChartLayout.margin - left - 20)
            layout.colorBar = Rect(x: left, y: top + 4, width: max(40, room), height: 10)
            top += 10 + letters.theme.tickSize * 1.7 + 10
        }
        return top
    }

    private mutating func addFooter(_ inner: Double) throws -> Double {
        var texts: [String] = []
        if let caption = chart.caption { texts.append(caption) }
        if model.omitted > 0 {
            let values = model.omitted == 1 ? "value is" : "values are"
            texts.append("\(NumberText.fixed(Double(model.omitted), digits: 0)) \(values) not finite and not shown.")
        }
        let style = letters.caption
        let lines = try texts.flatMap { try letters.lines($0, style, within: inner, atMost: 2) }
        let step = style.size * 1.4
        var top = layout.height - 12 - Double(lines.count) * step
        let bottom = lines.isEmpty ? layout.height - 14 : top - 6
        for line in lines {
            layout.footer.append(ChartLayout.Line(text: line, y: top + step / 2, style: style))
            top += step
        }
        return bottom
    }

    private mutating func addPanels(_ start: Double, _ end: Double) throws {
        let grid = PanelGrid(count: model.panels.count, columns: chart.facets.columns, sharesY: chart.facets.sharesY)
        let xText = try letters.fitted(model.xLabel, letters.label, within: layout.width * 0.8)
        let top = try addYName(start) + letters.theme.tickSize * 0.6
        let bottom = xText.isEmpty ? end : end - letters.theme.labelSize * 1.7
        let header = model.panels[0].title == nil ? 0 : letters.theme.labelSize * 1.8
        let columns = try measureColumns(grid, height: (bottom - top) / Double(grid.rows) - header - 30)
        let below = columns.below
        let rowExtra = grid.sharesX ? 0 : below.depth + 6
        let rowGap = ChartLayout.panelGap / 2 + rowExtra
        let inner = bottom - top - below.depth - 6
        let rowHeight = (inner - Double(grid.rows) * header - Double(grid.rows - 1) * rowGap) / Double(grid.rows)
        try checkRoom(rowHeight, 30, "high")
        for (index, panel) in model.panels.enumerated() {
            let plot = Rect(
                x: columns.left + Double(index % grid.columns) * columns.step,
                y: top + header + Double(index / grid.columns) * (rowHeight + header + rowGap),
                width: columns.width, height: rowHeight)
            try layout.panels.append(place(panel, plot, grid, index, columns.limit))
        }
        if !xText.isEmpty { try addXName(xText, from: columns.left, bottom) }
    }

    /// Writes the name of y; gives where it ends.
    private mutating func addYName(_ top: Double) throws -> Double {
        let text = try letters.fitted(model.yLabel, letters.label, within: layout.width * 0.7)
        guard !text.isEmpty else { return top }
        let line = letters.theme.labelSize * 1.7
        layout.yName = ChartLayout.Line(text: text, y: top + line / 2 - 2, style: letters.label)
        return top + line
    }

    /// Writes the name of x under the middle of the panels, within the picture.
    private mutating func addXName(_ text: String, from firstPlot: Double, _ bottom: Double) throws {
        let left = ChartLayout.margin
        let last = layout.panels[layout.panels.count - 1].plot
        let middle = (firstPlot + max(last.maxX, layout.panels[0].plot.maxX)) / 2
        let half = try letters.width(text, letters.label) / 2
        let x = min(max(middle, left + half), layout.width - left - half)
        layout.xName = (text, x, bottom + letters.theme.labelSize * 0.85)
    }

    /// Where the columns of panels stand and what is written under them.
    private struct Columns {
        /// Left edge of the first plot.
        var left: Double
        var width: Double
        /// From one plot to the next.
        var step: Double
        var below: AxisLabels
        /// Width that a label beside a plot may have.
        var limit: Double
    }

    /// Widths depend on labels, whose number depends on heights: heights come first, with a guess for what is below.
    private func measureColumns(_ grid: PanelGrid, height: Double) throws -> Columns {
        let count = Double(grid.columns)
        let limit = layout.width * 0.38 / (chart.facets.sharesY ? 1 : count)
        var leftLabels = 0.0
        for panel in model.panels {
            var y = panel.y
            (y.start, y.end) = y.isBand ? (0, max(20, height)) : (max(20, height), 0)
            let labels = try AxisLabels.beside(y, format: chart.y.format, letters, within: limit)
            leftLabels = max(leftLabels, labels.depth)
        }
        leftLabels += ChartLayout.tickGap
        let left = ChartLayout.margin
        var right = layout.width - left
        var below = AxisLabels()
        var width = 0.0
        var lead = 0.0
        for _ in 0..<2 {
            let spare = (leftLabels + lead) * (chart.facets.sharesY ? 1 : count)
            width = (right - left - spare - (count - 1) * ChartLayout.panelGap) / count
            try checkRoom(width, 40, "wide")
            var x = model.x
            (x.start, x.end) = (0, width)
            below = try AxisLabels.below(x, format: chart.x.format, letters)
            // The last label may reach out to the right, a turned one to the left.
            if below.angle == 0, let last = below.labels.last {
                let half = try letters.width(last.text, letters.tick) / 2
                right = min(right, layout.width - 8 - max(0, last.position + half - width))
            } else if let first = below.labels.first {
                let reach = try letters.width(first.text, letters.name) * 0.7071 + 4 - first.position
                lead = max(0, reach - leftLabels - left + 6)
            }
        }
        let between = ChartLayout.panelGap + (chart.facets.sharesY ? 0 : leftLabels + lead)
        return Columns(left: left + leftLabels + lead, width: width, step: width + between, below: below, limit: limit)
    }

    private func place(
        _ panel: PlotModel.Panel, _ plot: Rect, _ grid: PanelGrid, _ index: Int, _ limit: Double
    ) throws -> ChartLayout.Panel {
        var x = model.x
        (x.start, x.end) = (plot.x, plot.maxX)
        var y = panel.y
        (y.start, y.end) = y.isBand ? (plot.y, plot.maxY) : (plot.maxY, plot.y)
        return ChartLayout.Panel(
            plot: plot,
            title: try panel.title.map { try letters.fitted($0, letters.strong, within: plot.width) },
            x: x, y: y,
            xLabels: try AxisLabels.below(x, format: chart.x.format, letters),
            yLabels: try AxisLabels.beside(y, format: chart.y.format, letters, within: limit),
            showsX: index + grid.columns >= model.panels.count,
            showsY: !chart.facets.sharesY || index % grid.columns == 0)
    }

    private func checkRoom(_ found: Double, _ needed: Double, _ direction: String) throws {
        guard found < needed else { return }
        throw IFError(
            .invalidArgument,
            "A chart of \(Int(layout.width)) × \(Int(layout.height)) is not \(direction) enough for its titles and "
                + "labels; give it at least \(Int((needed - found).rounded(.up)) + 10) more.")
    }
}

/// How panels stand in rows and columns.
struct PanelGrid {
    var rows: Int
    var columns: Int
    /// Whether only the lowest panel of a column has labels at x.
    var sharesX = true

    init(count: Int, columns wanted: Int?, sharesY: Bool) {
        let natural = count <= 3 ? count : count == 4 ? 2 : count <= 9 ? 3 : 4
        columns = max(1, min(count, wanted ?? natural))
        rows = max(1, (count + columns - 1) / columns)
    }
}
