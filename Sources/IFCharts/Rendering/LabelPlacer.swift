/// Finds places for words beside dots, where they cover no dot and no other words, and if possible no line.
///
/// Greedy, in the order of the dots, over eight places around each, the best first: above, below, the corners, the sides. Finding
/// the greatest number of labels without overlaps is NP-hard (J. Marks and S. Shieber, "The Computational Complexity of
/// Cartographic Label Placement", 1991), and few labels need no more.
///
/// - Complexity: O(labels · (labels + segments)).
struct LabelPlacer {
    /// A straight piece of a line.
    struct Segment {
        var x0: Double
        var y0: Double
        var x1: Double
        var y1: Double
    }

    /// What words must stay within.
    let bounds: Rect
    let segments: [Segment]
    /// Dots, and words that have their place.
    private var taken: [Rect]

    init(bounds: Rect, dots: [Rect], segments: [Segment]) {
        self.bounds = bounds
        self.segments = segments
        taken = dots
    }

    /// The rectangle of words of this size beside a dot; nil where there is no place.
    mutating func place(width: Double, height: Double, beside dot: Rect) -> Rect? {
        let gap = 3.0
        let (left, right) = (dot.x - gap - width, dot.maxX + gap)
        let (above, below) = (dot.y - gap - height, dot.maxY + gap)
        let (middleX, middleY) = (dot.midX - width / 2, dot.midY - height / 2)
        let corner = 0.3 * dot.width
        let corners: [(x: Double, y: Double)] = [
            (middleX, above), (middleX, below), (right - corner, above + corner), (left + corner, above + corner),
            (right - corner, below - corner), (left + corner, below - corner), (right, middleY), (left, middleY),
        ]
        let candidates = corners.map { Rect(x: $0.x, y: $0.y, width: width, height: height) }
            .filter { candidate in candidate.isWithin(bounds) && !taken.contains { $0.overlaps(candidate) } }
        let free = candidates.first { candidate in !segments.contains { candidate.isCrossed(by: $0) } }
        guard let found = free ?? candidates.first else { return nil }
        taken.append(found)
        return found
    }
}

extension Rect {
    fileprivate func overlaps(_ other: Rect) -> Bool {
        x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
    }

    fileprivate func isWithin(_ other: Rect) -> Bool {
        x >= other.x && maxX <= other.maxX && y >= other.y && maxY <= other.maxY
    }

    /// Whether a part of a segment lies within (Y.-D. Liang and B. A. Barsky, "A New Concept and Method for Line Clipping",
    /// 1984).
    fileprivate func isCrossed(by line: LabelPlacer.Segment) -> Bool {
        var enter = 0.0
        var leave = 1.0
        let (dx, dy) = (line.x1 - line.x0, line.y1 - line.y0)
        for (step, room) in [(-dx, line.x0 - x), (dx, maxX - line.x0), (-dy, line.y0 - y), (dy, maxY - line.y0)] {
            if step == 0 {
                if room < 0 { return false }
            } else if step < 0 {
                enter = max(enter, room / step)
            } else {
                leave = min(leave, room / step)
            }
        }
        return enter < leave
    }
}
