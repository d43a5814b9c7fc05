import Testing

@testable import IFCharts

@Suite struct LabelPlacerTests {
    private let bounds = Rect(x: 0, y: 0, width: 200, height: 100)

    private func dot(_ x: Double, _ y: Double) -> Rect { Rect(x: x - 5, y: y - 5, width: 10, height: 10) }

    private func overlap(_ one: Rect, _ other: Rect) -> Bool {
        one.x < other.maxX && other.x < one.maxX && one.y < other.maxY && other.y < one.maxY
    }

    @Test func wordsCoverNoDotAndNoWords() {
        let dots = (0..<12).map { dot(20 + 14 * Double($0), 50 + 6 * Double($0 % 3)) }
        var placer = LabelPlacer(bounds: bounds, dots: dots, segments: [])
        let spots = dots.compactMap { placer.place(width: 24, height: 12, beside: $0) }
        #expect(spots.count >= 6)
        for (index, spot) in spots.enumerated() {
            #expect(!dots.contains { overlap($0, spot) })
            #expect(!spots[..<index].contains { overlap($0, spot) })
            #expect(spot.x >= 0 && spot.maxX <= 200 && spot.y >= 0 && spot.maxY <= 100)
        }
    }

    @Test func wordsStandOffLinesWhereTheyCan() {
        let upright = LabelPlacer.Segment(x0: 100, y0: 0, x1: 100, y1: 100)
        var placer = LabelPlacer(bounds: bounds, dots: [dot(100, 50)], segments: [upright])
        let spot = placer.place(width: 24, height: 12, beside: dot(100, 50))
        #expect(spot.map { $0.x >= 100 || $0.maxX <= 100 } == true)
        // Where lines are everywhere, words stand on them rather than nowhere.
        let hatching = stride(from: 0.0, through: 200, by: 4).map {
            LabelPlacer.Segment(x0: $0, y0: 0, x1: $0, y1: 100)
        }
        placer = LabelPlacer(bounds: bounds, dots: [dot(100, 50)], segments: hatching)
        #expect(placer.place(width: 24, height: 12, beside: dot(100, 50)) != nil)
    }

    @Test func wordsWithoutAPlaceAreLeftOut() {
        var placer = LabelPlacer(bounds: bounds, dots: [dot(100, 50)], segments: [])
        #expect(placer.place(width: 220, height: 12, beside: dot(100, 50)) == nil)
    }
}
