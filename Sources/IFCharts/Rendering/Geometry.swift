/// A rectangle in the chart's units, y downwards.
struct Rect: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var maxX: Double { x + width }
    var maxY: Double { y + height }
    var midX: Double { x + width / 2 }
    var midY: Double { y + height / 2 }
}

/// How a line is drawn.
struct Stroke {
    var color: Color
    var width = 1.0
    var dash: [Double] = []
}

/// How a text is set.
struct TextStyle: Hashable {
    var size: Double
    var color: Color
    var isBold = false
}

/// Which point of a text its position names.
struct TextAnchor {
    enum Horizontal { case start, middle, end }
    enum Vertical { case top, middle, bottom }

    var horizontal = Horizontal.start
    var vertical = Vertical.middle

    static let center = TextAnchor(horizontal: .middle, vertical: .middle)

    /// From the position down to the baseline, for a type size. The same for every surface and font, so that a picture
    /// keeps its layout where another font stands in.
    func baseline(_ size: Double) -> Double {
        switch vertical {
        case .top: 0.95 * size
        case .middle: 0.36 * size
        case .bottom: -0.22 * size
        }
    }
}

/// Premultiplied ARGB pixels, rows from the top, without padding.
struct Raster {
    var width: Int
    var height: Int
    var pixels: [UInt32]
}
