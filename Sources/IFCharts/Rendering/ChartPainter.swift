/// Draws a laid-out chart on a surface.
struct ChartPainter {
    let chart: Chart
    let model: PlotModel
    let layout: ChartLayout
    let letters: Lettering
    let surface: any DrawingSurface

    var theme: Theme { letters.theme }

    func paint() throws {
        let whole = Rect(x: 0, y: 0, width: layout.width, height: layout.height)
        surface.fill(whole, theme.background, title: nil)
        try surface.group("titles") {
            for line in layout.header { try text(line) }
        }
        try paintLegend()
        if let name = layout.yName { try surface.group("axis-name y") { try text(name) } }
        for panel in zip(model.panels, layout.panels) {
            try surface.group("panel", label: panel.0.title) { try paint(panel.0, panel.1) }
        }
        if let name = layout.xName {
            try surface.group("axis-name x") {
                try surface.text(name.text, name.x, name.y, letters.label, .center, angle: 0)
            }
        }
        try surface.group("caption") {
            for line in layout.footer { try text(line) }
        }
    }

    private func text(_ line: ChartLayout.Line) throws {
        try surface.text(line.text, ChartLayout.margin, line.y, line.style, TextAnchor(), angle: 0)
    }

    // MARK: - Panels

    private func paint(_ panel: PlotModel.Panel, _ place: ChartLayout.Panel) throws {
        let plot = place.plot
        if let title = place.title {
            let y = plot.y - theme.labelSize
            try surface.text(title, plot.x, y, letters.strong, TextAnchor(), angle: 0)
        }
        let isTable = !panel.layers.isEmpty && panel.layers.allSatisfy { $0.geometry == .cell }
        if !isTable { paintGrid(panel, place) }
        guard panel.layers.contains(where: { $0.rows > 0 }) else {
            let style = TextStyle(size: theme.labelSize + 2, color: theme.muted)
            try surface.text("No data", plot.midX, plot.midY, style, .center, angle: 0)
            return
        }
        let marks = MarkPainter(painter: self, panel: panel, place: place)
        for layer in panel.layers where layer.rows > 0 { try marks.paint(layer) }
        if !isTable { paintBaseline(panel, place) }
        if place.showsX { try paintXLabels(place) }
        if place.showsY { try paintYLabels(place) }
    }

    private func paintGrid(_ panel: PlotModel.Panel, _ place: ChartLayout.Panel) {
        let plot = place.plot
        let stroke = Stroke(color: theme.grid)
        surface.group("grid") {
            for tick in place.yLabels.ticks {
                let y = surface.snapped(tick)
                surface.line(plot.x, y, plot.maxX, y, stroke)
            }
            // Upright lines only where places along x are to be read off.
            let hasPoints = panel.layers.contains { $0.geometry == .point }
            guard hasPoints || model.isHorizontal || place.x.isTime else { return }
            for tick in place.xLabels.ticks {
                let x = surface.snapped(tick)
                surface.line(x, plot.y, x, plot.maxY, stroke)
            }
        }
    }

    /// The line at zero where it is within the plot, else the plot's lower or left edge.
    private func paintBaseline(_ panel: PlotModel.Panel, _ place: ChartLayout.Panel) {
        let plot = place.plot
        let stroke = Stroke(color: theme.axis)
        let scale = model.isHorizontal ? place.x : place.y
        let hasZero = !scale.isBand && !scale.isTime && scale.low <= 0 && scale.high >= 0
        let isLog = if case .log = scale.kind { true } else { false }
        // In a cloud zero is a value like others.
        let isCloud = panel.layers.contains { $0.geometry == .point }
        let zero = hasZero && !isLog && !isCloud ? scale.position(0) : nil
        surface.group("baseline") {
            if model.isHorizontal {
                let x = surface.snapped(zero ?? plot.x)
                surface.line(x, plot.y, x, plot.maxY, stroke)
                return
            }
            let y = surface.snapped(zero ?? plot.maxY)
            surface.line(plot.x, y, plot.maxX, y, stroke)
            for tick in place.xLabels.ticks where place.showsX {
                let x = surface.snapped(tick)
                surface.line(x, plot.maxY, x, plot.maxY + 4, stroke)
            }
        }
    }

    private func paintXLabels(_ place: ChartLayout.Panel) throws {
        let labels = place.xLabels
        let style = place.x.isBand ? letters.name : letters.tick
        let top = place.plot.maxY + ChartLayout.tickGap - (labels.angle == 0 ? 1 : 0)
        try surface.group("axis x") {
            for label in labels.labels {
                if labels.angle != 0 {
                    let anchor = TextAnchor(horizontal: .end, vertical: .middle)
                    try surface.text(label.text, label.position + 2, top, style, anchor, angle: labels.angle)
                    continue
                }
                let anchor = TextAnchor(horizontal: .middle, vertical: .top)
                try surface.text(label.text, label.position, top, style, anchor, angle: 0)
                if let context = label.context {
                    try surface.text(context, label.position, top + style.size * 1.3, style, anchor, angle: 0)
                }
            }
        }
    }

    private func paintYLabels(_ place: ChartLayout.Panel) throws {
        let style = place.y.isBand ? letters.name : letters.tick
        let anchor = TextAnchor(horizontal: .end, vertical: .middle)
        try surface.group("axis y") {
            for label in place.yLabels.labels {
                let x = place.plot.x - ChartLayout.tickGap
                try surface.text(label.text, x, label.position, style, anchor, angle: 0)
            }
        }
    }

    // MARK: - Legend

    private func paintLegend() throws {
        let legend = layout.legend
        let isLine = model.panels.contains { $0.layers.contains { $0.geometry == .line && $0.series != nil } }
        let isPoint = model.panels.contains { $0.layers.contains { $0.geometry == .point && $0.series != nil } }
        try surface.group("legend") {
            for entry in legend.entries {
                let x = ChartLayout.margin + entry.x
                let y = layout.legendTop + (Double(entry.row) + 0.5) * LegendLayout.rowHeight
                guard let series = entry.series else {
                    let style = entry.x == 0 && entry.row == 0 ? letters.strong : letters.subtitle
                    try surface.text(entry.text, x, y, style, TextAnchor(), angle: 0)
                    continue
                }
                let color = color(ofSeries: series)
                if isLine {
                    surface.line(x, y, x + 14, y, Stroke(color: color, width: 3))
                } else if isPoint {
                    surface.disc(x + 7, y, radius: 5, color, title: nil)
                } else {
                    surface.fill(Rect(x: x + 1, y: y - 6, width: 12, height: 12), color, title: nil)
                }
                try surface.text(entry.text, x + LegendLayout.signWidth, y, letters.label, TextAnchor(), angle: 0)
            }
        }
        if let bar = layout.colorBar, let shade = model.shade { try paintColorBar(bar, shade) }
    }

    private func paintColorBar(_ bar: Rect, _ shade: ColorScale) throws {
        try surface.group("color-legend", label: shade.label) {
            if let name = layout.colorName { try text(name) }
            surface.gradient(bar, (0...32).map { shade.ramp.color(at: Double($0) / 32) })
            var scale = PositionScale(kind: .linear, low: shade.low, high: shade.high)
            (scale.start, scale.end) = (bar.x, bar.maxX)
            var right = -Double.infinity
            for tick in scale.ticks(target: 5, format: shade.format) {
                let x = scale.position(tick.value)
                let half = try letters.width(tick.label, letters.tick) / 2
                guard x - half > right else { continue }
                right = x + half + 6
                surface.line(x, bar.maxY, x, bar.maxY + 3, Stroke(color: theme.axis))
                let anchor = TextAnchor(horizontal: .middle, vertical: .top)
                try surface.text(tick.label, x, bar.maxY + 5, letters.tick, anchor, angle: 0)
            }
        }
    }

    /// The colour of a series: the caller's, else the palette's.
    func color(ofSeries index: Int) -> Color {
        let name = model.seriesNames[index]
        if let place = chart.colors.names.firstIndex(of: name), place < chart.colors.assigned.count {
            return chart.colors.assigned[place]
        }
        return theme.seriesColor(index)
    }
}
