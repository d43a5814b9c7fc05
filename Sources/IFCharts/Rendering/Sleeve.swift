/// The segment that still stands for all points since its anchor.
///
/// Every point beyond the tolerance bounds the directions in which a segment from the anchor passes it closely enough. A point in a
/// direction that none of those before it allows, or that turns back, ends the segment at the point before it.
struct Sleeve {
    private let tolerance: Double
    private var anchor: (x: Double, y: Double)?
    private var last: (x: Double, y: Double) = (0, 0)
    /// The bounds of the directions, clockwise and anticlockwise; nil while all are allowed.
    private var bounds: (right: (x: Double, y: Double), left: (x: Double, y: Double))?
    private var farthest = 0.0

    init(tolerance: Double) {
        self.tolerance = tolerance
    }

    /// Takes the next point, and appends the end of the segment before it to `line` where it does not fit.
    mutating func add(_ x: Double, _ y: Double, _ line: inout LineThinning.Line) {
        guard let anchor else {
            start(x, y, &line)
            return
        }
        if !fits(x - anchor.x, y - anchor.y) {
            start(last.x, last.y, &line)
            _ = fits(x - last.x, y - last.y)
        }
        last = (x, y)
    }

    /// Ends the line at the last point.
    mutating func end(_ line: inout LineThinning.Line) {
        if let anchor, anchor.x != last.x || anchor.y != last.y { line.append(last.x, last.y) }
        anchor = nil
    }

    private mutating func start(_ x: Double, _ y: Double, _ line: inout LineThinning.Line) {
        line.append(x, y)
        anchor = (x, y)
        last = (x, y)
        bounds = nil
        farthest = 0
    }

    /// Whether a segment to the point at (dx, dy) from the anchor passes all before it; if so, the point bounds those after it.
    private mutating func fits(_ dx: Double, _ dy: Double) -> Bool {
        let square = dx * dx + dy * dy
        let distance = square.squareRoot()
        // A segment ends at its last point: one that turned back would not reach those farther out.
        guard distance >= farthest else { return false }
        if let bounds {
            guard bounds.right.x * dy - bounds.right.y * dx >= 0, dx * bounds.left.y - dy * bounds.left.x >= 0 else {
                return false
            }
        }
        farthest = distance
        guard distance > tolerance else { return true }
        // Tangents from the anchor to the circle of the tolerance around the point.
        let along = (square - tolerance * tolerance).squareRoot()
        let right = (x: dx * along + dy * tolerance, y: dy * along - dx * tolerance)
        let left = (x: dx * along - dy * tolerance, y: dy * along + dx * tolerance)
        guard let old = bounds else {
            bounds = (right, left)
            return true
        }
        bounds = (
            old.right.x * right.y - old.right.y * right.x > 0 ? right : old.right,
            left.x * old.left.y - left.y * old.left.x > 0 ? left : old.left
        )
        return true
    }
}
