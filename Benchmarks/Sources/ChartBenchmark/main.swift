// CPU time of drawing PNG pictures, two pixels to a unit; the peer is Peers/matplotlib_charts.py, which draws the same data
// at the same sizes.
//
//     ChartBenchmark [ROUNDS [FOLDER]]     prints one line of JSON a chart; with a folder, also writes the pictures
//
// A round draws every chart 15 times after 2 warm-ups and takes the median; 5 rounds where nothing else is said. The line
// has the median of the rounds' medians, and the lowest and highest of them.
import Foundation
import IFCharts

// Types are spelled out where a busy machine's type checker has given up.
let scores: [[Double]] = (0..<3).map { (level: Int) -> [Double] in
    let middle: Double = 0.05 + 0.03 * Double(level)
    return Numbers.noise(40, Double(level)).map { (value: Double) -> Double in middle + 0.002 * value }
}
let fewerBefore = Array(Numbers.before.prefix(20_000))
let fewerAfter = Array(Numbers.after.prefix(20_000))
let lifts = Numbers.noise(300, 5)

func bars() -> Chart {
    Chart("The latest run against the baseline") {
        for (index, name) in Numbers.metrics.enumerated() {
            for (series, factor) in [("als", 1.0), ("baseline", 0.7)] {
                let value = (0.18 - 0.03 * Double(index)) * factor
                BarMark(x: .value("", name), y: .value("Value", value)).foregroundStyle(by: .value("", series))
            }
        }
        for (index, name) in Numbers.metrics.enumerated() {
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
            LinePlot(x: .values("Run finished (UTC)", Numbers.dates), y: .values("NDCG@10", values))
                .foregroundStyle(by: .value("Series", series)).symbol()
        }
    }
}

func histogram() -> Chart {
    Chart("Days between orders") {
        HistogramPlot(.values("Days", Numbers.before), in: 0...60, bins: 60).foregroundStyle(by: .value("", "before"))
        HistogramPlot(.values("Days", Numbers.after), in: 0...60, bins: 60).foregroundStyle(by: .value("", "after"))
    }
}

func ecdf() -> Chart {
    Chart("Share of intervals") {
        ECDFPlot(.values("Days", fewerBefore)).foregroundStyle(by: .value("", "before"))
        ECDFPlot(.values("Days", fewerAfter)).foregroundStyle(by: .value("", "after"))
    }
}

func heatmap() -> Chart {
    Chart("Lift") {
        HeatmapPlot(
            columns: .values("", Numbers.segments), rows: .values("", Numbers.products),
            values: .values("log2 lift", lifts)
        )
        .annotation(.decimal(1))
    }
    .chartColorScale(midpoint: 0)
    .frame(width: 800, height: 640)  // as high as its numbers need
}

func scatter() -> Chart {
    Chart("Customers by segment") {
        PointPlot(x: .values("First component", Numbers.cloudX), y: .values("Second component", Numbers.cloudY))
            .foregroundStyle(by: .categories("Segment", codes: Numbers.codes, names: Numbers.segments))
    }
}

let general: [(name: String, draw: () -> Chart)] = [
    ("bars", bars), ("trend", trend), ("histogram", histogram), ("ecdf", ecdf), ("heatmap", heatmap),
    ("scatter", scatter),
]
let cases: [(name: String, draw: () -> Chart)] = general + PipelineCases.all

func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Width and height of a PNG file, from its first chunk.
func pixels(_ picture: Data) -> (width: Int, height: Int) {
    let bytes = [UInt8](picture.prefix(24))
    func number(_ start: Int) -> Int { bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
}

let repeats = 15
let arguments = CommandLine.arguments
let rounds = arguments.count > 1 ? max(1, Int(arguments[1]) ?? 5) : 5
var medians = [[Double]](repeating: [], count: cases.count)
var pictures = [Data](repeating: Data(), count: cases.count)
for _ in 0..<rounds {
    for index in cases.indices {
        var seconds: [Double] = []
        for _ in 0..<(repeats + 2) {
            let start = processorSeconds()
            pictures[index] = try cases[index].draw().render(.png, RenderOptions(scale: 2))
            seconds.append(processorSeconds() - start)
        }
        medians[index].append(median(Array(seconds.dropFirst(2))) * 1000)
    }
}
for index in cases.indices {
    let size = pixels(pictures[index])
    let low = medians[index].min() ?? 0
    let high = medians[index].max() ?? 0
    print(
        "{\"chart\":\"\(cases[index].name)\",\"median_ms\":\(median(medians[index])),\"low_ms\":\(low),"
            + "\"high_ms\":\(high),\"rounds\":\(rounds),\"width\":\(size.width),\"height\":\(size.height),"
            + "\"bytes\":\(pictures[index].count)}")
    if arguments.count > 2 {
        try pictures[index].write(to: URL(filePath: arguments[2]).appending(path: "\(cases[index].name).png"))
    }
}
