extension VegaLiteBuilder {
    /// What is written at a row's shape; nil where nothing is.
    func text(_ layer: PlotLayer, _ row: Int) -> String? {
        if let format = layer.style.annotation {
            switch layer.geometry {
            // On stacked bars numbers stand where there is room only, which Vega-Lite cannot tell.
            case .bar where layer.style.stacking != .stacked:
                let value = model.isHorizontal ? layer.x[row] : layer.y[row]
                return value.isFinite ? format.text(value) : nil
            case .cell: return layer.shade.flatMap { $0[row].isFinite ? format.text($0[row]) : nil }
            default: return nil
            }
        }
        switch layer.geometry {
        case .point where layer.rows <= MarkPainter.labelledPoints: return layer.labels?.texts[row]
        case .verticalRule, .horizontalRule: return layer.style.label
        default: return nil
        }
    }

    /// The colour of the words in each cell of a layer; none for other shapes.
    func inks(_ layer: PlotLayer) -> [String] {
        guard layer.geometry == .cell, layer.style.annotation != nil, let values = layer.shade else { return [] }
        return values.map { theme.ink(on: model.shade?.color($0) ?? theme.missing).hex }
    }

    /// A layer of the words at the shapes of a layer; nil where there are none.
    func words(_ index: Int) -> JSONNode? {
        let layer = model.panels[0].layers[index]
        guard
            model.panels.contains(where: { panel in
                let layer = panel.layers[index]
                return (0..<layer.rows).contains { text(layer, $0) != nil }
            })
        else { return nil }
        var mark: [(String, JSONNode)] = [("type", .string("text")), ("color", .string(theme.ink.hex))]
        var encoding = self.encoding(layer).filter { ["x", "y", "xOffset", "yOffset"].contains($0.0) }
        encoding.append(("text", .object([("field", .string("label")), ("type", .string("nominal"))])))
        switch layer.geometry {
        case .cell:
            // Values by condition: a field without a scale cannot stand beside the scale of the cells.
            let inks = Set(model.panels.flatMap(\.layers).flatMap(inks)).sorted()
            let conditions = inks.map { ink -> JSONNode in
                .object([("test", .string("datum.ink === '\(ink)'")), ("value", .string(ink))])
            }
            encoding.append(
                ("color", .object([("condition", .array(conditions)), ("value", .string(theme.ink.hex))])))
        case .bar where model.isHorizontal: mark += [("align", .string("left")), ("dx", .number(4))]
        case .horizontalRule:
            mark += [("align", .string("right")), ("baseline", .string("bottom")), ("dy", .number(-3))]
            encoding.append(("x", .object([("value", .string("width"))])))
        case .verticalRule:
            mark += [("align", .string("left")), ("baseline", .string("top")), ("dx", .number(5))]
            encoding.append(("y", .object([("value", .number(0))])))
        default: mark += [("baseline", .string("bottom")), ("dy", .number(layer.geometry == .point ? -7 : -3))]
        }
        return .object([
            ("transform", .array([.object([("filter", .string("datum.layer === \(index)"))])])),
            ("mark", .object(mark)), ("encoding", .object(encoding)),
        ])
    }
}

extension NumberFormat {
    /// The same as a pattern of d3-format, which Vega-Lite writes numbers by; nil where it is to choose itself.
    var d3: String? {
        switch style {
        case .automatic: nil
        case .decimal(let digits): ",.\(digits)f"
        case .percent(let digits): ",.\(digits)%"
        }
    }
}
