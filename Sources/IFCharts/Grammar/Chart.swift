/// A chart: what it draws, its titles, axes and colours. A value; drawing it gives the same bytes each time.
///
/// ```swift
/// let chart = Chart("Recall of the last runs") {
///     for run in runs {
///         LineMark(x: .value("Finished (UTC)", run.finished), y: .value("Recall@10", run.recall))
///             .foregroundStyle(by: .value("Model", run.model))
///             .symbol()
///     }
/// }
/// try chart.render(.svg)
/// ```
public struct Chart: Sendable {
    var layers: [Layer] = []
    var title: String?
    var subtitle: String?
    var caption: String?
    var summary: String?
    var x = AxisOptions()
    var y = AxisOptions()
    var colors = ColorOptions()
    var facets = FacetOptions()
    var showsLegend = true
    var frame = ChartFrame()

    /// A chart of the contents, the later on top of the earlier.
    ///
    /// - Parameters:
    ///   - title: What the chart says; also its accessible name.
    ///   - content: Marks and plots.
    public init(_ title: String? = nil, @ChartBuilder _ content: () -> [ChartElement]) {
        self.title = title
        for element in content() {
            // Marks of one value that follow each other make one layer.
            if let last = layers.indices.last, layers[last].join(element.layer) { continue }
            layers.append(element.layer)
        }
    }
}

/// What a caller may say about an axis.
struct AxisOptions: Sendable {
    var label: String?
    var scale = ScaleType.automatic
    var domain: ClosedRange<Double>?
    var includesZero: Bool?
    var format = NumberFormat.automatic
    var order: [String]?
}

/// What a caller may say about colours.
struct ColorOptions: Sendable {
    var names: [String] = []
    var assigned: [Color] = []
    var ramp: ColorRamp?
    var domain: ClosedRange<Double>?
    var midpoint: Double?
    var format = NumberFormat.automatic
}

/// What a caller may say about small multiples.
struct FacetOptions: Sendable {
    var columns: Int?
    var sharesY = true
}

/// The kind of a continuous axis. An open set: later versions may add kinds.
public struct ScaleType: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case automatic, linear, log }

    let kind: Kind

    /// Linear for numbers, time for moments.
    public static let automatic = ScaleType(kind: .automatic)
    /// Equal distances are equal differences.
    public static let linear = ScaleType(kind: .linear)
    /// Equal distances are equal factors; every value must be greater than 0.
    public static let log = ScaleType(kind: .log)
}
