import Foundation
import IFCore
@testable import IFCharts
import Testing

/// What an SVG picture says, element by element.
@Suite struct SVGStructureTests {
    private func document(_ chart: Chart, _ options: RenderOptions = RenderOptions()) throws -> SVGDocument {
        try SVGDocument(chart.render(.svg, options))
    }

    @Test func barsCarryNamesTicksAndValues() throws {
        let chart = Chart("Fruit") {
            for (name, value) in [("apples", 3.0), ("pears", 8.0), ("plums", -2.0)] {
                BarMark(x: .value("Kind", name), y: .value("Boxes", value))
            }
        }
        let svg = try document(chart)
        #expect(svg.texts(in: "titles") == ["Fruit"])
        #expect(svg.texts(in: "axis x") == ["apples", "pears", "plums"])
        #expect(svg.texts(in: "axis-name x") == ["Kind"])
        #expect(svg.texts(in: "axis-name y") == ["Boxes"])
        let ticks = svg.texts(in: "axis y").map { $0.replacing("\u{2212}", with: "-") }.compactMap { Double($0) }
        #expect(ticks.contains(0) && ticks.contains { $0 >= 8 } && ticks.contains { $0 <= -2 })
        #expect(
            svg.titles(in: "mark bar") == [
                "Kind: apples, Boxes: 3", "Kind: pears, Boxes: 8", "Kind: plums, Boxes: \u{2212}2",
            ])
        // Heights are in the proportion of the values, and what is negative hangs from zero.
        let bars = svg.groups("mark bar").flatMap(\.all).filter { $0.name == "rect" }
        #expect(bars.count == 3)
        #expect(abs(bars[1].number("height") / bars[0].number("height") - 8.0 / 3) < 0.01)
        #expect(abs(bars[0].number("y") + bars[0].number("height") - bars[2].number("y")) < 0.02)
    }

    @Test func positionsAgreeWithTheAxis() throws {
        let values = [1.0, 4, 9, 16, 25]
        let chart = Chart { PointPlot(x: .values("x", values), y: .values("y", values)) }
        let svg = try document(chart)
        let labels = svg.groups("axis y").flatMap(\.all).filter { $0.name == "text" }
        let places = try labels.map { (try #require(Double($0.text)), $0.number("y")) }
        let (first, last) = (try #require(places.first), try #require(places.last))
        let slope = (last.1 - first.1) / (last.0 - first.0)
        // A label's baseline lies below its tick by a part of its size.
        let baseline = 0.36 * labels[0].number("font-size")
        let circles = svg.groups("mark point").flatMap(\.all).filter { $0.name == "circle" }
        #expect(circles.count == values.count)
        for (circle, value) in zip(circles, values) {
            #expect(abs(circle.number("cy") - (first.1 + (value - first.0) * slope - baseline)) < 0.05)
        }
    }

    @Test func carriesAlternativeText() throws {
        let svg = try document(Gallery.groupedBars)
        let ids = svg.elements("title") + svg.elements("desc")
        let named = try #require(svg.root.attributes["aria-labelledby"]).split(separator: " ").map(String.init)
        #expect(svg.root.attributes["role"] == "img")
        #expect(named.count == 2)
        for id in named { #expect(ids.contains { $0.attributes["id"] == id }) }
        let description = try #require(svg.elements("desc").first).text
        for word in ["bars", "precision, recall, map, ndcg", "als, baseline"] { #expect(description.contains(word)) }
        let own = try document(Gallery.band.accessibilityLabel("Rises & falls"))
        #expect(own.elements("desc").first?.text == "Rises & falls")
    }

    @Test func idsOfDifferentChartsDiffer() throws {
        var seen: Set<String> = []
        for (name, chart) in Gallery.all {
            let svg = try document(chart)
            let ids = Set(svg.all.compactMap { $0.attributes["id"] })
            #expect(ids.count == svg.all.count { $0.attributes["id"] != nil }, "\(name) repeats an id")
            #expect(seen.isDisjoint(with: ids), "\(name) shares an id with another chart")
            seen.formUnion(ids)
            // Every reference has its definition within the picture.
            for element in svg.all {
                for value in element.attributes.values where value.hasPrefix("url(#") {
                    #expect(ids.contains(String(value.dropFirst(5).dropLast())))
                }
            }
        }
        let prefixed = try document(Gallery.heatmap, RenderOptions(idPrefix: "report-3"))
        for id in prefixed.all.compactMap({ $0.attributes["id"] }) { #expect(id.hasPrefix("report-3-")) }
        #expect(throws: (any Error).self) { try document(Gallery.heatmap, RenderOptions(idPrefix: "3\"><script>")) }
    }

    @Test func textIsEscaped() throws {
        let chart = Chart("R&D <b>\"x\"</b>\u{7}") {
            BarMark(x: .value("a<b", "M&M's"), y: .value("v", 1.0))
        }
        let svg = try document(chart)
        #expect(svg.texts(in: "titles") == ["R&D <b>\"x\"</b>"])
        #expect(svg.texts(in: "axis x") == ["M&M's"])
        #expect(svg.elements("b").isEmpty)
    }

    @Test func manyDotsBecomeOnePicture() throws {
        let few = try document(Gallery.scatter(2_000))
        #expect(few.groups("mark point").flatMap(\.all).count { $0.name == "circle" } == 2_000)
        let data = try Gallery.scatter(20_000).render(.svg)
        let many = try SVGDocument(data)
        #expect(many.elements("image").count == 1)
        #expect(many.groups("mark point").flatMap(\.all).count { $0.name == "circle" } == 0)
        #expect(many.elements("image")[0].attributes["href"]?.hasPrefix("data:image/png;base64,iVBOR") == true)
        #expect(data.count < 1_500_000)
    }

    @Test func legendNamesEverySeries() throws {
        let svg = try document(Gallery.trend)
        #expect(svg.texts(in: "legend") == ["Series", "als", "baseline", "lift"])
        #expect(svg.texts(in: "mark horizontalRule") == ["goal"])
        let hidden = try document(Gallery.trend.chartLegend(isShown: false))
        #expect(hidden.texts(in: "legend").isEmpty)
    }

    @Test func facetsShareOrKeepTheirAxes() throws {
        let own = try document(Gallery.facets)
        #expect(own.groups("panel").map { $0.attributes["aria-label"] } == ["mean", "standard deviation"])
        #expect(own.groups("axis y").count == 2)
        let shared = try document(Gallery.facets.chartFacets(sharesY: true))
        #expect(shared.groups("axis y").count == 1)
    }

    /// Each panel's bars stand on 0, not on those of the panel before.
    @Test func barsAreStackedPanelByPanel() throws {
        let panels = ["left", "right"]
        let chart = Chart("Orders") {
            for (panel, value) in zip(panels, [10.0, 4.0]) {
                for segment in ["loyal", "new"] {
                    BarMark(x: .value("Day", "Mon"), y: .value("Orders", value))
                        .foregroundStyle(by: .value("Segment", segment)).stacking(.stacked)
                        .facet(by: .value("Shop", panel))
                }
            }
        }
        var resolver = PlotResolver(chart, theme: .light)
        let model = try resolver.resolve()
        let tops = model.panels.map { panel in panel.layers.flatMap(\.y).max() }
        #expect(tops == [20, 8])
    }

    /// A bar's words tell its own value, wherever it stands.
    @Test func stackedBarsSayTheirOwnValues() throws {
        let chart = Chart("Orders") {
            for segment in ["loyal", "new"] {
                BarMark(x: .value("Orders", 10.0), y: .value("Day", "Mon"))
                    .foregroundStyle(by: .value("Segment", segment)).stacking(.stacked)
            }
        }
        let text = String(decoding: try chart.render(.svg), as: UTF8.self)
        #expect(text.contains("Orders: 10") && !text.contains("Orders: 20"))
    }

    /// Style sheets that change a bar's colour find its number by that, and so do those of reports.
    @Test func numbersStandRightAfterTheBarsThatTheyAreIn() throws {
        let svg = try document(Gallery.stackedBars)
        let groups = svg.groups("mark bar")
        var numbers = 0
        for group in groups {
            for (mark, next) in zip(group.children, group.children.dropFirst()) where next.name == "text" {
                #expect(mark.name == "rect" && mark.attributes["fill"] != nil)
                numbers += 1
            }
        }
        #expect(numbers > 10)
    }

    @Test func timesBeyondTheCalendarAreRefused() {
        let chart = Chart("Far") {
            LinePlot(x: .values("When", [Date(timeIntervalSince1970: 1e300)]), y: .values("Value", [1.0]))
        }
        #expect { try chart.render(.png) } throws: { ($0 as? IFError)?.code == .invalidArgument }
    }

    @Test func heatmapsSayTheirNumbers() throws {
        let svg = try document(Gallery.heatmap)
        let cells = svg.groups("mark cell").flatMap(\.all).filter { $0.name == "rect" }
        #expect(cells.count == 30)
        let expected = NumberFormat.decimal(2).text(sin(1.7) * 2.1)
        #expect(svg.texts(in: "mark cell")[1] == expected)
        #expect(svg.titles(in: "mark cell")[1].hasPrefix("frequency, Segment 0, z-score: "))
        // The middle of a diverging scale is its palest colour.
        let middle = Chart {
            HeatmapPlot(
                columns: .values("c", ["a", "b", "c"]), rows: .values("r", ["r"]), values: .values("v", [-4.0, 1, 2]))
        }
        .chartColorScale(midpoint: 1)
        let fills = try document(middle).groups("mark cell").flatMap(\.all).compactMap { $0.attributes["fill"] }
        #expect(fills == ["#053061", "#F7F7F7", "#FDDBC7"])
    }
}
