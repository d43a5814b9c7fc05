import Foundation
import IFCharts
import Testing

/// What a PDF holds, as far as its objects are not compressed.
@Suite struct PDFStructureTests {
    /// The file's bytes as text, one character for each.
    private func text(_ chart: Chart) throws -> String {
        String(decoding: try chart.render(.pdf).map { UInt16($0) }, as: UTF16.self)
    }

    private func count(_ part: String, in text: String) -> Int { text.ranges(of: part).count }

    private var bars: Chart {
        Chart("Boxes of fruit") { BarPlot(x: .values("Kind", ["apples", "pears"]), y: .values("Boxes", [3.0, 8])) }
    }

    @Test func isAPageWithATitle() throws {
        let text = try text(bars.frame(width: 400, height: 300))
        #expect(text.hasPrefix("%PDF-1."))
        #expect(text.hasSuffix("%%EOF\n"))
        #expect(text.contains("/Title (Boxes of fruit)"))
        #expect(count("/Type /Page\n", in: text) + count("/Type /Page ", in: text) == 1, "one page")
        // Three quarters of a point for each unit.
        #expect(text.contains(/\/MediaBox \[ ?0 0 300 225 ?\]/))
        // Not the time of day; Cairo 1.16 leaves out the D.
        #expect(text.contains(/\/CreationDate \((D:)?19700101000000/))
        #expect(!text.contains("JavaScript") && !text.contains("/URI"))
    }

    /// Readers without our fonts see the same letters, and text stays text.
    @Test func fontsAreEmbedded() throws {
        let text = try text(bars)
        let descriptors = count("/Type /FontDescriptor", in: text)
        #expect(descriptors >= 1)
        #expect(count("/FontFile", in: text) == descriptors, "every font is in the file")
        #expect(count("/ToUnicode", in: text) >= 1, "text can be searched and copied")
        #expect(count("/Subtype /Image", in: text) == 0)
    }

    /// 20,000 circles would make a page that takes seconds to show.
    @Test func aDenseScatterIsOneImage() throws {
        let few = try text(Gallery.scatter(300))
        #expect(count("/Subtype /Image", in: few) == 0)
        let many = try text(Gallery.scatter(20_000))
        // A picture with transparency consists of its colours and of a mask, which is an image in form.
        let masks = count("/SMask ", in: many)
        #expect(count("/Subtype /Image", in: many) - masks == 1)
        #expect(many.utf16.count < 1_500_000)
        #expect(count("/Type /FontDescriptor", in: many) >= 1, "axes stay text")
    }
}
