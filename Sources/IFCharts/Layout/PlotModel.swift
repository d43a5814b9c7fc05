/// A chart resolved for drawing: one code for each name, one scale for each axis, rows by panel.
struct PlotModel {
    var panels: [Panel] = []
    var x: PositionScale
    /// Of the first panel; all others have the same where they share it.
    var y: PositionScale { panels[0].y }
    var xLabel: String
    var yLabel: String
    var seriesLabel = ""
    var seriesNames: [String] = []
    var shade: ColorScale?
    var facetLabel = ""
    /// Values that are not finite and so have no place.
    var omitted = 0
    /// Whether the values of bars run along x.
    var isHorizontal = false

    var isEmpty: Bool { panels.allSatisfy { $0.layers.allSatisfy { $0.rows == 0 } } }

    /// One plot area with its rows.
    struct Panel {
        var title: String?
        var layers: [PlotLayer]
        var y: PositionScale
    }
}

/// The rows of one layer in one panel. Positions along a band axis are indices of names.
struct PlotLayer {
    var geometry: Layer.Geometry
    var style: LayerStyle
    var label: String
    var x: [Double] = []
    var y: [Double] = []
    var xEnd: [Double]?
    var yEnd: [Double]?
    var series: [Int32]?
    var shade: [Double]?
    /// Texts at points, and what they say.
    var labels: (name: String, texts: [String])?

    var rows: Int { max(x.count, y.count) }

    /// The rows at the given places.
    func selecting(_ rows: [Int]) -> PlotLayer {
        var copy = self
        func picked<Value>(_ values: [Value]) -> [Value] { values.isEmpty ? [] : rows.map { values[$0] } }
        copy.x = picked(x)
        copy.y = picked(y)
        copy.xEnd = xEnd.map(picked)
        copy.yEnd = yEnd.map(picked)
        copy.series = series.map(picked)
        copy.shade = shade.map(picked)
        copy.labels = labels.map { ($0.name, picked($0.texts)) }
        return copy
    }
}

/// Numbers to colours, with the numbers of both ends.
struct ColorScale {
    var label: String
    var ramp: ColorRamp
    var low: Double
    var high: Double
    var missing: Color
    var format: NumberFormat

    func color(_ value: Double) -> Color {
        guard value.isFinite else { return missing }
        return ramp.color(at: (value / 2 - low / 2) / (high / 2 - low / 2))
    }
}
