/// The text that stands for a chart where it is not seen, made from its parts.
struct ChartSummary {
    let chart: Chart
    let model: PlotModel

    var text: String {
        var sentences: [String] = []
        if let subtitle = chart.subtitle { sentences.append(sentence(subtitle)) }
        guard !model.isEmpty else { return (sentences + ["No data."]).joined(separator: " ") }
        sentences.append(shapes + ".")
        sentences.append(axis("x", model.xLabel, model.x, chart.x.format, along: true))
        sentences.append(axis("y", model.yLabel, model.y, chart.y.format, along: false))
        if !model.seriesNames.isEmpty {
            let label = model.seriesLabel.isEmpty ? "Series" : model.seriesLabel
            sentences.append("\(label): \(listed(model.seriesNames)).")
        }
        if let shade = model.shade {
            let ends = "\(shade.format.text(shade.low)) to \(shade.format.text(shade.high))"
            sentences.append("Colour: \(shade.label), \(ends).")
        }
        let titles = model.panels.compactMap(\.title)
        if !titles.isEmpty {
            let panels = model.facetLabel.isEmpty ? "Panels" : "One panel for each \(model.facetLabel)"
            sentences.append("\(panels): \(listed(titles)).")
        }
        if let caption = chart.caption { sentences.append(sentence(caption)) }
        if model.omitted > 0 {
            let values = model.omitted == 1 ? "value is" : "values are"
            sentences.append("\(model.omitted) \(values) not finite and not shown.")
        }
        return sentences.joined(separator: " ")
    }

    /// The text with a full stop, at which readers pause, where it has no end of its own.
    private func sentence(_ text: String) -> String {
        var kept = text[...]
        while kept.last?.isWhitespace == true { kept.removeLast() }
        guard let last = kept.last, !".!?…:".contains(last) else { return String(kept) }
        return String(kept) + "."
    }

    private var shapes: String {
        var names: [String] = []
        for layer in model.panels[0].layers {
            let name =
                switch layer.geometry {
                case .bar: "bars"
                case .line: "lines"
                case .point: "points"
                case .band: "bands"
                case .cell: "coloured cells"
                case .bin: "histogram"
                case .errorBar: "intervals"
                case .verticalRule, .horizontalRule: "rules"
                }
            if !names.contains(name) { names.append(name) }
        }
        let text = names.joined(separator: ", ")
        return "Chart of " + text
    }

    private func axis(
        _ name: String, _ label: String, _ scale: PositionScale, _ format: NumberFormat, along isX: Bool
    ) -> String {
        let prefix = label.isEmpty ? name : "\(name): \(label)"
        switch scale.kind {
        case .band(let names): return "\(prefix), \(listed(names))."
        case .time:
            let values = values(isX)
            return "\(prefix), \(CivilDate(seconds: values.low).timestamp) to "
                + "\(CivilDate(seconds: values.high).timestamp) UTC."
        default:
            let values = values(isX)
            return "\(prefix), \(format.text(values.low)) to \(format.text(values.high))."
        }
    }

    /// Lowest and highest value shown along an axis.
    private func values(_ isX: Bool) -> (low: Double, high: Double) {
        var low = Double.infinity
        var high = -Double.infinity
        for layer in model.panels.flatMap(\.layers) {
            for value in (isX ? layer.x : layer.y) + ((isX ? layer.xEnd : layer.yEnd) ?? []) where value.isFinite {
                low = min(low, value)
                high = max(high, value)
            }
        }
        return low <= high ? (low, high) : (0, 0)
    }

    private func listed(_ names: [String]) -> String {
        guard names.count > 12 else { return names.joined(separator: ", ") }
        return names.prefix(12).joined(separator: ", ") + " and \(names.count - 12) more"
    }
}
