import Foundation
import IFCore
import Testing

@testable import IFCharts

@Suite struct LineThinningTests {
    /// A cumulative share and a noisy line of 12,000 points each look as they do with every point.
    @Test(arguments: [Interpolation.linear, .stepEnd])
    func picturesLookTheSame(_ interpolation: Interpolation) throws {
        let count = 12_000
        let xs = (0..<count).map { 20 + 560 * Double($0) / Double(count) }
        let noise = Gallery.normal(count, stage: "thinning")
        let rising = xs.map { 380 - 340 * ($0 - 20) / 560 }
        for ys in [rising, noise.map { 200 + 4 * $0 }] {
            let line = try #require(LineThinning.thinned(xs, ys, width: 560, interpolation))
            #expect(line.count <= 4 * 4 * 561 && line.count < count)
            #expect(line.xs.first == xs[0] && line.xs.last == xs[count - 1])
            // Compared before they are expected: a failure would print all points.
            let ascends = zip(line.xs, line.xs.dropFirst()).allSatisfy { $0 <= $1 }
            let highest = try #require(line.ys.max())
            let lowest = try #require(line.ys.min())
            #expect(ascends && highest <= ys.max() ?? 0 && lowest >= ys.min() ?? 0)
            #expect(highest + LineThinning.tolerance >= ys.max() ?? .infinity)
            #expect(lowest - LineThinning.tolerance <= ys.min() ?? -.infinity)
            let all = try picture(xs, ys, interpolation)
            let few = try picture(line.xs, line.ys, .linear)
            let share = try #require(GoldenPictureTests.differingShare(all, few))
            #expect(share <= 0.001, "\(share * 100) % of the pixels differ")
        }
    }

    /// Small steps become slopes, and none of their corners lies off the line by more than the tolerance.
    @Test func smoothCurvesNeedFewPoints() throws {
        let count = 20_000
        let xs = (0..<count).map { 560 * Double($0) / Double(count) }
        let ys = xs.map { 340 / (1 + exp(($0 - 280) / 40)) }
        let line = try #require(LineThinning.thinned(xs, ys, width: 560, .stepEnd))
        #expect(line.count < 300)
        var (worst, segment) = (0.0, 0)
        for row in 1..<count {
            for y in [ys[row - 1], ys[row]] {
                var nearest = Double.infinity
                for place in max(0, segment - 1)..<min(line.count - 1, segment + 3) {
                    let distance = distance(xs[row], y, line, place)
                    if distance < nearest { (nearest, segment) = (distance, place) }
                }
                worst = max(worst, nearest)
            }
        }
        #expect(worst <= LineThinning.tolerance * 1.0001)
    }

    @Test func spikesAndTurnsStay() throws {
        var xs = (0..<20_000).map { Double($0) / 40 }
        var ys = [Double](repeating: 100, count: xs.count)
        ys[7000] = 20
        // A line that turns back over itself.
        xs += xs.reversed()
        ys += ys
        let line = try #require(LineThinning.thinned(xs, ys, width: 500, .linear))
        #expect(line.ys.contains(20))
        let farthest = xs[19_999]
        #expect(line.xs.contains(farthest) && line.xs.last == 0)
        #expect(line.count < 40)
    }

    @Test func shortLinesAndGapsStay() {
        #expect(LineThinning.thinned([1, 2, 3], [1, 2, 3], width: 500, .linear) == nil)
        let xs = (0..<40_000).map { Double($0) / 100 }
        var ys = xs
        ys[20_000] = .nan
        for interpolation in [Interpolation.linear, .stepEnd] {
            let line = LineThinning.thinned(xs, ys, width: 400, interpolation)
            let gaps = line?.ys.indices.filter { line?.ys[$0].isNaN == true } ?? []
            #expect(gaps.count == 1)
            // The line ends right before the gap and begins again right after it.
            if let gap = gaps.first, let line {
                #expect(line.xs[gap - 1] == xs[19_999] && line.xs[gap + 1] == xs[20_001])
            }
        }
    }

    /// Distance of a point from a segment of a line.
    private func distance(_ x: Double, _ y: Double, _ line: LineThinning.Line, _ segment: Int) -> Double {
        let (ax, ay) = (line.xs[segment], line.ys[segment])
        let (dx, dy) = (line.xs[segment + 1] - ax, line.ys[segment + 1] - ay)
        let square = dx * dx + dy * dy
        let along = square == 0 ? 0 : min(1, max(0, ((x - ax) * dx + (y - ay) * dy) / square))
        let (offX, offY) = (x - ax - along * dx, y - ay - along * dy)
        return (offX * offX + offY * offY).squareRoot()
    }

    private func picture(_ xs: [Double], _ ys: [Double], _ interpolation: Interpolation) throws -> Raster {
        let shaper = try TextShaper(families: Theme.light.fontFamilies, unknown: .reject)
        let surface = try CairoSurface(.png, width: 600, height: 400, scale: 2, shaper: shaper)
        surface.polyline(xs, ys, Stroke(color: Color(0x3F90DA), width: 2, dash: []), interpolation)
        return try CairoBitmap.pixels(png: surface.finish())
    }
}
