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
            let kept = try #require(LineThinning.kept(xs, ys, width: 560))
            #expect(kept.count <= 4 * 4 * 561 && kept.count < count)
            #expect(kept.first == 0 && kept.last == count - 1)
            // Compared before they are expected: a failure would print all points.
            let ascends = zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 }
            let extremes = kept.map { ys[$0] }
            let (highest, lowest) = (extremes.max(), extremes.min())
            #expect(ascends && highest == ys.max() && lowest == ys.min())
            let all = try picture(xs, ys, interpolation)
            let few = try picture(kept.map { xs[$0] }, kept.map { ys[$0] }, interpolation)
            let share = try #require(GoldenPictureTests.differingShare(all, few))
            #expect(share <= 0.001, "\(share * 100) % of the pixels differ")
        }
    }

    @Test func shortLinesAndGapsStay() {
        #expect(LineThinning.kept([1, 2, 3], [1, 2, 3], width: 500) == nil)
        let xs = (0..<40_000).map { Double($0) / 100 }
        var ys = xs
        ys[20_000] = .nan
        let keepsTheGap = LineThinning.kept(xs, ys, width: 400)?.contains(20_000)
        #expect(keepsTheGap == true)
    }

    private func picture(_ xs: [Double], _ ys: [Double], _ interpolation: Interpolation) throws -> Raster {
        let shaper = try TextShaper(families: Theme.light.fontFamilies, unknown: .reject)
        let surface = try CairoSurface(.png, width: 600, height: 400, scale: 2, shaper: shaper)
        surface.polyline(xs, ys, Stroke(color: Color(0x3F90DA), width: 2, dash: []), interpolation)
        return try CairoBitmap.pixels(png: surface.finish())
    }
}
