/// What a chart is drawn on: a bitmap, a PDF page or an SVG document. One per picture, used by one task.
protocol DrawingSurface: AnyObject {
    /// Pixels per unit, for lines that fall on pixels; nil where the output has none.
    var pixelScale: Double? { get }

    /// Begins a part that SVG marks with a class and, where it has one, a name for readers who hear the picture.
    func openGroup(_ name: String, label: String?)
    func closeGroup()
    /// Begins a part of which only what lies in the rectangle is seen.
    func openClip(_ rect: Rect)
    func closeClip()

    /// Fills a rectangle. The title is what SVG viewers show under the pointer.
    func fill(_ rect: Rect, _ color: Color, title: String?)
    func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ stroke: Stroke)
    /// Joins points; a coordinate that is not finite interrupts.
    func polyline(_ xs: [Double], _ ys: [Double], _ stroke: Stroke, _ interpolation: Interpolation)
    /// Fills between two lines over the same x; a coordinate that is not finite interrupts.
    func area(_ xs: [Double], _ lower: [Double], _ upper: [Double], _ color: Color)
    func disc(_ x: Double, _ y: Double, radius: Double, _ color: Color, title: String?)
    /// Writes one line of text, turned by `angle` degrees clockwise around its position.
    func text(_ text: String, _ x: Double, _ y: Double, _ style: TextStyle, _ anchor: TextAnchor, angle: Double) throws
    /// Fills with colours from left to right.
    func gradient(_ rect: Rect, _ colors: [Color])
    /// Scales pixels into a rectangle.
    func picture(_ raster: Raster, in rect: Rect) throws
}

extension DrawingSurface {
    func group(_ name: String, label: String? = nil, _ body: () throws -> Void) rethrows {
        openGroup(name, label: label)
        try body()
        closeGroup()
    }

    func clipped(to rect: Rect, _ body: () throws -> Void) rethrows {
        openClip(rect)
        try body()
        closeClip()
    }

    /// A position in the middle of a pixel, so that a line of one pixel is crisp; unchanged without pixels.
    func snapped(_ value: Double) -> Double {
        guard let pixelScale else { return value }
        return ((value * pixelScale).rounded(.down) + 0.5) / pixelScale
    }

    /// An edge between two pixels; unchanged without pixels.
    func edge(_ value: Double) -> Double {
        guard let pixelScale else { return value }
        return (value * pixelScale).rounded() / pixelScale
    }

    /// Where stretches of finite points begin and end.
    func finiteRuns(_ xs: [Double], _ ys: [Double]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in xs.indices {
            if xs[index].isFinite, ys[index].isFinite {
                if start == nil { start = index }
            } else if let begun = start {
                runs.append(begun..<index)
                start = nil
            }
        }
        if let begun = start { runs.append(begun..<xs.count) }
        return runs
    }
}
