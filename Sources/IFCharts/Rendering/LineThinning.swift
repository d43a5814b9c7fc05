/// Long lines with fewer points and the same ink.
///
/// Of the points that follow each other within a quarter of a unit of x, only the first, the lowest, the highest and the last
/// are kept, in their order: what lies between them is covered by the stroke that joins them (the M4 aggregation of
/// U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: A Visualization-Oriented Time Series Data Aggregation",
/// Proceedings of the VLDB Endowment 7 (10), 2014). Points that are not finite stay, since they interrupt the line.
enum LineThinning {
    /// Units of x in which four points stand for all: a quarter, which is half a pixel at scale 2.
    static let bucket = 0.25

    /// Rows of the points that are kept, ascending; nil where thinning would not pay.
    ///
    /// - Complexity: O(points)
    static func kept(_ xs: [Double], _ ys: [Double], width: Double) -> [Int]? {
        guard Double(xs.count) > 4 * width / bucket else { return nil }
        var rows: [Int] = []
        var start = 0
        while start < xs.count {
            guard xs[start].isFinite, ys[start].isFinite else {
                rows.append(start)
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
                rows.append(row)
                last = row
            }
            start = end
        }
        return rows
    }
}
