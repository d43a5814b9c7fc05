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

    @Test func darkSeriesStandOut() {
        for color in Theme.dark.palette { #expect(color.contrast(with: Theme.dark.background) >= 3) }
    }

    /// All series differ for readers without one kind of cone, as Viénot, Brettel and Mollon (1999) model it.
    @Test(arguments: [Theme.light, .dark]) func seriesDifferWithoutOneCone(_ theme: Theme) {
        for kind in Dichromacy.allCases {
            let seen = theme.palette.map { kind.lab($0) }
            for one in seen.indices {
                for other in (one + 1)..<max(one + 1, seen.count) {
                    let difference = zip(seen[one], seen[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                    #expect(difference.squareRoot() > 10, "series \(one) and \(other) for \(kind)")
                }
            }
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

/// How colours look to readers without red-, or without green-sensitive cones: Viénot, Brettel and Mollon, "Digital
/// Video Colourmaps for Checking the Legibility of Displays by Dichromats", Color Research and Application 24 (4), 1999.
private enum Dichromacy: CaseIterable {
    case none, protanopia, deuteranopia

    /// CIELAB under D65.
    func lab(_ color: Color) -> [Double] {
        func linear(_ value: Double) -> Double { value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4) }
        var rgb = [linear(color.red), linear(color.green), linear(color.blue)]
        switch self {
        case .none: break
        case .protanopia:
            let mixed = 0.11238 * rgb[0] + 0.88762 * rgb[1]
            rgb = [mixed, mixed, 0.00401 * rgb[0] - 0.00401 * rgb[1] + rgb[2]]
        case .deuteranopia:
            let mixed = 0.29275 * rgb[0] + 0.70725 * rgb[1]
            rgb = [mixed, mixed, -0.02234 * rgb[0] + 0.02234 * rgb[1] + rgb[2]]
        }
        let x = (0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047
        let y = 0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2]
        let z = (0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883
        func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
        return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))]
    }
}
