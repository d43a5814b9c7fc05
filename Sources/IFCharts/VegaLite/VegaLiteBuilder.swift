/// Writes a resolved chart as Vega-Lite: all rows in one table, one layer for each of the chart's, which picks its rows
/// by the column `layer`.
struct VegaLiteBuilder {
    let chart: Chart
    let model: PlotModel
    let theme: Theme

    private var isFaceted: Bool { model.panels.count > 1 || model.panels[0].title != nil }

    var specification: JSONNode {
        var members: [(String, JSONNode)] = [
            ("$schema", .string("https://vega.github.io/schema/vega-lite/v5.json")),
            ("description", .string(chart.summary ?? ChartSummary(chart: chart, model: model).text)),
            ("background", .string(theme.background.hex)),
        ]
        if let title = chart.title {
            var parts: [(String, JSONNode)] = [("text", .string(title)), ("anchor", .string("start"))]
            if let subtitle = chart.subtitle { parts.append(("subtitle", .string(subtitle))) }
            members.append(("title", .object(parts)))
        }
        members.append(("data", .object([("values", .array(rows))])))
        // Words lie on top of all shapes.
        let indices = model.panels[0].layers.indices
        let layers = JSONNode.array(indices.map { layer($0) } + indices.compactMap { words($0) })
        if isFaceted {
            let titles = model.panels.compactMap(\.title).map { JSONNode.string($0) }
            members.append(
                (
                    "facet",
                    .object([
                        ("field", .string("facet")), ("type", .string("nominal")),
                        ("title", .string(model.facetLabel)), ("sort", .array(titles)),
                    ])
                ))
            let grid = PanelGrid(
                count: model.panels.count, columns: chart.facets.columns, sharesY: chart.facets.sharesY)
            members.append(("columns", .number(Double(grid.columns))))
            // Sizes are those of a panel; at the top they would be refused, and without them Vega takes 200 by 200.
            let spec: [(String, JSONNode)] = [
                ("width", .number(Self.side(of: width, among: grid.columns))),
                ("height", .number(Self.side(of: height, among: grid.rows))), ("layer", layers),
            ]
            members.append(("spec", .object(spec)))
            let sharing = JSONNode.string(chart.facets.sharesY ? "shared" : "independent")
            members.append(("resolve", .object([("scale", .object([("y", sharing)]))])))
        } else {
            members.append(("width", .number(width)))
            members.append(("height", .number(height)))
            members.append(("layer", layers))
        }
        members.append(("config", config))
        return .object(members)
    }

    private var width: Double { chart.frame.width ?? 640 }

    private var height: Double { chart.frame.height ?? 380 }

    /// A panel's share of a side, less the room for the axis and heading between panels.
    private static func side(of whole: Double, among count: Int) -> Double {
        max(60, ((whole - 40 * Double(count - 1)) / Double(count)).rounded())
    }

    private var config: JSONNode {
        let axis: [(String, JSONNode)] = [
            ("labelColor", .string(theme.muted.hex)), ("titleColor", .string(theme.ink.hex)),
            ("gridColor", .string(theme.grid.hex)), ("domainColor", .string(theme.axis.hex)),
        ]
        let ink = JSONNode.object([("color", .string(theme.ink.hex))])
        let legend = JSONNode.object([
            ("labelColor", .string(theme.ink.hex)), ("titleColor", .string(theme.ink.hex)),
        ])
        return .object([
            ("axis", .object(axis)), ("title", ink), ("legend", legend), ("view", .object([("stroke", .null)])),
        ])
    }

    // MARK: - Rows

    private var rows: [JSONNode] {
        var rows: [JSONNode] = []
        for panel in model.panels {
            for (index, layer) in panel.layers.enumerated() {
                let inks = inks(layer)
                for row in 0..<layer.rows {
                    var members: [(String, JSONNode)] = [("layer", .number(Double(index)))]
                    if let title = panel.title { members.append(("facet", .string(title))) }
                    if !layer.x.isEmpty { members.append(("x", value(layer.x[row], model.x))) }
                    if !layer.y.isEmpty { members.append(("y", value(layer.y[row], panel.y))) }
                    if let end = layer.xEnd { members.append(("x2", value(end[row], model.x))) }
                    if let end = layer.yEnd { members.append(("y2", value(end[row], panel.y))) }
                    if let series = layer.series {
                        members.append(("series", .string(model.seriesNames[Int(series[row])])))
                    }
                    if let shade = layer.shade { members.append(("shade", .number(shade[row]))) }
                    if let text = text(layer, row) { members.append(("label", .string(text))) }
                    if !inks.isEmpty { members.append(("ink", .string(inks[row]))) }
                    if layer.geometry == .line { members.append(("row", .number(Double(row)))) }
                    rows.append(.object(members))
                }
            }
        }
        return rows
    }

    private func value(_ value: Double, _ scale: PositionScale) -> JSONNode {
        switch scale.kind {
        case .band(let names): value.isFinite ? .string(names[Int(value)]) : .null
        case .time: .number(value * 1000)
        default: .number(value)
        }
    }

    // MARK: - Layers

    private func layer(_ index: Int) -> JSONNode {
        let layer = model.panels[0].layers[index]
        return .object([
            ("transform", .array([.object([("filter", .string("datum.layer === \(index)"))])])),
            ("mark", mark(layer)),
            ("encoding", .object(encoding(layer))),
        ])
    }

    private func mark(_ layer: PlotLayer) -> JSONNode {
        var members: [(String, JSONNode)] = []
        switch layer.geometry {
        case .bar, .bin: members.append(("type", .string("bar")))
        case .line:
            members.append(("type", .string("line")))
            if layer.style.interpolation == .stepEnd { members.append(("interpolate", .string("step-after"))) }
            if layer.style.hasSymbols { members.append(("point", .bool(true))) }
            members.append(("invalid", .string("break-paths-show-domains")))
        case .point: members.append(("type", .string("circle")))
        case .band: members.append(("type", .string("area")))
        case .cell: members.append(("type", .string("rect")))
        case .errorBar: members += [("type", .string("errorbar")), ("ticks", .bool(true))]
        case .verticalRule, .horizontalRule: members.append(("type", .string("rule")))
        }
        let isRule = layer.geometry == .verticalRule || layer.geometry == .horizontalRule
        let plain = isRule || layer.geometry == .errorBar ? theme.ink : theme.seriesColor(0)
        if layer.style.color != nil || layer.geometry == .errorBar || (layer.series == nil && layer.shade == nil) {
            members.append(("color", .string((layer.style.color ?? plain).hex)))
        }
        let isPoint = layer.geometry == .point
        if isPoint { members.append(("size", .number(MarkPainter.area(ofDotsIn: layer)))) }
        let usual = MarkPainter.usualOpacity(of: layer)
        let opacity = layer.style.opacity ?? usual
        // Circles of Vega-Lite let through what is beneath where nothing is said.
        if opacity < 1 || isPoint { members.append(("opacity", .number(opacity))) }
        let dash = layer.style.dash.isEmpty && isRule ? [5, 4] : layer.style.dash
        if !dash.isEmpty { members.append(("strokeDash", .array(dash.map { .number($0) }))) }
        if let width = layer.style.lineWidth { members.append(("strokeWidth", .number(width))) }
        if layer.geometry != .errorBar { members.append(("tooltip", .bool(true))) }
        return .object(members)
    }

    func encoding(_ layer: PlotLayer) -> [(String, JSONNode)] {
        var members: [(String, JSONNode)] = []
        if !layer.x.isEmpty { members.append(("x", position("x", model.x, model.xLabel, chart.x.format))) }
        if !layer.y.isEmpty { members.append(("y", position("y", model.y, model.yLabel, chart.y.format))) }
        if layer.xEnd != nil { members.append(("x2", .object([("field", .string("x2"))]))) }
        if layer.yEnd != nil { members.append(("y2", .object([("field", .string("y2"))]))) }
        let isGrouped = layer.style.stacking == .grouped && (layer.geometry == .bar || layer.geometry == .errorBar)
        if layer.series != nil {
            let names = JSONNode.array(model.seriesNames.map { .string($0) })
            if isGrouped, model.x.isBand || model.y.isBand {
                let offset = model.isHorizontal ? "yOffset" : "xOffset"
                let field: [(String, JSONNode)] = [
                    ("field", .string("series")), ("type", .string("nominal")), ("sort", names),
                ]
                members.append((offset, .object(field)))
            }
            // On bars of its own colour an interval would not be seen.
            let isOnBars = layer.geometry == .errorBar && model.panels[0].layers.contains { $0.geometry == .bar }
            if layer.style.color == nil, !isOnBars { members.append(("color", seriesColor(names))) }
        } else if layer.shade != nil {
            members.append(("color", shadeColor))
        }
        if layer.geometry == .line {
            members.append(
                ("order", .object([("field", .string("row")), ("type", .string("quantitative"))])))
        }
        return members
    }

    private func position(
        _ field: String, _ scale: PositionScale, _ label: String, _ format: NumberFormat
    ) -> JSONNode {
        var members: [(String, JSONNode)] = [("field", .string(field))]
        switch scale.kind {
        case .band(let names):
            members += [("type", .string("nominal")), ("sort", .array(names.map { .string($0) }))]
        case .time:
            members += [("type", .string("temporal")), ("scale", .object([("type", .string("utc"))]))]
        case .linear, .log:
            let isLog = if case .log = scale.kind { true } else { false }
            var parts: [(String, JSONNode)] = [("type", .string(isLog ? "log" : "linear"))]
            if field == "x" || chart.facets.sharesY {
                parts += [
                    ("domain", .array([.number(scale.low), .number(scale.high)])), ("nice", .bool(false)),
                    ("zero", .bool(false)),
                ]
            } else if scale.low != 0 {
                parts.append(("zero", .bool(false)))
            }
            members += [("type", .string("quantitative")), ("scale", .object(parts)), ("stack", .null)]
            if let pattern = format.d3 { members.append(("axis", .object([("format", .string(pattern))]))) }
        }
        members.append(("title", label.isEmpty ? .null : .string(label)))
        return .object(members)
    }

    private func seriesColor(_ names: JSONNode) -> JSONNode {
        let colors = model.seriesNames.enumerated().map { index, name -> JSONNode in
            if let place = chart.colors.names.firstIndex(of: name), place < chart.colors.assigned.count {
                return .string(chart.colors.assigned[place].hex)
            }
            return .string(theme.seriesColor(index).hex)
        }
        return .object([
            ("field", .string("series")), ("type", .string("nominal")),
            ("title", model.seriesLabel.isEmpty ? .null : .string(model.seriesLabel)),
            ("scale", .object([("domain", names), ("range", .array(colors))])),
            ("legend", chart.showsLegend ? .object([("orient", .string("top"))]) : .null),
        ])
    }

    private var shadeColor: JSONNode {
        guard let shade = model.shade else { return .null }
        let steps = 10
        let domain = (0...steps).map { step -> JSONNode in
            .number(shade.low + (shade.high - shade.low) * Double(step) / Double(steps))
        }
        let format = shade.format.d3.map { [("format", JSONNode.string($0))] } ?? []
        let legend = [("orient", JSONNode.string("top"))] + format
        let range = (0...steps).map { JSONNode.string(shade.ramp.color(at: Double($0) / Double(steps)).hex) }
        return .object([
            ("field", .string("shade")), ("type", .string("quantitative")),
            ("title", shade.label.isEmpty ? .null : .string(shade.label)),
            ("scale", .object([("domain", .array(domain)), ("range", .array(range)), ("clamp", .bool(true))])),
            ("legend", chart.showsLegend ? .object(legend) : .null),
        ])
    }
}
