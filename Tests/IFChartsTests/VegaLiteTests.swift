import Foundation
import IFCharts
import Testing

@Suite struct VegaLiteTests {
    private func object(_ chart: Chart) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(chart.vegaLite().utf8))
        return try #require(json as? [String: Any])
    }

    private func values(_ json: [String: Any]) throws -> [[String: Any]] {
        try #require((json["data"] as? [String: Any])?["values"] as? [[String: Any]])
    }

    @Test func everyChartIsJSON() throws {
        // Scripts/golden/charts/check_vega_lite.py checks what is written here against the schema of Vega-Lite.
        let folder = ProcessInfo.processInfo.environment["INSIGHTFLOW_VEGA_FOLDER"].map { URL(filePath: $0) }
        for (name, chart) in Gallery.all + Gallery.pipeline {
            let json = try object(chart)
            if let folder { try Data(chart.vegaLite().utf8).write(to: folder.appending(path: "\(name).vl.json")) }
            #expect(json["$schema"] as? String == "https://vega.github.io/schema/vega-lite/v5.json", "\(name)")
            let layers = json["layer"] ?? (json["spec"] as? [String: Any])?["layer"]
            #expect((layers as? [Any])?.isEmpty == false, "\(name)")
        }
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
