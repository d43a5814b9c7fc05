import Foundation
import Testing

@testable import IFCharts

/// Pictures compared with those that a person has looked at: Golden/*.png, made by Scripts/golden/charts/make_pictures.sh.
///
/// A pixel differs where the difference in the YIQ space, weighted as eyes weigh it (Kotsarenko and Ramos, "Measuring
/// perceived color difference using YIQ NTSC transmission color space in mobile applications", Programación
/// Matemática y Software 2 (2), 2010), is above a tenth of the greatest possible. Both pictures are first averaged over
/// 2 × 2 pixels, so that a font's version or another antialiasing of edges does not count. At most 0.5 % of the pixels
/// may differ.
@Suite struct GoldenPictureTests {
    static let tolerance = 0.1
    static let allowedShare = 0.005
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let cases: [(name: String, chart: Chart, theme: Theme)] =
        (Gallery.all + Gallery.pipeline).map { ($0.name, $0.chart, Theme.light) }
        + Gallery.all.filter { ["bars", "trend", "heatmap"].contains($0.name) }
        .map { ("\($0.name)-dark", $0.chart, Theme.dark) }

    static func draw(_ chart: Chart, _ theme: Theme) throws -> [UInt8] {
        [UInt8](try chart.render(.png, RenderOptions(scale: 0.5, theme: theme)))
    }

    @Test(arguments: cases.indices) func looksAsBefore(_ index: Int) throws {
        let (name, chart, theme) = Self.cases[index]
        let file = Self.folder.appending(path: "\(name).png")
        let found = try Self.draw(chart, theme)
        if ProcessInfo.processInfo.environment["INSIGHTFLOW_MAKE_PICTURES"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(found).write(to: file)
        }
        if let folder = ProcessInfo.processInfo.environment["INSIGHTFLOW_LOOK_FOLDER"] {
            // Larger, light and dark, for a person to look at.
            for (suffix, look) in [("light", Theme.light), ("dark", .dark)] {
                try chart.render(.png, RenderOptions(scale: 1, theme: look))
                    .write(to: URL(filePath: folder).appending(path: "\(name)-\(suffix).png"))
            }
        }
        let expected = try CairoBitmap.pixels(png: [UInt8](Data(contentsOf: file)))
        let share = try #require(Self.differingShare(CairoBitmap.pixels(png: found), expected), "\(name): other size")
        #expect(share <= Self.allowedShare, "\(name): \(share * 100) % of the pixels differ")
    }

    /// The comparison tells pictures apart: other data, other theme, a missing legend.
    @Test func comparisonCanFail() throws {
        func pixels(_ chart: Chart, _ theme: Theme = .light) throws -> Raster {
            try CairoBitmap.pixels(png: Self.draw(chart, theme))
        }
        let trend = try pixels(Gallery.trend)
        for other in [
            try pixels(Gallery.trend, .dark), try pixels(Gallery.trend.chartLegend(isShown: false)),
            try pixels(Gallery.trend.chartYScale(includesZero: true)),
        ] {
            let share = try #require(Self.differingShare(trend, other))
            #expect(share > Self.allowedShare)
        }
        #expect(Self.differingShare(trend, trend) == 0)
        #expect(Self.differingShare(trend, Raster(width: 1, height: 1, pixels: [0])) == nil)
    }

    /// The share of differing pixels; nil where the sizes differ.
    static func differingShare(_ one: Raster, _ other: Raster) -> Double? {
        guard one.width == other.width, one.height == other.height else { return nil }
        let (first, second) = (averaged(one), averaged(other))
        let greatest = 35_215.0  // between black and white, in these units
        var differing = 0
        for (a, b) in zip(first, second) {
            let y = 0.29889531 * (a.x - b.x) + 0.58662247 * (a.y - b.y) + 0.11448223 * (a.z - b.z)
            let i = 0.59597799 * (a.x - b.x) - 0.27417610 * (a.y - b.y) - 0.32180189 * (a.z - b.z)
            let q = 0.21147017 * (a.x - b.x) - 0.52261711 * (a.y - b.y) + 0.31114694 * (a.z - b.z)
            if 0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q > greatest * tolerance * tolerance { differing += 1 }
        }
        return Double(differing) / Double(max(1, first.count))
    }

    private static func averaged(_ raster: Raster) -> [SIMD3<Double>] {
        func color(_ x: Int, _ y: Int) -> SIMD3<Double> {
            let pixel = raster.pixels[y * raster.width + x]
            return SIMD3(Double(pixel >> 16 & 255), Double(pixel >> 8 & 255), Double(pixel & 255))
        }
        var result: [SIMD3<Double>] = []
        for y in stride(from: 0, to: raster.height - 1, by: 2) {
            for x in stride(from: 0, to: raster.width - 1, by: 2) {
                let sum = color(x, y) + color(x + 1, y) + color(x, y + 1) + color(x + 1, y + 1)
                result.append(sum / 4)
            }
        }
        return result
    }
}
