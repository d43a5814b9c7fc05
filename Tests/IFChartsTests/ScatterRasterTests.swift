import Testing

@testable import IFCharts

@Suite struct ScatterRasterTests {
    /// The coverage of one dot sums to the area of its disc, wherever within a pixel it stands.
    @Test(arguments: [1.5, 2.25, 3.0, 5.5]) func dotsHaveTheirArea(_ radius: Double) {
        for (dx, dy) in [(0.0, 0.0), (0.3, 0.7), (0.99, 0.01), (0.5, 0.25)] {
            var raster = ScatterRaster(width: 24, height: 24, radius: radius)
            raster.stamp([11 + dx], [12 + dy], codes: nil, colors: [Color(0x000000)])
            let pixels = raster.raster.pixels
            let area = pixels.reduce(0.0) { $0 + Double($1 >> 24) / 255 }
            #expect(abs(area - .pi * radius * radius) < 0.06 * .pi * radius * radius)
            // The middle of gravity is within an eighth of a pixel, half the distance of the stamps, of the dot.
            var (sumX, sumY) = (0.0, 0.0)
            for (index, pixel) in pixels.enumerated() {
                let coverage = Double(pixel >> 24) / 255
                sumX += coverage * (Double(index % 24) + 0.5)
                sumY += coverage * (Double(index / 24) + 0.5)
            }
            #expect(abs(sumX / area - (11 + dx)) < 0.2 && abs(sumY / area - (12 + dy)) < 0.2)
        }
    }

    @Test func laterDotsCoverEarlierOnes() {
        var raster = ScatterRaster(width: 9, height: 9, radius: 4)
        let colors = [Color(0xFF0000), Color(0x0000FF, alpha: 0.5)]
        raster.stamp([4.5, 4.5], [4.5, 4.5], codes: [0, 1], colors: colors)
        // Half blue over red, premultiplied.
        let middle = raster.raster.pixels[4 * 9 + 4]
        #expect(middle >> 24 == 255)
        #expect(abs(Int(middle >> 16 & 255) - 127) <= 1 && abs(Int(middle & 255) - 128) <= 1)
    }

    @Test func dotsAtAndBeyondTheEdgeAreCut() {
        var raster = ScatterRaster(width: 8, height: 6, radius: 2)
        let places: [Double] = [-100, -2, 0, 8, 9.9, 1e300, -1e300, .nan, .infinity]
        for x in places {
            for y in places { raster.stamp([x], [y], codes: nil, colors: [Color(0x123456)]) }
        }
        #expect(raster.raster.pixels.count == 48)
        #expect(raster.raster.pixels[0] >> 24 > 0)
    }
}
