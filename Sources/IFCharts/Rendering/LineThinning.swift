/// Long lines with fewer points and the same ink.
///
/// Two passes, both over all points once. Where a line is nearly straight, a segment replaces the points that lie within a
/// tenth of a pixel of it (the sector bound of Z. Zhao and A. Saalfeld, "Linear-Time Sleeve-Fitting Polyline Simplification
/// Algorithms", AutoCarto 13, 1997); steps are spelled out as corners before, so that a thousand small ones become a slope. Of
/// the points that follow each other within a quarter of a unit of x, only the first, the lowest, the highest and the last are
/// then kept, in their order: what lies between them is covered by the stroke that joins them (the M4 aggregation of
/// U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: A Visualization-Oriented Time Series Data Aggregation",
/// Proceedings of the VLDB Endowment 7 (10), 2014). Points that are not finite stay, since they interrupt the line.
enum LineThinning {
    /// Units of x in which four points stand for all: a quarter, which is half a pixel at scale 2.
    static let bucket = 0.25

    /// Units by which the points left out may lie off the line: a tenth of a pixel at scale 2.
    static let tolerance = 0.05

    /// Points of a line.
    struct Line {
        var xs: [Double] = []
        var ys: [Double] = []

        var count: Int { xs.count }

        mutating func append(_ x: Double, _ y: Double) {
            xs.append(x)
            ys.append(y)
        }
    }

    /// A line that looks like the one through the points, to be drawn straight from point to point; nil where the points are
    /// too few for thinning to pay.
    ///
    /// - Complexity: O(points)
    static func thinned(_ xs: [Double], _ ys: [Double], width: Double, _ interpolation: Interpolation) -> Line? {
        guard Double(xs.count) > 4 * width / bucket else { return nil }
        return extremes(of: straightened(xs, ys, interpolation))
    }

    /// Nearly straight stretches as one segment each.
    private static func straightened(_ xs: [Double], _ ys: [Double], _ interpolation: Interpolation) -> Line {
        var line = Line()
        var sleeve = Sleeve(tolerance: tolerance)
        var previous = Double.nan
        for row in xs.indices {
            let (x, y) = (xs[row], ys[row])
            guard x.isFinite, y.isFinite else {
                sleeve.end(&line)
                line.append(x, y)
                previous = .nan
                continue
            }
            if interpolation == .stepEnd, previous.isFinite { sleeve.add(x, previous, &line) }
            sleeve.add(x, y, &line)
            previous = y
        }
        sleeve.end(&line)
        return line
    }

    private static func extremes(of line: Line) -> Line {
        let (xs, ys) = (line.xs, line.ys)
        var kept = Line()
        var start = 0
        while start < xs.count {
            guard xs[start].isFinite, ys[start].isFinite else {
                kept.append(xs[start], ys[start])
                start += 1
                continue
            }
            let place = (xs[start] / bucket).rounded(.down)
            var end = start + 1
            var (lowest, highest) = (start, start)
            while end < xs.count, ys[end].isFinite, (xs[end] / bucket).rounded(.down) == place {
                if ys[end] < ys[lowest] { lowest = end }
                if ys[end] > ys[highest] { highest = end }
                end += 1
            }
            var last = -1
            for row in [start, min(lowest, highest), max(lowest, highest), end - 1] where row > last {
                kept.append(xs[row], ys[row])
                last = row
            }
            start = end
        }
        return kept
    }
}
