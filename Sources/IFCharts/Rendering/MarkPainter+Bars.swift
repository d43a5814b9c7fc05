extension MarkPainter {
    func paintBars(_ layer: PlotLayer) throws {
        for row in 0..<layer.rows where layer.x[row].isFinite && layer.y[row].isFinite {
            if model.isHorizontal { try paintLyingBar(layer, row) } else { try paintStandingBar(layer, row) }
        }
    }

    private func paintStandingBar(_ layer: PlotLayer, _ row: Int) throws {
        let slot = slot(layer, row, place.x, layer.x[row])
        let near = place.y.position(clamped(layer.yEnd?[row] ?? 0, place.y))
        let far = place.y.position(clamped(layer.y[row], place.y))
        let gap = slot.width > 6 ? 1.0 : 0
        let left = surface.edge(slot.middle - slot.width / 2 + gap / 2)
        let right = surface.edge(slot.middle + slot.width / 2 - gap / 2)
        let rect = Rect(
            x: left, y: surface.edge(min(near, far)), width: max(0.5, right - left),
            height: surface.edge(max(near, far)) - surface.edge(min(near, far)))
        surface.fill(rect, color(layer, row), title: title(layer, row))
        guard let format = layer.style.annotation else { return }
        let value = layer.y[row] - (layer.yEnd?[row] ?? 0)
        let text = format.text(value)
        let style = painter.letters.tick
        // A number stays away where its neighbours' would touch it.
        guard try painter.letters.width(text, style) <= max(slot.width, place.x.bandWidth / groups) + 2 else { return }
        if layer.style.stacking == .stacked {
            guard rect.height > style.size * 1.3 else { return }
            let ink = TextStyle(size: style.size, color: theme.ink(on: color(layer, row)))
            try surface.text(text, slot.middle, rect.midY, ink, .center, angle: 0)
            return
        }
        let anchor = TextAnchor(horizontal: .middle, vertical: value < 0 ? .top : .bottom)
        let end = intervalEnd(at: layer.x[row], of: layer.series?[row], isLower: value < 0).map(y) ?? far
        let place = value < 0 ? max(far, end) + 3 : min(far, end) - 3
        try surface.text(text, slot.middle, place, style, anchor, angle: 0)
    }

    /// The far end of the interval that stands on a bar, past which its number is written.
    private func intervalEnd(at band: Double, of series: Int32?, isLower: Bool) -> Double? {
        for layer in panel.layers where layer.geometry == .errorBar {
            for row in 0..<layer.rows where layer.x[row] == band && layer.series?[row] == series {
                let end = isLower ? layer.y[row] : layer.yEnd?[row]
                if let end, end.isFinite { return end }
            }
        }
        return nil
    }

    private var groups: Double {
        let isGrouped = panel.layers.contains {
            $0.geometry == .bar && $0.style.stacking == .grouped && $0.series != nil
        }
        return isGrouped ? Double(max(1, model.seriesNames.count)) : 1
    }

    private func paintLyingBar(_ layer: PlotLayer, _ row: Int) throws {
        let slot = slot(layer, row, place.y, layer.y[row])
        let near = place.x.position(clamped(layer.xEnd?[row] ?? 0, place.x))
        let far = place.x.position(clamped(layer.x[row], place.x))
        let gap = slot.width > 6 ? 1.0 : 0
        let top = surface.edge(slot.middle - slot.width / 2 + gap / 2)
        let bottom = surface.edge(slot.middle + slot.width / 2 - gap / 2)
        let rect = Rect(
            x: surface.edge(min(near, far)), y: top,
            width: surface.edge(max(near, far)) - surface.edge(min(near, far)), height: max(0.5, bottom - top))
        surface.fill(rect, color(layer, row), title: title(layer, row))
        guard let format = layer.style.annotation, slot.width >= painter.letters.tick.size else { return }
        let value = layer.x[row] - (layer.xEnd?[row] ?? 0)
        let text = format.text(value)
        if layer.style.stacking == .stacked {
            guard try painter.letters.width(text, painter.letters.tick) < rect.width - 4 else { return }
            let ink = TextStyle(size: painter.letters.tick.size, color: theme.ink(on: color(layer, row)))
            try surface.text(text, rect.midX, slot.middle, ink, .center, angle: 0)
            return
        }
        let anchor = TextAnchor(horizontal: value < 0 ? .end : .start, vertical: .middle)
        try surface.text(
            text, far + (value < 0 ? -5 : 5), slot.middle, painter.letters.tick, anchor, angle: 0)
    }

    /// Within the axis, so that bars of a cut axis end at the plot.
    private func clamped(_ value: Double, _ scale: PositionScale) -> Double { min(scale.high, max(scale.low, value)) }

    func paintCells(_ layer: PlotLayer) throws {
        let width = place.x.bandWidth
        let height = place.y.bandWidth
        let gap = min(width, height) > 8 ? 1.0 : 0
        let style = painter.letters.tick
        for row in 0..<layer.rows {
            let left = surface.edge(x(layer.x[row]) - width / 2)
            let top = surface.edge(y(layer.y[row]) - height / 2)
            let rect = Rect(
                x: left, y: top, width: max(0.5, surface.edge(x(layer.x[row]) + width / 2) - left - gap),
                height: max(0.5, surface.edge(y(layer.y[row]) + height / 2) - top - gap))
            let fill = color(layer, row)
            surface.fill(rect, fill, title: title(layer, row))
            guard let format = layer.style.annotation, let value = layer.shade?[row], value.isFinite else { continue }
            let text = format.text(value)
            guard height >= style.size * 1.15, try painter.letters.width(text, style) <= width - 4 else { continue }
            let ink = TextStyle(size: style.size, color: theme.ink(on: fill))
            try surface.text(text, rect.midX, rect.midY, ink, .center, angle: 0)
        }
    }

    func paintBins(_ layer: PlotLayer) {
        guard let ends = layer.xEnd else { return }
        let zero = place.y.position(clamped(0, place.y))
        let fill = color(layer, 0, opacity: 0.45)
        for row in 0..<layer.rows where layer.y[row] > 0 {
            let left = surface.edge(x(layer.x[row]))
            let right = surface.edge(place.x.position(ends[row]))
            let top = y(layer.y[row])
            let rect = Rect(x: left, y: top, width: right - left, height: zero - top)
            surface.fill(rect, fill, title: title(layer, row))
        }
        // The outline keeps overlaid histograms apart.
        let xs = layer.x.map(x) + (ends.last.map { [place.x.position($0)] } ?? [])
        let ys = layer.y.map(y) + (layer.y.last.map { [y($0)] } ?? [])
        let outline = Stroke(color: color(layer, 0, opacity: 1).opacity(1), width: 1.4)
        surface.polyline(xs, ys, outline, .stepEnd)
    }

    func paintErrorBars(_ layer: PlotLayer) {
        guard let upper = layer.yEnd else { return }
        let stroke = Stroke(color: layer.style.color ?? theme.ink, width: layer.style.lineWidth ?? 1.4)
        let hasBars = panel.layers.contains { $0.geometry == .bar }
        for row in 0..<layer.rows where layer.y[row].isFinite && upper[row].isFinite && layer.x[row].isFinite {
            let slot = place.x.isBand ? slot(layer, row, place.x, layer.x[row]) : (middle: x(layer.x[row]), width: 14)
            let cap = min(6, slot.width / 4)
            let bottom = y(layer.y[row])
            let top = y(upper[row])
            var stroke = stroke
            if !hasBars, layer.style.color == nil { stroke.color = color(layer, row) }
            surface.line(slot.middle, bottom, slot.middle, top, stroke)
            surface.line(slot.middle - cap, bottom, slot.middle + cap, bottom, stroke)
            surface.line(slot.middle - cap, top, slot.middle + cap, top, stroke)
        }
    }
}
