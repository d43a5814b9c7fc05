extension MarkPainter {
    /// Above this many, texts at points would be a grey cloud.
    static let labelledPoints = 200

    /// Writes the texts of a layer of points.
    func paintLabels(_ layer: PlotLayer, radius: Double) throws {
        guard let texts = layer.labels?.texts, layer.rows <= MarkPainter.labelledPoints else { return }
        let style = painter.letters.name
        let rows = (0..<layer.rows).filter { layer.x[$0].isFinite && layer.y[$0].isFinite }
        let dots = rows.map {
            Rect(x: x(layer.x[$0]) - radius, y: y(layer.y[$0]) - radius, width: 2 * radius, height: 2 * radius)
        }
        let plot = place.plot
        var placer = LabelPlacer(
            bounds: Rect(x: plot.x, y: plot.y - 6, width: plot.width + 10, height: plot.height + 4), dots: dots,
            segments: segments())
        try surface.group("labels") {
            for (row, dot) in zip(rows, dots) {
                let text = try painter.letters.fitted(texts[row], style, within: plot.width / 3)
                let width = try painter.letters.width(text, style)
                guard let spot = placer.place(width: width, height: style.size, beside: dot) else { continue }
                try surface.text(text, spot.midX, spot.midY, style, .center, angle: 0)
            }
        }
    }

    /// The pieces of the panel's lines, which words had better not stand on; none where there are too many to look at.
    private func segments() -> [LabelPlacer.Segment] {
        var segments: [LabelPlacer.Segment] = []
        for layer in panel.layers where layer.geometry == .line && layer.rows <= 2_000 {
            for row in 1..<max(1, layer.rows) {
                let values = [layer.x[row - 1], layer.y[row - 1], layer.x[row], layer.y[row]]
                guard values.allSatisfy(\.isFinite) else { continue }
                if let series = layer.series, series[row] != series[row - 1] { continue }
                segments.append(
                    .init(x0: x(values[0]), y0: y(values[1]), x1: x(values[2]), y1: y(values[3])))
            }
        }
        return segments
    }
}
