import Foundation
import Testing

@testable import IFCharts

@Suite struct ThemeTests {
    @Test(arguments: [Theme.light, .dark]) func textStandsOut(_ theme: Theme) {
        // WCAG 2.2: 4.5:1 for text.
        for color in [theme.ink, theme.muted] { #expect(color.contrast(with: theme.background) >= 4.5) }
        for ramp in [theme.sequential, theme.diverging, ColorRamp.viridis] {
            for step in 0...100 {
                let fill = ramp.color(at: Double(step) / 100)
                #expect(theme.ink(on: fill).contrast(with: fill) >= 4.5)
            }
        }
    }

    /// WCAG 2.2: 3:1 for graphics. Series beyond the palette repeat it, nearer to the ink.
    @Test(arguments: [Theme.light, .dark]) func seriesStandOut(_ theme: Theme) {
        #expect(theme.palette.count == 10)
        let colors = (0..<30).map { theme.seriesColor($0) }
        for color in colors { #expect(color.contrast(with: theme.background) >= 3, "\(color.hex)") }
        // A report gives each the other theme's colour by its code.
        let others = [theme.background, theme.ink, theme.muted, theme.grid, theme.axis]
        #expect(Set((colors + others).map(\.hex)).count == 35)
        for color in colors { #expect(theme.ink(on: color).contrast(with: color) >= 4.5, "\(color.hex)") }
    }

    /// The two bars before and after imputation have the light theme's colours on either background.
    @Test func firstSeriesStandOutOnBothBackgrounds() {
        for color in Theme.light.palette.prefix(2) {
            #expect(color.contrast(with: Theme.dark.background) >= 3, "\(color.hex)")
        }
    }

    /// Series differ for all readers, the first of them most. A distance of 2.3 in CIELAB is just noticeable side by side.
    @Test(arguments: [Theme.light, .dark]) func seriesDifferWithoutOneCone(_ theme: Theme) {
        for vision in ColorVision.all {
            let seen = theme.palette.map { vision.lab($0) }
            for (count, least) in [(3, 32.0), (6, 30.0), (10, 15.0)] {
                for one in 0..<count {
                    for other in (one + 1)..<max(one + 1, count) {
                        let squares = zip(seen[one], seen[other]).map { ($0 - $1) * ($0 - $1) }
                        let distance = squares.reduce(0, +).squareRoot()
                        #expect(distance > least, "series \(one) and \(other) with \(vision.name)")
                    }
                }
            }
        }
    }

    /// Simulations keep white as it is, and change colours.
    @Test func simulationsKeepWhite() {
        let red = Color(red: 0.75, green: 0.25, blue: 0.2)
        for vision in ColorVision.all {
            let white = vision.lab(Color(0xFFFFFF))
            #expect(abs(white[0] - 100) < 0.1 && abs(white[1]) < 0.2 && abs(white[2]) < 0.2, "\(vision.name)")
            #expect((vision.name == "usual") == (vision.lab(red) == ColorVision.usual.lab(red)), "\(vision.name)")
        }
    }

    @Test func contrastFollowsWCAG() {
        #expect(abs(Color(0x000000).contrast(with: Color(0xFFFFFF)) - 21) < 1e-9)
        #expect(abs(Color(0x777777).contrast(with: Color(0xFFFFFF)) - 4.48) < 0.01)
    }

    @Test func rampsMeetTheirStops() {
        #expect(ColorRamp.viridis.color(at: 0).hex == "#440154")
        #expect(ColorRamp.viridis.color(at: 1).hex == "#FDE725")
        #expect(ColorRamp.viridis.color(at: .nan).hex == "#440154")
        #expect(ColorRamp.blueRed.color(at: 0.5).hex == "#F7F7F7")
    }
}
