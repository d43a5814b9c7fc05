import Foundation
import Testing

@testable import IFCharts

/// What the charts of the pipeline say, element by element.
@Suite struct PipelineChartTests {
    private func document(_ chart: Chart, _ options: RenderOptions = RenderOptions()) throws -> SVGDocument {
        try SVGDocument(chart.render(.svg, options))
    }

    private func date(_ day: Int) -> Date { Date(timeIntervalSince1970: 1_763_000_000 + Double(day) * 86_400) }

    // MARK: Trends

    private func scores(_ cuts: [Int?]) -> [EvaluationCharts.Score] {
        cuts.enumerated().flatMap { day, cut in
            [("als", 0.08), ("als-postrank", 0.07)].map { variant, level in
                .init(
                    variant: variant, finished: date(day), model: level + 0.001 * Double(day), baseline: 0.06,
                    lift: level / 0.06 - 1, topK: cut)
            }
        }
    }

    /// Points of each line: names of series and how many dots.
    private func dots(_ svg: SVGDocument) -> [String: Int] {
        var counts: [String: Int] = [:]
        for title in svg.titles(in: "mark line") {
            counts[String(title.prefix { $0 != "," }), default: 0] += 1
        }
        return counts
    }

    @Test func runsOfOneCutOffMakeOneLine() throws {
        let svg = try document(EvaluationCharts.trend("NDCG@10", scores([10, 10, 10])))
        #expect(svg.texts(in: "legend") == ["als", "als-postrank", "baseline"])
        #expect(dots(svg) == ["als": 6, "als-postrank": 6, "baseline": 3])
    }

    /// A metric at 5 and one at 10 are no two points of one line.
    @Test func runsOfOtherCutOffsMakeOtherLines() throws {
        let svg = try document(EvaluationCharts.trend("NDCG", scores([10, 5, 10, nil])))
        #expect(
            svg.texts(in: "legend") == [
                "als@?", "als@5", "als@10", "als-postrank@?", "als-postrank@5", "als-postrank@10", "baseline@?",
                "baseline@5", "baseline@10",
            ])
        let dots = dots(svg)
        #expect(dots["als@10"] == 4 && dots["als@5"] == 2 && dots["baseline@10"] == 2 && dots["baseline@5"] == 1)
    }

    /// A baseline belongs to a time, not to a variant: runs of the other variant only have theirs as well.
    @Test func everyTimeHasItsBaseline() throws {
        func score(_ variant: String, _ day: Int, _ baseline: Double?) -> EvaluationCharts.Score {
            .init(variant: variant, finished: date(day), model: 0.08, baseline: baseline, lift: nil, topK: 10)
        }
        let svg = try document(
            EvaluationCharts.trend(
                "NDCG@10",
                [
                    score("als", 0, 0.05), score("als", 1, nil), score("als-postrank", 1, 0.06),
                    score("als-postrank", 2, 0.07), score("als-postrank", 3, 0.065),
                ]))
        #expect(svg.texts(in: "legend") == ["als", "als-postrank", "baseline"])
        let points = svg.titles(in: "mark line").filter { $0.hasPrefix("baseline,") }
        #expect(points.count == 4, "one for each time")
        for (point, value) in zip(points, ["0.05", "0.06", "0.07", "0.065"]) {
            #expect(point.hasSuffix(" \(value)"), "\(point)")
        }
    }

    @Test func coverageDependsOnTheCutOff() throws {
        func legend(_ cuts: [Int?]) throws -> [String] {
            try document(
                EvaluationCharts.coverage(
                    "Coverage", finished: [date(0), date(1)], shares: [0.2, 0.4], variants: ["als", "als"],
                    cutOffs: cuts)
            ).texts(in: "legend")
        }
        #expect(try legend([10, 10]).isEmpty)
        #expect(try legend([10, 5]) == ["als@5", "als@10"])
    }

    /// No dot of a trend lies on the frame, but where the value is 0 and the frame its axis.
    @Test func trendsKeepClearOfTheFrame() throws {
        let loss = TrainingCharts.loss([5, 4, 3.5, 3.4, 3.3], subtitle: "")
        for chart in [EvaluationCharts.trend("NDCG@10", scores([10, 10, 10])), loss] {
            let svg = try document(chart)
            let frames = svg.elements("clipPath").compactMap(\.children.first)
            let lines = svg.groups("mark line")
            #expect(frames.count == lines.count && !lines.isEmpty)
            for (frame, line) in zip(frames, lines) {
                // The clip leaves 6 around the plot.
                for circle in line.all where circle.name == "circle" {
                    let (x, y) = (circle.number("cx"), circle.number("cy"))
                    #expect(x >= frame.number("x") + 10 && x <= frame.number("x") + frame.number("width") - 10)
                    #expect(y >= frame.number("y") + 10 && y <= frame.number("y") + frame.number("height") - 10)
                }
            }
        }
        // A metric is never negative, so there is no room below 0.
        let svg = try document(
            EvaluationCharts.trend("MAP", [.init(finished: date(0), model: 0, baseline: 0.2, lift: 0)]))
        let line = try #require(svg.groups("mark line").first)
        let frame = try #require(line.all.first { $0.name == "rect" })
        let lowest = line.all.filter { $0.name == "circle" }.map { $0.number("cy") }.max()
        #expect(lowest.map { abs($0 - (frame.number("y") + frame.number("height") - 6)) < 0.1 } == true)
    }

    // MARK: The latest run

    /// Bars say which lists they are of: the model's, or those after reranking.
    @Test func barsNameTheirVariant() throws {
        func legend(_ chart: Chart) throws -> [String] { try document(chart).texts(in: "legend") }
        let metrics = [
            (name: "NDCG@10", model: EvaluationCharts.Estimate(0.2), baseline: EvaluationCharts.Estimate(0.1))
        ]
        #expect(try legend(EvaluationCharts.latest(metrics, subtitle: "")) == ["als", "baseline"])
        let reranked = EvaluationCharts.latest(metrics, variant: "als-postrank", subtitle: "")
        #expect(try legend(reranked) == ["als-postrank", "baseline"])
        #expect(
            try document(reranked).titles(in: "mark bar") == [
                "als-postrank, NDCG@10, Value: 0.2", "baseline, NDCG@10, Value: 0.1",
            ])
    }

    // MARK: Trade-offs

    private var tradeOff: Chart {
        EvaluationCharts.tradeOff(
            [0, 0.3, 0.5, 1].map { .init(weight: $0, precision: 0.2 - 0.1 * $0 * $0, coverage: 0.1 + 0.2 * $0) },
            weight: "weight of popularity γ", count: 10, configured: 0.3)
    }

    /// Weights are words, not colours, on either background.
    @Test(arguments: [Theme.light, .dark]) func weightsAreWritten(_ theme: Theme) throws {
        let svg = try document(tradeOff, RenderOptions(theme: theme))
        #expect(svg.texts(in: "labels") == ["0", "0.3 (in use)", "0.5", "1"])
        #expect(svg.groups("color-legend").isEmpty)
        let fills = Set(
            svg.groups("mark point").flatMap(\.all).filter { $0.name == "circle" }.map { $0.attributes["fill"] })
        #expect(fills == [theme.palette[0].hex])
        #expect(theme.palette[0].contrast(with: theme.background) >= 3)
        #expect(svg.titles(in: "mark point")[1].hasSuffix("weight of popularity γ: 0.3 (in use)"))
    }

    /// A picture that is sent around says on whom it was measured.
    @Test func samplesAreNamed() throws {
        func captions(_ users: Int?) throws -> [String] {
            try document(
                EvaluationCharts.tradeOff(
                    [.init(weight: 0, precision: 0.2, coverage: 0.1)], weight: "γ", count: 10, sampledUsers: users)
            ).texts(in: "caption")
        }
        #expect(try captions(1_000) == ["On a sample of 1,000 users."])
        #expect(try captions(1) == ["On a sample of 1 user."])
        #expect(try captions(nil).isEmpty)
    }

    // MARK: Words for those who do not see them

    @Test func descriptionsAreSentences() throws {
        for (name, chart) in Gallery.all + Gallery.pipeline {
            let text = try #require(try document(chart).elements("desc").first).text
            #expect(text.hasSuffix("."), "\(name)")
            // What stands before the first generated sentence is the subtitle.
            let parts = text.components(separatedBy: "Chart of ")
            #expect(parts.count == 2 && (parts[0].isEmpty || parts[0].hasSuffix(". ")), "\(name): \(text)")
        }
    }
}
