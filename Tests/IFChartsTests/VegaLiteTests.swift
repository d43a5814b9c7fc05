import Foundation
import Testing

@testable import IFCharts

@Suite struct VegaLiteTests {
    private func object(_ chart: Chart) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(chart.vegaLite().utf8))
        return try #require(json as? [String: Any])
    }

    private func values(_ json: [String: Any]) throws -> [[String: Any]] {
        try #require((json["data"] as? [String: Any])?["values"] as? [[String: Any]])
    }

    @Test func everyChartIsJSON() throws {
        // Scripts/check-vega-lite.sh checks what is written here against the schema of Vega-Lite.
        let folder = ProcessInfo.processInfo.environment["INSIGHTFLOW_VEGA_FOLDER"].map { URL(filePath: $0) }
        for (name, chart) in Gallery.all + Gallery.pipeline {
            let json = try object(chart)
            if let folder { try Data(chart.vegaLite().utf8).write(to: folder.appending(path: "\(name).vl.json")) }
            #expect(json["$schema"] as? String == "https://vega.github.io/schema/vega-lite/v5.json", "\(name)")
            let layers = json["layer"] ?? (json["spec"] as? [String: Any])?["layer"]
            #expect((layers as? [Any])?.isEmpty == false, "\(name)")
        }
    }

    /// A size stands beside the layers, where Vega-Lite looks for it: within `spec` where there are panels, which share their
    /// scales as they do when drawn.
    @Test func everyChartHasItsSize() throws {
        var faceted: Set<String> = []
        for (name, chart) in Gallery.all + Gallery.pipeline {
            let json = try object(chart)
            let whole = (width: chart.frame.width ?? 640, height: chart.frame.height ?? 380)
            guard let spec = json["spec"] as? [String: Any] else {
                #expect(json["width"] as? Double == whole.width && json["height"] as? Double == whole.height, "\(name)")
                #expect(json["layer"] != nil && json["facet"] == nil && json["resolve"] == nil, "\(name)")
                continue
            }
            faceted.insert(name)
            #expect(json["facet"] != nil && json["layer"] == nil, "\(name)")
            #expect(json["width"] == nil && json["height"] == nil, "\(name): the schema refuses these here")
            let columns = try #require(json["columns"] as? Double)
            let panels = try Set(values(json).compactMap { $0["facet"] as? String }).count
            let rows = (Double(panels) / columns).rounded(.up)
            for (side, count, whole) in [("width", columns, whole.width), ("height", rows, whole.height)] {
                let length = try #require(spec[side] as? Double, "\(name)")
                #expect(length * count <= whole && length * count > 0.75 * whole, "\(name): \(side) \(length)")
            }
            let resolve = try #require(json["resolve"] as? [String: [String: String]])
            #expect(resolve == ["scale": ["y": chart.facets.sharesY ? "shared" : "independent"]], "\(name)")
        }
        #expect(faceted == ["facets", "imputation-traces", "metric-trend", "segment-means"])
    }

    /// Panels that share their axis at y have one domain, which no panel's rows change; others have none.
    @Test func sharedAxesHaveOneDomain() throws {
        func scale(_ isShared: Bool) throws -> (json: [String: Any], scale: [String: Any]) {
            let chart = Chart {
                LinePlot(x: .values("x", [1.0, 2]), y: .values("y", [1.0, 2])).facet(by: .value("kind", "low"))
                LinePlot(x: .values("x", [1.0, 2]), y: .values("y", [80.0, 90])).facet(by: .value("kind", "high"))
            }
            .chartFacets(columns: 1, sharesY: isShared).frame(width: 300, height: 400)
            let json = try object(chart)
            let spec = try #require(json["spec"] as? [String: Any])
            #expect(spec["width"] as? Double == 300 && spec["height"] as? Double == 180)
            let layer = try #require((spec["layer"] as? [[String: Any]])?.first)
            let encoding = try #require(layer["encoding"] as? [String: [String: Any]])
            return (json, try #require(encoding["y"]?["scale"] as? [String: Any]))
        }
        let shared = try scale(true)
        let domain = try #require(shared.scale["domain"] as? [Double])
        #expect(domain.count == 2 && domain[0] <= 1 && domain[1] >= 90)
        #expect(shared.json["resolve"] as? [String: [String: String]] == ["scale": ["y": "shared"]])
        let own = try scale(false)
        #expect(own.scale["domain"] == nil)
        #expect(own.json["resolve"] as? [String: [String: String]] == ["scale": ["y": "independent"]])
    }

    @Test func holdsTheDataOfTheChart() throws {
        let chart = Chart("Fruit </script>") {
            BarMark(x: .value("Kind", "apples"), y: .value("Boxes", 3.0)).foregroundStyle(by: .value("Year", "2025"))
            BarMark(x: .value("Kind", "pears"), y: .value("Boxes", 8.5)).foregroundStyle(by: .value("Year", "2026"))
            RuleMark(y: .value("Boxes", 5.0))
        }
        #expect(try !chart.vegaLite().contains("</script>"))
        let json = try object(chart)
        let rows = try values(json)
        #expect(rows.count == 3)
        #expect(rows[0]["x"] as? String == "apples" && rows[0]["y"] as? Double == 3)
        #expect(rows[1]["series"] as? String == "2026" && rows[1]["y"] as? Double == 8.5)
        let layers = try #require(json["layer"] as? [[String: Any]])
        #expect(layers.map { ($0["mark"] as? [String: Any])?["type"] as? String } == ["bar", "rule"])
        let encoding = try #require(layers[0]["encoding"] as? [String: [String: Any]])
        #expect(encoding["x"]?["sort"] as? [String] == ["apples", "pears"])
        #expect(encoding["xOffset"]?["field"] as? String == "series")
        #expect((encoding["color"]?["scale"] as? [String: Any])?["domain"] as? [String] == ["2025", "2026"])
    }

    /// Numbers at axes, words at shapes and intervals look as they are drawn.
    @Test func looksAsDrawn() throws {
        let bars = try object(Gallery.groupedBars)
        let layers = try #require(bars["layer"] as? [[String: Any]])
        #expect(layers.map { ($0["mark"] as? [String: Any])?["type"] as? String } == ["bar", "errorbar", "text"])
        let intervals = try #require(layers[1]["encoding"] as? [String: [String: Any]])
        #expect(intervals["color"] == nil && intervals["xOffset"] != nil)
        #expect((layers[1]["mark"] as? [String: Any])?["color"] as? String == "#1F2328")
        #expect(try values(bars).first?["label"] as? String == "0.080")
        let cells = try object(Gallery.heatmap)
        let words = try #require((cells["layer"] as? [[String: Any]])?.last?["encoding"] as? [String: [String: Any]])
        let conditions = try #require(words["color"]?["condition"] as? [[String: String]])
        #expect(conditions.contains(["test": "datum.ink === '#FFFFFF'", "value": "#FFFFFF"]))
        #expect(words["color"]?["field"] == nil, "a field would need a scale beside that of the cells")
        let rules = try values(object(Gallery.trend)).compactMap { $0["label"] as? String }
        #expect(rules == ["goal"])
        let shares = try object(Gallery.cumulative)
        let first = try #require((shares["layer"] as? [[String: Any]])?.first?["encoding"] as? [String: [String: Any]])
        #expect((first["y"]?["axis"] as? [String: Any])?["format"] as? String == ",.0%")
        #expect(first["x"]?["axis"] == nil)
        let dots = try object(Gallery.scatter(300))
        let mark = try #require((dots["layer"] as? [[String: Any]])?.first?["mark"] as? [String: Any])
        #expect(mark["size"] as? Double == 38.48 && mark["opacity"] as? Double == 0.7)
    }

    @Test func timesAreMillisecondsAndGapsAreNull() throws {
        let chart = Chart {
            LineMark(x: .value("t", Date(timeIntervalSince1970: 1_000)), y: .value("v", 1.0))
            LineMark(x: .value("t", Date(timeIntervalSince1970: 2_000)), y: .value("v", Double.nan))
        }
        let rows = try values(object(chart))
        #expect(rows[0]["x"] as? Double == 1_000_000)
        #expect(rows[1]["y"] is NSNull)
    }
}
