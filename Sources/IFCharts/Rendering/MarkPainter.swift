/// Draws the rows of layers within a panel.
struct MarkPainter {
    let painter: ChartPainter
    let panel: PlotModel.Panel
    let place: ChartLayout.Panel

    var surface: any DrawingSurface { painter.surface }
    var theme: Theme { painter.theme }
    var model: PlotModel { painter.model }

    /// Above this many shapes, SVG viewers get no text for each of them.
    static let titledShapes = 2_000
    /// Above this many dots, a layer is drawn as one picture.
    static let vectorDots = 2_000

    /// Diameter of the dots of a layer: smaller where there are many.
    static func diameter(ofDotsIn layer: PlotLayer) -> Double {
        layer.style.symbolSize ?? (layer.rows > vectorDots ? 3 : layer.rows > 300 ? 5 : 7)
    }

    /// Area of a dot.
    static func area(ofDotsIn layer: PlotLayer) -> Double {
        let radius = diameter(ofDotsIn: layer) / 2
        return (100 * Double.pi * radius * radius).rounded() / 100
    }

    /// Opacity where the caller asks for none.
    static func usualOpacity(of layer: PlotLayer) -> Double {
        let count = layer.rows
        switch layer.geometry {
        case .bin: return 0.45
        case .band: return 0.2
        case .point: return count > vectorDots ? min(0.8, max(0.25, 12_000 / Double(count))) : count > 100 ? 0.7 : 0.9
        default: return 1
        }
    }

    func paint(_ layer: PlotLayer) throws {
        try surface.group("mark \(layer.geometry.rawValue)", label: layer.label.isEmpty ? nil : layer.label) {
            switch layer.geometry {
            case .bar: try paintBars(layer)
            case .cell: try paintCells(layer)
            case .errorBar: paintErrorBars(layer)
            case .line: surface.clipped(to: clip) { paintLines(layer) }
            case .band: surface.clipped(to: place.plot) { paintBands(layer) }
            case .bin: surface.clipped(to: place.plot) { paintBins(layer) }
            case .point: try surface.clipped(to: clip) { try paintPoints(layer) }
            case .verticalRule, .horizontalRule: try paintRules(layer)
            }
        }
    }

    /// The plot with room for the width of lines and dots at its edges.
    private var clip: Rect {
        let plot = place.plot
        return Rect(x: plot.x - 6, y: plot.y - 6, width: plot.width + 12, height: plot.height + 12)
    }

    func x(_ value: Double) -> Double {
        place.x.isBand ? place.x.center(ofBand: Int(value)) : place.x.position(value)
    }

    func y(_ value: Double) -> Double {
        place.y.isBand ? place.y.center(ofBand: Int(value)) : place.y.position(value)
    }

    func color(_ layer: PlotLayer, _ row: Int, opacity: Double = 1) -> Color {
        var color = layer.style.color ?? theme.seriesColor(0)
        if let shade = layer.shade, let scale = model.shade {
            color = scale.color(shade[row])
        } else if let series = layer.series, layer.style.color == nil {
            color = painter.color(ofSeries: Int(series[row]))
        }
        return color.opacity(layer.style.opacity ?? opacity)
    }

    /// What a shape stands for, in words: its names and numbers.
    func title(_ layer: PlotLayer, _ row: Int) -> String? {
        guard layer.rows <= MarkPainter.titledShapes else { return nil }
        var parts: [String] = []
        if let series = layer.series { parts.append(model.seriesNames[Int(series[row])]) }
        // A bar that stands on others is worth what it adds to them.
        let isStacked = layer.geometry == .bar && layer.style.stacking == .stacked
        let left = isStacked ? (layer.xEnd?[row] ?? 0) : 0
        let below = isStacked ? (layer.yEnd?[row] ?? 0) : 0
        parts.append(words(layer.x[row] - left, place.x, model.xLabel, painter.chart.x.format))
        parts.append(words(layer.y[row] - below, place.y, model.yLabel, painter.chart.y.format))
        if let shade = layer.shade, let scale = model.shade {
            parts.append("\(scale.label): \(scale.format.text(shade[row]))")
        }
        if let labels = layer.labels {
            parts.append(labels.name.isEmpty ? labels.texts[row] : "\(labels.name): \(labels.texts[row])")
        }
        return TextShaper.cleaned(parts.joined(separator: ", "))
    }

    private func words(_ value: Double, _ scale: PositionScale, _ label: String, _ format: NumberFormat) -> String {
        let prefix = label.isEmpty ? "" : label + ": "
        switch scale.kind {
        case .band(let names): return prefix + names[Int(value)]
        case .time: return prefix + (value.isFinite ? CivilDate(seconds: value).timestamp : "–")
        default: return prefix + format.text(value)
        }
    }

    /// Middle and width of a bar among those of its band.
    func slot(_ layer: PlotLayer, _ row: Int, _ scale: PositionScale, _ band: Double) -> (middle: Double, width: Double)
    {
        let whole = min(scale.bandWidth * 0.76, 90)
        let middle = scale.center(ofBand: Int(band))
        let grouped = panel.layers.contains {
            $0.geometry == .bar && $0.series != nil && $0.style.stacking == .grouped
        }
        guard grouped, let series = layer.series, model.seriesNames.count > 1 else { return (middle, whole) }
        let width = min(scale.bandWidth * 0.8 / Double(model.seriesNames.count), 46)
        let offset = (Double(series[row]) - Double(model.seriesNames.count - 1) / 2) * width
        return (middle + offset, width)
    }
}
