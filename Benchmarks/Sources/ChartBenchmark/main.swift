// CPU time of drawing PNG pictures of 1600 x 960 pixels; the peer is Peers/matplotlib_charts.py, which draws the same data.
//
//     ChartBenchmark [FOLDER]     prints one line of JSON a chart; with a folder, also writes the pictures
import Foundation
import IFCharts

/// The same numbers on both sides: the fractional part of a multiple of the golden ratio, made roughly normal.
func noise(_ count: Int, _ salt: Double) -> [Double] {
    (0..<count).map { index in
        var sum = -3.0
        for term in 1...6 {
            let value = (Double(index) + salt) * 0.6180339887498949 * Double(term * term + 1)
            sum += value - value.rounded(.down)
        }
        return sum
    }
}

let names = ["Precision@10", "Recall@10", "MAP@10", "NDCG@10"]
let dates = (0..<40).map { Date(timeIntervalSince1970: 1_763_000_000 + Double($0) * 90_000) }
// Types are spelled out where a busy machine's type checker has given up.
let scores: [[Double]] = (0..<3).map { (level: Int) -> [Double] in
    let middle: Double = 0.05 + 0.03 * Double(level)
    return noise(40, Double(level)).map { (value: Double) -> Double in middle + 0.002 * value }
}
let before = noise(100_000, 1).map { 15 + 9 * $0 }
let after = noise(100_000, 2).map { 22 + 12 * $0 }
let codes = (0..<50_000).map { Int32($0 % 10) }
let cloudX: [Double] = zip(noise(50_000, 3), codes).map { (value, code) -> Double in value + Double(code % 5) }
let cloudY: [Double] = zip(noise(50_000, 4), codes).map { (value, code) -> Double in value + Double(code / 5) * 3 }
let rows = (0..<30).map { "Product \($0)" }
let columns = (0..<10).map { "Segment \($0)" }
let lifts = noise(300, 5)

func bars() -> Chart {
    Chart("The latest run against the baseline") {
        for (index, name) in names.enumerated() {
            for (series, factor) in [("als", 1.0), ("baseline", 0.7)] {
                let value = (0.18 - 0.03 * Double(index)) * factor
                BarMark(x: .value("", name), y: .value("Value", value)).foregroundStyle(by: .value("", series))
            }
        }
        for (index, name) in names.enumerated() {
            for (series, factor) in [("als", 1.0), ("baseline", 0.7)] {
                let value = (0.18 - 0.03 * Double(index)) * factor
                ErrorBarMark(x: .value("", name), label: "Value", lower: value - 0.005, upper: value + 0.005)
                    .foregroundStyle(by: .value("", series))
            }
        }
    }
}

func trend() -> Chart {
    Chart("NDCG@10 over the runs") {
        for (series, values) in zip(["als", "baseline", "lift"], scores) {
            LinePlot(x: .values("Run finished (UTC)", dates), y: .values("NDCG@10", values))
                .foregroundStyle(by: .value("Series", series)).symbol()
        }
    }
}

func histogram() -> Chart {
    Chart("Days between orders") {
        HistogramPlot(.values("Days", before), in: 0...60, bins: 60).foregroundStyle(by: .value("", "before"))
        HistogramPlot(.values("Days", after), in: 0...60, bins: 60).foregroundStyle(by: .value("", "after"))
    }
}

func ecdf() -> Chart {
    Chart("Share of intervals") {
        ECDFPlot(.values("Days", Array(before.prefix(20_000)))).foregroundStyle(by: .value("", "before"))
        ECDFPlot(.values("Days", Array(after.prefix(20_000)))).foregroundStyle(by: .value("", "after"))
    }
}

func heatmap() -> Chart {
    Chart("Lift") {
        HeatmapPlot(columns: .values("", columns), rows: .values("", rows), values: .values("log2 lift", lifts))
            .annotation(.decimal(1))
    }
    .chartColorScale(midpoint: 0)
}

func scatter() -> Chart {
    Chart("Customers by segment") {
        PointPlot(x: .values("First component", cloudX), y: .values("Second component", cloudY))
            .foregroundStyle(by: .categories("Segment", codes: codes, names: columns))
    }
}

let cases: [(String, () -> Chart)] = [
    ("bars", bars), ("trend", trend), ("histogram", histogram), ("ecdf", ecdf), ("heatmap", heatmap),
    ("scatter", scatter),
]

func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let repeats = 15
for index in cases.indices {
    var seconds: [Double] = []
    var name = ""
    var picture = Data()
    for _ in 0..<(repeats + 2) {
        let (title, makeChart) = cases[index]
        let start = processorSeconds()
        picture = try makeChart().render(.png, RenderOptions(width: 800, height: 480, scale: 2))
        seconds.append(processorSeconds() - start)
        name = title
    }
    let warm = seconds.dropFirst(2).sorted()
    print(
        "{\"chart\":\"\(name)\",\"median_ms\":\(warm[repeats / 2] * 1000),\"min_ms\":\(warm[0] * 1000),"
            + "\"max_ms\":\(warm[repeats - 1] * 1000),\"bytes\":\(picture.count)}")
    if CommandLine.arguments.count > 1 {
        try picture.write(to: URL(filePath: CommandLine.arguments[1]).appending(path: "\(name).png"))
    }
}
