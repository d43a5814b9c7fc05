extension MarkPainter {
    /// Rows of each series in their order; all rows where there are no series.
    private func rowsBySeries(_ layer: PlotLayer) -> [[Int]] {
        guard let series = layer.series else { return [Array(0..<layer.rows)] }
        var rows = [[Int]](repeating: [], count: model.seriesNames.count)
        for (row, code) in series.enumerated() { rows[Int(code)].append(row) }
        return rows.filter { !$0.isEmpty }
    }

    func paintLines(_ layer: PlotLayer) {
        for rows in rowsBySeries(layer) {
            let xs = rows.map { x(layer.x[$0]) }
            let ys = rows.map { y(layer.y[$0]) }
            let color = color(layer, rows[0])
            let stroke = Stroke(color: color, width: layer.style.lineWidth ?? 2, dash: layer.style.dash)
            let interpolation = layer.style.interpolation
            if let line = LineThinning.thinned(xs, ys, width: place.plot.width, interpolation) {
                surface.polyline(line.xs, line.ys, stroke, .linear)
            } else {
                surface.polyline(xs, ys, stroke, interpolation)
            }
            guard layer.style.hasSymbols || rows.count == 1 else { continue }
            let radius = (layer.style.symbolSize ?? 7) / 2
            for (place, row) in rows.enumerated() where xs[place].isFinite && ys[place].isFinite {
                surface.disc(xs[place], ys[place], radius: radius + 1.2, theme.background, title: nil)
                surface.disc(xs[place], ys[place], radius: radius, color, title: title(layer, row))
            }
        }
    }

    func paintBands(_ layer: PlotLayer) {
        guard let upper = layer.yEnd else { return }
        for rows in rowsBySeries(layer) {
            surface.area(
                rows.map { x(layer.x[$0]) }, rows.map { y(layer.y[$0]) }, rows.map { y(upper[$0]) },
                color(layer, rows[0], opacity: 0.2))
        }
    }

    func paintRules(_ layer: PlotLayer) throws {
        let plot = place.plot
        let color = (layer.style.color ?? theme.ink).opacity(layer.style.opacity ?? 0.8)
        let dash = layer.style.dash.isEmpty && layer.style.lineWidth == nil ? [5, 4] : layer.style.dash
        let stroke = Stroke(color: color, width: layer.style.lineWidth ?? 1.3, dash: dash)
        for row in 0..<layer.rows {
            let isUpright = layer.geometry == .verticalRule
            let position = isUpright ? x(layer.x[row]) : y(layer.y[row])
            guard position.isFinite else { continue }
            let text = try layer.style.label.map {
                try painter.letters.fitted($0, painter.letters.tick, within: plot.width * 0.6)
            }
            let style = TextStyle(size: theme.tickSize, color: theme.ink)
            if isUpright {
                guard position >= plot.x - 0.5, position <= plot.maxX + 0.5 else { continue }
                surface.line(position, plot.y, position, plot.maxY, stroke)
                guard let text else { continue }
                let isRight = try position + 6 + painter.letters.width(text, style) > plot.maxX
                let anchor = TextAnchor(horizontal: isRight ? .end : .start, vertical: .top)
                try surface.text(text, position + (isRight ? -6 : 6), plot.y + 3, style, anchor, angle: 0)
            } else {
                guard position >= plot.y - 0.5, position <= plot.maxY + 0.5 else { continue }
                surface.line(plot.x, position, plot.maxX, position, stroke)
                guard let text else { continue }
                let isBelow = position - plot.y < theme.tickSize * 1.6
                let anchor = TextAnchor(horizontal: .end, vertical: isBelow ? .top : .bottom)
                try surface.text(text, plot.maxX - 4, position + (isBelow ? 4 : -4), style, anchor, angle: 0)
            }
        }
    }

    func paintPoints(_ layer: PlotLayer) throws {
        let count = layer.rows
        let isDense = count > MarkPainter.vectorDots
        let diameter = MarkPainter.diameter(ofDotsIn: layer)
        let opacity = MarkPainter.usualOpacity(of: layer)
        guard isDense else {
            for row in 0..<count where layer.x[row].isFinite && layer.y[row].isFinite {
                let color = color(layer, row, opacity: opacity)
                surface.disc(
                    x(layer.x[row]), y(layer.y[row]), radius: diameter / 2, color, title: title(layer, row))
            }
            try paintLabels(layer, radius: diameter / 2)
            return
        }
        let plot = place.plot
        let scale = surface.pixelScale ?? 1.5
        let width = Int((plot.width * scale).rounded(.up))
        let height = Int((plot.height * scale).rounded(.up))
        var raster = ScatterRaster(width: width, height: height, radius: diameter / 2 * scale)
        let xs = layer.x.map { (x($0) - plot.x) * scale }
        let ys = layer.y.map { (y($0) - plot.y) * scale }
        let (codes, colors) = dotColors(layer, opacity)
        raster.stamp(xs, ys, codes: codes, colors: colors)
        let target = Rect(
            x: surface.edge(plot.x), y: surface.edge(plot.y), width: Double(width) / scale,
            height: Double(height) / scale)
        try surface.picture(raster.raster, in: target)
    }

    /// Codes into few colours: of series, or of numbers in 64 steps.
    private func dotColors(_ layer: PlotLayer, _ opacity: Double) -> ([Int32]?, [Color]) {
        let opacity = layer.style.opacity ?? opacity
        if let shade = layer.shade, let scale = model.shade {
            let steps = 64
            let colors = (0..<steps).map {
                scale.ramp.color(at: Double($0) / Double(steps - 1)).opacity(opacity)
            }
            let codes = shade.map { value -> Int32 in
                guard value.isFinite else { return Int32(steps) }
                let share = (value / 2 - scale.low / 2) / (scale.high / 2 - scale.low / 2)
                return Int32((min(1, max(0, share)) * Double(steps - 1)).rounded())
            }
            return (codes, colors + [scale.missing.opacity(opacity)])
        }
        guard layer.series != nil, layer.style.color == nil else { return (nil, [color(layer, 0, opacity: opacity)]) }
        return (layer.series, model.seriesNames.indices.map { painter.color(ofSeries: $0).opacity(opacity) })
    }
}
