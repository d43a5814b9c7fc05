import IFCore

/// Resolves a chart: checks its columns, gives names their codes, axes their scales, panels their rows.
struct PlotResolver {
    let chart: Chart
    let theme: Theme
    private var layers: [Layer]

    init(_ chart: Chart, theme: Theme) {
        self.chart = chart
        self.theme = theme
        layers = chart.layers
    }

    mutating func resolve() throws -> PlotModel {
        for layer in layers { try check(layer) }
        nameBarsOfNumbers()
        let xs = try axis("x", layers.compactMap(\.x), chart.x)
        let ys = try axis("y", layers.compactMap(\.y), chart.y)
        try checkGeometry(xIsBand: xs.names != nil, yIsBand: ys.names != nil)
        let series = codes(layers.map(\.series), order: chart.colors.names)
        let facets = codes(layers.map(\.facet), order: [])
        var model = PlotModel(
            x: PositionScale(kind: .linear, low: 0, high: 1),
            xLabel: chart.x.label ?? xs.label, yLabel: chart.y.label ?? ys.label)
        model.isHorizontal = xs.names == nil && ys.names != nil
        model.seriesLabel = layers.compactMap(\.series?.label).first ?? ""
        model.seriesNames = series.names
        model.facetLabel = layers.compactMap(\.facet?.label).first ?? ""
        model.shade = colorScale()
        var resolved: [PlotLayer] = []
        for (index, layer) in layers.enumerated() {
            var row = PlotLayer(geometry: layer.geometry, style: layer.style, label: layer.y?.label ?? "")
            row.x = places(layer.x, xs.lookup)
            row.y = places(layer.y, ys.lookup)
            row.xEnd = layer.xEnd
            row.yEnd = layer.yEnd
            row.series = series.codes[index]
            row.shade = layer.shade?.column.continuous
            row.labels = layer.labels.map { ($0.label, $0.column.texts) }
            model.omitted += layer.omitted + row.missingRows
            resolved.append(row)
        }
        // Bars stand on those of their own panel.
        let parts = split(resolved, facets).map { title, part in
            (
                title,
                part.map { layer in
                    var layer = layer
                    layer.stack(isHorizontal: model.isHorizontal)
                    return layer
                }
            )
        }
        let stacked = parts.flatMap(\.1)
        let scales = ScaleBuilder(chart: chart, layers: stacked)
        model.x = try scales.x(names: xs.names, isTime: xs.isTime)
        let shared = try scales.y(names: ys.names, isTime: ys.isTime, of: stacked)
        for (title, part) in parts {
            let y = chart.facets.sharesY ? shared : try scales.y(names: ys.names, isTime: ys.isTime, of: part)
            model.panels.append(PlotModel.Panel(title: title, layers: part, y: y))
        }
        return model
    }

    private func check(_ layer: Layer) throws {
        let columns: [(String, Int?)] = [
            ("x", layer.x?.column.count), ("y", layer.y?.column.count), ("x end", layer.xEnd?.count),
            ("y end", layer.yEnd?.count), ("series", layer.series?.column.count), ("colour", layer.shade?.column.count),
            ("facet", layer.facet?.column.count), ("annotation", layer.labels?.column.count),
        ]
        for (name, count) in columns {
            guard let count, count != layer.count else { continue }
            throw IFError(
                .invalidArgument,
                "The \(layer.geometry.rawValue) layer of the chart has \(layer.count) rows but \(count) values "
                    + "of \(name); give columns of equal length.")
        }
    }

    /// Bars stand in bands; where both axes hold numbers, those of x become names in ascending order.
    private mutating func nameBarsOfNumbers() {
        for index in layers.indices where layers[index].geometry == .bar {
            guard let x = layers[index].x, let values = x.column.continuous, layers[index].y?.column.categories == nil
            else { continue }
            let numbers = Set(values.filter(\.isFinite)).sorted()
            let isTime = x.column.isTime
            var names = numbers.map { isTime ? CivilDate(seconds: $0).timestamp : NumberFormat.automatic.text($0) }
            // Numbers that differ in late digits only keep all of them.
            if Set(names).count < names.count { names = numbers.map { "\($0)" } }
            let lookup = Dictionary(zip(numbers, numbers.indices)) { first, _ in first }
            if values.contains(where: { !$0.isFinite }) { names.append("–") }
            let codes = values.map { Int32(lookup[$0] ?? numbers.count) }
            layers[index].x?.column = PlotColumn(storage: .categories(Categories(codes: codes, names: names)))
        }
    }

    private func checkGeometry(xIsBand: Bool, yIsBand: Bool) throws {
        for layer in layers where layer.count > 0 {
            switch layer.geometry {
            case .cell where !(xIsBand && yIsBand):
                throw IFError(.invalidArgument, "Cells need names on both axes; x or y of this chart has numbers.")
            case .bar where xIsBand && yIsBand:
                throw IFError(.invalidArgument, "Bars need numbers on one axis; both axes of this chart have names.")
            case .bar where (yIsBand ? chart.x.scale : chart.y.scale) == .log:
                throw IFError(.invalidArgument, "Bars start from zero, which a log axis has not; use points.")
            case .bin where chart.y.scale == .log || chart.x.scale == .log || xIsBand || yIsBand,
                .band where yIsBand, .errorBar where yIsBand, .line where yIsBand:
                throw IFError(
                    .invalidArgument, "A layer of \(layer.geometry.rawValue)s needs a linear axis of numbers.")
            default: break
            }
        }
    }

    private struct AxisValues {
        var label: String
        var names: [String]?
        var lookup: [String: Int] = [:]
        var isTime = false
    }

    private func axis(_ name: String, _ values: [PlotValues], _ options: AxisOptions) throws -> AxisValues {
        let filled = values.filter { $0.column.count > 0 }
        let label = values.first?.label ?? ""
        let named = filled.filter { $0.column.categories != nil }
        guard named.isEmpty || named.count == filled.count else {
            throw IFError(.typeMismatch, "The \(name) axis has both names and numbers; give one kind.")
        }
        guard named.isEmpty else {
            let names = ordered(named.flatMap { $0.column.categories?.names ?? [] }, first: options.order ?? [])
            let lookup = Dictionary(zip(names, names.indices)) { first, _ in first }
            return AxisValues(label: label, names: names, lookup: lookup)
        }
        let times = filled.filter(\.column.isTime)
        guard times.isEmpty || times.count == filled.count else {
            throw IFError(.typeMismatch, "The \(name) axis has both times and numbers; give one kind.")
        }
        return AxisValues(label: label, isTime: !times.isEmpty)
    }

    /// Distinct names: those of `first` that occur, then the others as they come.
    private func ordered(_ names: [String], first: [String]) -> [String] {
        let present = Set(names)
        var seen: Set<String> = []
        return (first.filter { present.contains($0) } + names).filter { seen.insert($0).inserted }
    }

    private func places(_ values: PlotValues?, _ lookup: [String: Int]) -> [Double] {
        guard let column = values?.column else { return [] }
        guard let categories = column.categories else { return column.continuous ?? [] }
        let mapped = categories.names.map { Double(lookup[$0] ?? 0) }
        return categories.codes.map { mapped[Int($0)] }
    }

    private func codes(_ columns: [PlotValues?], order: [String]) -> (names: [String], codes: [[Int32]?]) {
        let names = ordered(columns.flatMap { $0?.column.categories?.names ?? [] }, first: order)
        let lookup = Dictionary(zip(names, names.indices)) { first, _ in first }
        let codes = columns.map { column -> [Int32]? in
            guard let categories = column?.column.categories else { return nil }
            let mapped = categories.names.map { Int32(lookup[$0] ?? 0) }
            if mapped.indices.allSatisfy({ Int(mapped[$0]) == $0 }) { return categories.codes }
            return categories.codes.map { mapped[Int($0)] }
        }
        return (names, codes)
    }

    private func split(
        _ layers: [PlotLayer], _ facets: (names: [String], codes: [[Int32]?])
    ) -> [(String?, [PlotLayer])] {
        guard !facets.names.isEmpty else { return [(nil, layers)] }
        return facets.names.enumerated().map { panel, name in
            // Layers without facets, rules for example, stand in every panel.
            let part = layers.enumerated().map { index, layer -> PlotLayer in
                guard let codes = facets.codes[index] else { return layer }
                return layer.selecting(codes.indices.filter { Int(codes[$0]) == panel })
            }
            return (name, part)
        }
    }

    private func colorScale() -> ColorScale? {
        let shades = layers.compactMap(\.shade)
        guard let first = shades.first else { return nil }
        let finite = shades.flatMap { $0.column.continuous ?? [] }.filter(\.isFinite)
        let options = chart.colors
        var low = options.domain?.lowerBound ?? finite.min() ?? 0
        var high = options.domain?.upperBound ?? finite.max() ?? 1
        if let middle = options.midpoint {
            let reach = max(abs(high - middle), abs(middle - low))
            (low, high) = (middle - reach, middle + reach)
        }
        if !(low < high) {
            let reach = low == 0 ? 1 : abs(low) / 2
            (low, high) = (low - reach, high + reach)
        }
        let ramp = options.ramp ?? (options.midpoint == nil ? theme.sequential : theme.diverging)
        return ColorScale(
            label: first.label, ramp: ramp, low: low, high: high, missing: theme.missing, format: options.format)
    }
}

extension PlotLayer {
    /// Rows without a place because a value is not finite. A cell has its place by its names.
    fileprivate var missingRows: Int {
        guard geometry != .cell else { return 0 }
        var count = 0
        for row in 0..<rows {
            let isPlaced =
                (x.isEmpty || x[row].isFinite) && (y.isEmpty || y[row].isFinite)
                && (yEnd.map { $0[row].isFinite } ?? true) && (xEnd.map { $0[row].isFinite } ?? true)
            if !isPlaced { count += 1 }
        }
        return count
    }

    /// Puts stacked bars on top of one another: `y` (or `x`) becomes the far end, `yEnd` (or `xEnd`) the near one.
    fileprivate mutating func stack(isHorizontal: Bool) {
        guard geometry == .bar, style.stacking == .stacked else { return }
        var tops: [Double: (up: Double, down: Double)] = [:]
        var near: [Double] = []
        for row in 0..<rows {
            let band = isHorizontal ? y[row] : x[row]
            let value = isHorizontal ? x[row] : y[row]
            var top = tops[band] ?? (0, 0)
            let base = value >= 0 ? top.up : top.down
            near.append(base)
            guard value.isFinite else { continue }
            if isHorizontal { x[row] = base + value } else { y[row] = base + value }
            if value >= 0 { top.up += value } else { top.down += value }
            tops[band] = top
        }
        if isHorizontal { xEnd = near } else { yEnd = near }
    }
}
