import Foundation
import IFCore
import Testing

@testable import IFCharts

@Suite struct ReportPageTests {
    static let hostile = "</td></table><script>alert(1)</script><img src=x onerror=\"alert('2')\">&amp;\u{0}\u{202E}"

    private func page() -> ReportPage {
        var table = ReportTable("Products", [.words("Product"), .numbers("Sold"), .numbers("Took")])
        table.add([.init(.name(Self.hostile)), .init(12_345), .init(.measured("1.5 s"), sortedBy: 1.5)])
        table.add([.init(.name("خبز")), .init(nil), .init(.measured("20 ms"), sortedBy: 0.02)])
        let chart = Chart(Self.hostile) { BarMark(x: .value("", Self.hostile), y: .value("Sold", 3)) }
        return ReportPage(
            "Report of \(Self.hostile)", lead: ReportText(Self.hostile),
            sections: [
                .init(
                    "First",
                    [
                        .text("words"), .warning("look out"), .facts([.init("Path", .code("a/b"))]), .table(table),
                        .chart(chart),
                        .chart(chart, note: "the same again"), .heading("Below"), .list(["one", "two"]),
                    ]),
                .init("Empty", []),
                .init("Last", [.details("More \(Self.hostile)", [.chart(chart), .text("folded")])]),
            ])
    }

    private func text(workers: WorkerBudget = 2) async throws -> String {
        String(decoding: try await page().html(in: RunContext(workers: workers)), as: UTF8.self)
    }

    private func tags(_ text: String, _ name: String) -> Int {
        text.components(separatedBy: "<\(name) ").count + text.components(separatedBy: "<\(name)>").count - 2
    }

    @Test func sectionsStandInOrderUnderOneHeading() async throws {
        let text = try await text()
        let headings = text.matches(of: #/<h([1-6])[ >]/#).compactMap { Int($0.output.1) }
        #expect(headings == [1, 2, 3, 2])
        #expect(!text.contains(">Empty<"), "a section without blocks is left out")
        for (number, title) in [(1, "First"), (2, "Last")] {
            #expect(text.contains("<li><a href=\"#section-\(number)\">\(title)</a></li>"))
            #expect(text.contains("<h2 id=\"section-\(number)\">\(title)</h2>"))
        }
        #expect(tags(text, "section") == 2 && tags(text, "table") == 1 && tags(text, "caption") == 1)
        #expect(tags(text, "figure") == 3 && tags(text, "svg") == 6 && tags(text, "figcaption") == 1)
        #expect(tags(text, "svg class=\"wide\"") == 3 && tags(text, "svg class=\"narrow\"") == 3)
        #expect(text.contains("<caption><span>Products</span></caption>"))
        #expect(text.contains("<th scope=\"col\" class=\"number\">Sold</th>"))
        #expect(text.contains("<td class=\"number\" data-number=\"12345.0\">12,345</td>"))
        #expect(text.contains("<td class=\"number\">–</td>"))
    }

    @Test func namesOutOfTheDataAreNoMarkup() async throws {
        let text = try await text()
        #expect(tags(text, "script") == 1, "the page's own")
        #expect(tags(text, "img") == 0)
        #expect(text.contains("<bdi>&lt;/td&gt;&lt;/table&gt;&lt;script&gt;alert(1)"))
        #expect(!text.contains("\u{0}"))
        #expect(text.contains("<bdi>خبز</bdi>"))
    }

    @Test func nothingIsLoadedFromElsewhere() async throws {
        let text = try await text()
        #expect(!text.contains("http:") && !text.contains("https:") && !text.contains("//www"))
        #expect(text.contains("default-src 'none'"))
        for match in text.matches(of: #/(?:src|href)="([^"]*)"/#) {
            #expect(match.output.1.hasPrefix("#") || match.output.1.hasPrefix("data:image/png;base64,"))
        }
    }

    @Test func idsOccurOnceAndPicturesHaveNames() async throws {
        let text = try await text()
        let ids = text.matches(of: #/ id="([^"]+)"/#).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count && ids.count > 5, "the same chart stands three times")
        for match in text.matches(of: #/<svg [^>]*aria-labelledby="([^"]+)"/#) {
            for name in match.output.1.split(separator: " ") { #expect(ids.contains(String(name))) }
        }
    }

    @Test func bytesDoNotDependOnWorkers() async throws {
        let one = try await text(workers: 1)
        #expect(try await text(workers: 2) == one)
        #expect(try await text(workers: 8) == one)
    }

    /// What is folded stands behind its element, where print finds it in every browser.
    @Test func whatIsFoldedCanBePrinted() async throws {
        let text = try await text()
        #expect(text.contains("</summary>\n</details>\n<div class=\"folded\">\n<div class=\"figures\">"))
        #expect(text.contains("<p>folded</p>\n</div>"))
        #expect(text.contains("@media screen { details:not([open]) + .folded { display: none; } }"))
    }

    @Test func warningsSaySo() async throws {
        let text = try await text()
        #expect(text.contains("<p class=\"warning\" role=\"note\"><strong>Warning:</strong> look out</p>"))
    }

    /// Every chart of the pipeline has a form for a phone, with letters of the same size.
    @Test func chartsOfThePipelineHaveANarrowForm() async throws {
        for (name, chart) in Gallery.pipeline {
            let page = ReportPage(name, lead: "", sections: [.init("Chart", [.chart(chart)])])
            let text = String(decoding: try await page.html(in: RunContext(workers: 1)), as: UTF8.self)
            let start = try #require(text.firstRange(of: "<svg class=\"narrow\""), "\(name) has no narrow form")
            let end = try #require(text[start.lowerBound...].firstRange(of: "</svg>"))
            let svg = try SVGDocument(Data(text[start.lowerBound..<end.upperBound].utf8))
            #expect(svg.root.attributes["width"] == "360", "\(name)")
            for element in svg.elements("text") { #expect(element.number("font-size") >= 10.5) }
        }
    }

    /// A chart with more in it than a phone has room for scrolls there.
    @Test func chartsWithoutRoomForANarrowFormScroll() async throws {
        let chart = Chart("Many columns") {
            for index in 0..<300 {
                BarMark(x: .value("", "A rather long name of a product \(index)"), y: .value("Sold", Double(index)))
                    .foregroundStyle(by: .value("A long name of a legend that takes the height", "series \(index)"))
            }
        }
        .subtitle(String(repeating: "many words ", count: 40)).frame(width: 1600, height: 420)
        let page = ReportPage("Page", lead: "", sections: [.init("Chart", [.chart(chart)])])
        let text = String(decoding: try await page.html(in: RunContext(workers: 1)), as: UTF8.self)
        #expect(tags(text, "svg") == 1)
        #expect(
            text.contains("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Chart: Many columns\">"))
    }

    /// The reader's browser may have a font that this machine has not.
    @Test func lettersWithoutAFontHereAreKept() async throws {
        let chart = Chart("𒀀𒁀") { BarMark(x: .value("", "𒀀𒁀"), y: .value("Sold", 3)) }
        let page = ReportPage("Page", lead: "", sections: [.init("Chart", [.chart(chart)])])
        let text = String(decoding: try await page.html(in: RunContext(workers: 1)), as: UTF8.self)
        #expect(text.components(separatedBy: ">𒀀𒁀</text>").count - 1 == 4)
        #expect(!text.contains(">??"))
    }

    @Test func measurementsCanBeTakenOut() async throws {
        let text = try await text()
        #expect(text.contains("<span class=\"measured\" data-number=\"1.5\">1.5 s</span>"))
        let rest = text.replacing(#/<span class="measured"[^>]*>[^<]*<\/span>/#, with: "")
        #expect(!rest.contains("1.5 s") && !rest.contains("\"1.5\""))
    }

    /// Text of charts that follows the scheme, and ink on cells that does not.
    @Test func darkColoursAreThoseOfTheTheme() async throws {
        let text = try await text()
        #expect(text.contains("figure [fill=\"#1F2328\"] { fill: #E8EBEF; }"))
        #expect(text.contains("figure .cell [fill=\"#1F2328\"] { fill: #1F2328; }"))
        #expect(text.contains("prefers-color-scheme: dark"))
        // Numbers within bars stay readable when the bars change their colours.
        for index in 0..<30 {
            let (bar, dark) = (Theme.light.seriesColor(index), Theme.dark.seriesColor(index))
            let selector = "figure .bar rect[fill=\"\(bar.hex)\"] + text[fill=\"\(Theme.light.ink(on: bar).hex)\"]"
            let rule = try #require(text.split(separator: "\n").first { $0.contains(selector) }, "\(index)")
            let ink = try #require(rule.firstMatch(of: #/fill: #([0-9A-F]{6});/#)?.1)
            #expect(Color(try #require(UInt32(ink, radix: 16))).contrast(with: dark) >= 4.5, "\(index)")
        }
    }
}
