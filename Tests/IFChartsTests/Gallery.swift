import Foundation
import IFCharts
import IFCore

/// Charts of every kind, each a case that many tests draw.
enum Gallery {
    static var all: [(name: String, chart: Chart)] {
        [
            ("bars", groupedBars), ("stacked", stackedBars), ("lying", lyingBars), ("trend", trend),
            ("histogram", histograms), ("ecdf", cumulative), ("scatter", scatter(300)), ("cloud", scatter(20_000)),
            ("heatmap", heatmap), ("facets", facets), ("log", logLines), ("band", band),
        ]
    }

    static var groupedBars: Chart {
        let metrics = ["precision", "recall", "map", "ndcg"]
        return Chart("Latest run against the baseline") {
            for (index, metric) in metrics.enumerated() {
                for (model, factor) in [("als", 1.0), ("baseline", 0.7)] {
                    let value = (0.08 + 0.03 * Double(index)) * factor
                    BarMark(x: .value("Metric", metric), y: .value("Value", value))
                        .foregroundStyle(by: .value("Model", model))
                        .annotation(.decimal(3))
                }
            }
            for (index, metric) in metrics.enumerated() {
                for (model, factor) in [("als", 1.0), ("baseline", 0.7)] {
                    let value = (0.08 + 0.03 * Double(index)) * factor
                    ErrorBarMark(
                        x: .value("Metric", metric), label: "Value", lower: value - 0.01, upper: value + 0.01
                    ).foregroundStyle(by: .value("Model", model))
                }
            }
        }
        .subtitle("Means over 12,345 users with 95% confidence intervals")
    }

    static var stackedBars: Chart {
        Chart("Orders by day") {
            for day in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] {
                for (index, segment) in ["loyal", "new", "at risk"].enumerated() {
                    let letters: Int = day.utf8.reduce(0) { $0 + Int($1) }
                    let value = Double(letters % 40 + 20 * (index + 1))
                    BarMark(x: .value("Day", day), y: .value("Orders", value))
                        .foregroundStyle(by: .value("Segment", segment)).stacking(.stacked).annotation(.decimal(0))
                }
            }
        }
    }

    static var lyingBars: Chart {
        Chart("Most bought products") {
            for (index, name) in [
                "Banana", "Bag of Organic Bananas", "Organic Strawberries", "Organic Baby Spinach",
                "Organic Hass Avocado", "Large Lemon",
                "Unsweetened Original Almond Breeze Almond Milk with a very long name",
            ].enumerated() {
                BarMark(x: .value("Orders", 472_565.0 / Double(index + 1)), y: .value("Product", name))
                    .annotation(.decimal(0))
            }
        }
        .chartYAxisLabel("")
    }

    static var trend: Chart {
        Chart("NDCG@10 of the last runs") {
            for run in 0..<9 {
                let date = Date(timeIntervalSince1970: 1_763_000_000 + Double(run) * 93_000)
                for (series, level) in [("als", 0.09), ("baseline", 0.07), ("lift", 0.12)] {
                    LineMark(
                        x: .value("Finished (UTC)", date), y: .value("NDCG", level + 0.004 * sin(Double(run)))
                    ).foregroundStyle(by: .value("Series", series)).symbol()
                }
            }
            RuleMark(y: .value("NDCG", 0.1)).annotation("goal")
        }
    }

    static func normal(_ count: Int, stage: StaticString) -> [Double] {
        var stream = RandomSource(seed: 7).stream(stage)
        return (0..<count).map { _ in
            var sum = -3.0
            for _ in 0..<6 { sum += Double(stream.next() >> 11) / 9_007_199_254_740_992 }
            return sum
        }
    }

    static var histograms: Chart {
        let before = normal(4_000, stage: "before").map { 15 + 9 * $0 }
        let after = normal(4_000, stage: "after").map { 22 + 12 * $0 }
        return Chart("Days since the prior order") {
            HistogramPlot(.values("Days", before), in: 0...60, bins: 60).foregroundStyle(by: .value("Data", "before"))
            HistogramPlot(.values("Days", after), in: 0...60, bins: 60).foregroundStyle(by: .value("Data", "after"))
        }
    }

    static var cumulative: Chart {
        let before = normal(4_000, stage: "before").map { (15 + 9 * $0).rounded() }
        let after = normal(4_000, stage: "after").map { (22 + 12 * $0).rounded() }
        return Chart("Days since the prior order") {
            ECDFPlot(.values("Days", before), in: 0...60).foregroundStyle(by: .value("Data", "before"))
            ECDFPlot(.values("Days", after), in: 0...60).foregroundStyle(by: .value("Data", "after"))
            RuleMark(x: .value("Days", 30.0)).annotation("30 days")
        }
        .chartYAxisFormat(.percent())
    }

    static func scatter(_ count: Int) -> Chart {
        let x = normal(count, stage: "x")
        let y = normal(count, stage: "y")
        let codes = (0..<count).map { Int32($0 % 10) }
        let shifted = zip(x, codes).map { $0 + Double($1 % 5) }
        let raised = zip(y, codes).map { $0 + Double($1 / 5) * 3 }
        return Chart("Customers in the plane of the first two components") {
            PointPlot(x: .values("First component (61%)", shifted), y: .values("Second component (27%)", raised))
                .foregroundStyle(by: .categories("Segment", codes: codes, names: (0..<10).map { "\($0)" }))
        }
    }

    static var heatmap: Chart {
        let rows = (0..<10).map { "Segment \($0)" }
        let columns = ["recency", "frequency", "monetary"]
        let values = (0..<30).map { sin(Double($0) * 1.7) * 2.1 }
        return Chart("Profiles of the segments") {
            HeatmapPlot(
                columns: .values("", columns), rows: .values("", rows), values: .values("z-score", values)
            ).annotation(.decimal(2))
        }
        .chartColorScale(midpoint: 0)
    }

    static var facets: Chart {
        Chart("Traces of the chains") {
            for chain in 0..<4 {
                for sweep in 1...10 {
                    let wave = sin(Double(sweep * (chain + 1)))
                    LineMark(x: .value("Sweep", sweep), y: .value("Value", 12 + wave))
                        .foregroundStyle(by: .value("Chain", "\(chain + 1)")).facet(by: .value("Statistic", "mean"))
                    LineMark(x: .value("Sweep", sweep), y: .value("Value", 3 + wave / 10))
                        .foregroundStyle(by: .value("Chain", "\(chain + 1)"))
                        .facet(by: .value("Statistic", "standard deviation"))
                }
            }
        }
        .chartFacets(sharesY: false)
    }

    static var logLines: Chart {
        Chart("Loss") {
            for sweep in 1...20 {
                LineMark(x: .value("Sweep", sweep), y: .value("Loss", 1e6 * exp(-Double(sweep) / 2) + 5))
            }
        }
        .chartYScale(.log)
    }

    static var band: Chart {
        let x = (0...50).map { Double($0) }
        let mean = x.map { sin($0 / 8) + $0 / 20 }
        return Chart("A mean with its band") {
            BandPlot(
                x: .values("Weight", x), label: "Precision", lower: mean.map { $0 - 0.3 }, upper: mean.map { $0 + 0.3 })
            LinePlot(x: .values("Weight", x), y: .values("Precision", mean))
        }
    }
}
