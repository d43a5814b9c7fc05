import Foundation
import IFCore
import Testing

@testable import IFCharts

/// Characters that no installed font has: cuneiform stands for them.
@Suite struct TextShaperTests {
    private let style = TextStyle(size: 12, color: Color(0))

    private func shaper(_ unknown: UnknownCharacters) throws -> TextShaper {
        try TextShaper(families: Theme.light.fontFamilies, unknown: unknown)
    }

    private func expectMissing(_ body: () throws -> Void) {
        #expect { try body() } throws: { error in
            (error as? IFError)?.code == .missingDependency && "\(error)".contains("apt-get install fonts-noto-core")
        }
    }

    @Test func bitmapsRefuseOrReplaceThem() throws {
        let chart = Chart("Sold") { BarMark(x: .value("", "𒀀"), y: .value("Sold", 3.0)) }
        for format in [ImageFormat.png, .pdf] {
            expectMissing { _ = try chart.render(format) }
            let replaced = try chart.render(format, RenderOptions(unknownCharacters: .replace))
            let asked = try Chart("Sold") { BarMark(x: .value("", "?"), y: .value("Sold", 3.0)) }.render(format)
            #expect(replaced == asked)
        }
    }

    /// Whatever is written, ticks of an axis too, goes through the same gate.
    @Test func everyTextIsTreatedAlike() throws {
        #expect(try shaper(.replace).width("1𒀀", style) == shaper(.reject).width("1?", style))
        expectMissing { _ = try shaper(.reject).width("1𒀀", style) }
    }

    @Test func vectorsKeepThem() throws {
        let chart = Chart("Sold of 𒀀") { BarMark(x: .value("", "𒀀𒁀"), y: .value("Sold", 3.0)) }
        let svg = try SVGDocument(chart.render(.svg))
        #expect(svg.texts(in: "titles") == ["Sold of 𒀀"])
        #expect(svg.texts(in: "axis x") == ["𒀀𒁀"])
        // What XML forbids does not get into it.
        #expect(try SVGDocument(Chart("a\u{FFFF}b") {}.render(.svg)).texts(in: "titles") == ["a\u{FFFD}b"])
        // Their width is an estimate: six tenths of the size each, beside what can be measured.
        let known = try shaper(.reject).width("ab", style)
        #expect(try abs(shaper(.keep).width("a𒀀b", style) - known - 7.2) < 1)
        #expect(TextShaper.emsOfUnknown("品") == 1 && TextShaper.emsOfUnknown("𒀀") == 0.6)
    }
}
