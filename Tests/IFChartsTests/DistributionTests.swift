import Foundation
import Testing

@testable import IFCharts

/// Bins and cumulative shares against NumPy and statsmodels (Scripts/golden/charts/make_distributions.py).
@Suite struct DistributionTests {
    private struct Golden: Decodable {
        var values: [Double]
        var edges: [Double]
        var density: [Double]
        var counts: [Double]
        var ecdf_x: [Double]
        var ecdf_y: [Double]
    }

    private func golden() throws -> Golden {
        let file = GoldenPictureTests.folder.appending(path: "distributions.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    @Test func binsAgreeWithNumPy() throws {
        let golden = try golden()
        let values = PlotValues.values("x", golden.values + [.nan])
        for (height, expected) in [(HistogramPlot.Height.density, golden.density), (.count, golden.counts)] {
            let layer = HistogramPlot(values, in: 0...60, bins: 24, height: height).element.layer
            let found = try #require(layer.y?.column.continuous)
            #expect(found.count == 24 && layer.omitted == 1)
            for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-12) }
            #expect(layer.x?.column.continuous == Array(golden.edges.dropLast()))
            #expect(layer.xEnd == Array(golden.edges.dropFirst()))
        }
        let shares = HistogramPlot(values, in: 0...60, bins: 24, height: .share).element.layer
        #expect(abs(try #require(shares.y?.column.continuous).reduce(0, +) - 1) < 1e-12)
    }

    @Test func cumulativeSharesAgreeWithStatsmodels() throws {
        let golden = try golden()
        let layer = ECDFPlot(.values("x", golden.values), in: 0...60).element.layer
        let x = try #require(layer.x?.column.continuous)
        let y = try #require(layer.y?.column.continuous)
        var steps: [Double: Double] = [:]
        for (place, share) in zip(x, y) { steps[place] = share }  // the last of equal places is the step's top
        for (place, share) in zip(golden.ecdf_x, golden.ecdf_y) {
            #expect(abs(try #require(steps[place]) - share) < 1e-12)
        }
    }

    @Test func marksOfOneValueMakeOneLayer() {
        let chart = Chart {
            for index in 0..<50 {
                BarMark(x: .value("x", "\(index % 5)"), y: .value("y", Double(index)))
                    .foregroundStyle(by: .value("s", index % 2 == 0 ? "a" : "b"))
            }
            RuleMark(y: .value("y", 3.0))
            RuleMark(y: .value("y", 4.0))
        }
        #expect(chart.layers.map(\.geometry) == [.bar, .horizontalRule, .horizontalRule])
        #expect(chart.layers[0].x?.column.categories?.names == ["0", "1", "2", "3", "4"])
        #expect(chart.layers[0].series?.column.categories?.codes.prefix(3) == [0, 1, 0])
    }

    @Test func repeatedNamesGetNumbers() {
        #expect(SegmentCharts.distinct(["a", "b", "a", "a (2)", "a"]) == ["a", "b", "a (3)", "a (2)", "a (4)"])
    }

    @Test func extremeValuesFallIntoBins() throws {
        let most = Double.greatestFiniteMagnitude
        for values in [[-most, 0, most], [1e300, 1e300], [0, 0], [Double.leastNonzeroMagnitude, 0]] {
            let layer = HistogramPlot(.values("x", values), bins: 7, height: .count).element.layer
            #expect(try #require(layer.y?.column.continuous).reduce(0, +) == Double(values.count))
        }
    }

    @Test func barsOfNumbersStandInOrder() throws {
        let svg = try SVGDocument(
            Chart { BarPlot(x: .values("k", [20.0, 5, 10]), y: .values("v", [1.0, 2, 3])) }.render(.svg))
        #expect(svg.texts(in: "axis x") == ["5", "10", "20"])
        #expect(svg.titles(in: "mark bar") == ["k: 20, v: 1", "k: 5, v: 2", "k: 10, v: 3"])
    }

    @Test func fifthsAreOfEqualSize() {
        let fifths = SegmentCharts.fifths((0..<100).map { Double(($0 * 37) % 100) })
        for fifth in 0..<5 { #expect(fifths.count { $0 == fifth } == 20) }
        #expect(Set(SegmentCharts.fifths([4, 4, 4])) == [2])
        #expect(SegmentCharts.fifths([]).isEmpty)
    }

    /// Ties lie where most of their ranks do: most customers have one order, and are not those who have many.
    @Test func tiesStayInTheirFifth() {
        let low = SegmentCharts.fifths([Double](repeating: 1, count: 85) + (0..<15).map { 2 + Double($0) })
        #expect(low[..<85].allSatisfy { $0 == 2 } && low[85...].allSatisfy { $0 == 4 })
        let high = SegmentCharts.fifths((0..<15).map { Double($0) } + [Double](repeating: 20, count: 85))
        #expect(high[..<15].allSatisfy { $0 == 0 } && high[15...].allSatisfy { $0 == 2 })
        let few = SegmentCharts.fifths(
            [Double](repeating: 1, count: 20) + [Double](repeating: 5, count: 30)
                + (0..<50).map { 6 + Double($0) })
        #expect(few[..<20].allSatisfy { $0 == 0 } && few[20..<50].allSatisfy { $0 == 1 })
    }
}
