// Charts from plain values. With a folder as argument, writes the pictures of Docs/Charts.md there.
import Foundation
import IFCharts

// snippet.bars
let fruit = Chart("Boxes sold") {
    for (kind, year, boxes) in [
        ("apples", "2025", 31.0), ("apples", "2026", 38), ("pears", "2025", 22), ("pears", "2026", 19),
        ("plums", "2025", 9), ("plums", "2026", 14),
    ] {
        BarMark(x: .value("", kind), y: .value("Boxes", boxes))
            .foregroundStyle(by: .value("Year", year))
            .annotation(.decimal(0))
    }
}
let png = try fruit.render(.png)
// snippet.end

// snippet.lines
let weeks = (1...12).map { Double($0) }
let means = weeks.map { 0.06 + 0.03 * (1 - exp(-$0 / 4)) }
let recall = Chart("Recall@10 week by week") {
    BandPlot(
        x: .values("Week", weeks), label: "Recall@10", lower: means.map { $0 - 0.004 }, upper: means.map { $0 + 0.004 })
    LinePlot(x: .values("Week", weeks), y: .values("Recall@10", means)).symbol()
    RuleMark(y: .value("Recall@10", 0.08)).annotation("goal")
}
.subtitle("Mean and 95% confidence interval")
let svg = try recall.render(.svg, RenderOptions(theme: .dark))
// snippet.end

// snippet.facets
let hours = (0..<24).map { Double($0) }
let rhythm = Chart("Orders by hour") {
    for (day, peak) in [("weekday", 18.0), ("weekend", 11.0)] {
        LinePlot(x: .values("Hour", hours), y: .values("Orders", hours.map { 40 * exp(-pow(($0 - peak) / 4, 2)) }))
            .facet(by: .value("Day", day))
    }
}
// snippet.end

// snippet.vega
let specification = try fruit.vegaLite()
// snippet.end

let places = (0..<9_000).map { Double($0) }
let frequency = places.prefix(400).map { $0.truncatingRemainder(dividingBy: 40) + 1 }
let interval = zip(places, frequency).map { (place: Double, orders: Double) -> Double in
    60 / orders + (place * 7).truncatingRemainder(dividingBy: 9)
}
let matrix = SegmentCharts.matrix(recency: interval, frequency: frequency)
let segments = (0..<9_000).map { Int32($0 % 3) }
let first = zip(places, segments).map { (place: Double, segment: Int32) -> Double in
    let noise: Double = sin(place * 12.9898) * 3 + cos(place * 78.233) * 2
    return noise + Double(segment) * 5
}
let second = zip(places, segments).map { (place: Double, segment: Int32) -> Double in
    let noise: Double = cos(place * 39.425) * 2 + sin(place * 3.7)
    return noise + Double(segment % 2) * 6
}
let cloud = SegmentCharts.plane(
    first: first, second: second, segments: segments, names: ["loyal", "new", "at risk"], shares: (0.64, 0.23))

precondition(png.starts(with: [0x89, 0x50, 0x4E, 0x47]), "a PNG file")
precondition(String(decoding: svg, as: UTF8.self).contains("Recall@10 week by week</title>"), "named for all readers")
precondition(specification.contains("vega-lite/v5"), "a Vega-Lite specification")

if CommandLine.arguments.count > 1 {
    let folder = URL(filePath: CommandLine.arguments[1])
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, chart) in [("bars", fruit), ("lines", recall), ("facets", rhythm), ("matrix", matrix)] {
        for (suffix, theme) in [("", Theme.light), ("-dark", .dark)] {
            try chart.render(.svg, RenderOptions(width: 560, height: 340, theme: theme))
                .write(to: folder.appending(path: "\(name)\(suffix).svg"))
        }
    }
    try cloud.render(.png, RenderOptions(width: 560, height: 400, scale: 1.5))
        .write(to: folder.appending(path: "cloud.png"))
}
