import Foundation
import IFCore
import IFSegment
import Testing

@testable import IFCharts
@testable import IFPipeline

/// Which rows of the segments' tables their charts show.
@Suite struct SegmentPicturesTests {
    /// Segments whose numbers are not their places.
    private static let segments: [Int32] = [2, 5, 7]

    private func users(_ count: Int) -> Table {
        var stream = RandomSource(seed: 3).stream("test/customers")
        var values = [[Double]](repeating: [], count: 3)
        for _ in 0..<count { for column in 0..<3 { values[column].append(1 + 30 * stream.uniform()) } }
        return Table([
            "user_id": .int32((0..<count).map { Int32($0) }),
            "segment": .int32((0..<count).map { Self.segments[$0 % Self.segments.count] }),
            "R": .double(values[0]), "F": .double(values[1]), "M": .double(values[2]),
        ])
    }

    private struct Row {
        var product: Int32
        var segment: Int32
        var lift: Double
    }

    /// segment_popularity of some rows, with the supports their lifts come from or without.
    private func popularity(_ rows: [Row], hasSupport: Bool = true, inAll: Double = 1.0 / 1_024) -> Table {
        var table = Table([
            "segment": .int32(rows.map(\.segment)), "product_id": .int32(rows.map(\.product)),
            "score": .double(rows.indices.map { 1 / Double($0 + 1) }),
        ])
        if hasSupport {
            table.set("support_seg", .double(rows.map { $0.lift * inAll }))
            table.set("support_global", .double(rows.map { _ in inAll }))
        }
        return table
    }

    private func pictures(_ users: Table, _ popularity: Table, seed: UInt64 = 1) throws -> SegmentPictures {
        let random = RandomSource(seed: seed)
        return try SegmentPictures(
            users: users, popularity: popularity,
            exports: SegmentExports(users: users, popularity: popularity, random: random), random: random)
    }

    private func chart(_ file: String, _ pictures: SegmentPictures) throws -> Chart {
        try #require(try pictures.charts().first { $0.file == file }?.chart)
    }

    /// What the cells of a chart say: the names of the column and the row, and the number.
    private func cells(_ chart: Chart) throws -> [(column: String, row: String, value: String)] {
        let svg = String(decoding: try chart.render(.svg), as: UTF8.self)
        return svg.matches(of: /<title>Segment: ([^,]*), ([^,]*), [^<]*: ([^<]*)<\/title>/).map { match in
            let value = String(match.output.3).replacing("\u{2212}", with: "-")
            return (column: String(match.output.1), row: String(match.output.2), value: value)
        }
    }

    /// Product p of 0..<40 has the lifts 2^-a, 1 and 2^a, where a grows with the place of p in a shuffled order.
    private var products: [(product: Int32, reach: Double)] {
        (0..<40).map { number in
            let place = (number * 17 + 5) % 40
            return (product: Int32(number), reach: Double(place) / 8)
        }
    }

    private var rows: [Row] {
        var rows: [Row] = []
        for (product, reach) in products {
            for (segment, log) in zip(Self.segments, [-reach, 0, reach]) {
                rows.append(Row(product: product, segment: segment, lift: exp2(log)))
            }
        }
        return rows
    }

    @Test func theThirtyProductsOfTheGreatestVarianceAreShown() throws {
        var pictures = try pictures(users(30), popularity(rows))
        let expected = products.sorted { $0.reach > $1.reach }.prefix(30)
        let best = try #require(expected.first)
        pictures.names = [.integer(Int64(best.product)): "Oat milk"]
        let cells = try cells(chart("seg_pop_lift.png", pictures))
        #expect(cells.count == 90)
        #expect(cells.prefix(3).map(\.column) == ["2", "5", "7"])
        let shown = stride(from: 0, to: cells.count, by: 3).map { cells[$0].row }
        #expect(shown == ["Oat milk"] + expected.dropFirst().map { "Product \($0.product)" })
        for (place, product) in expected.enumerated() {
            for (cell, log) in zip(cells.dropFirst(3 * place), [-product.reach, 0, product.reach]) {
                let value = try #require(Double(cell.value))
                #expect(abs(value - log) < 0.01, "\(cell)")
            }
        }
    }

    /// A segment that does not list a product says nothing of it: that is neither a lift of 0 nor one of 1.
    @Test func pairsThatAreAbsentStayBlank() throws {
        let rows = [
            // One segment alone has no variance.
            Row(product: 10, segment: 5, lift: 8),
            // With 0 or 1 for segment 5, the variance would be the greatest.
            Row(product: 9, segment: 2, lift: 4), Row(product: 9, segment: 7, lift: 4.1),
            Row(product: 8, segment: 2, lift: 2), Row(product: 8, segment: 5, lift: 1.5),
            Row(product: 8, segment: 7, lift: 1),
        ]
        let cells = try cells(chart("seg_pop_lift.png", pictures(users(30), popularity(rows))))
        #expect(cells.map(\.row) == [8, 8, 8, 9, 9, 9, 10, 10, 10].map { "Product \($0)" })
        #expect(cells.map(\.value) == ["1", "0.585", "0", "2", "–", "2.036", "–", "3", "–"])
    }

    /// Products that nobody bought have no lift, and segments without customers no column.
    @Test func whatHasNoSupportIsLeftOut() throws {
        let sold = rows.prefix(6)
        var table = popularity(Array(sold) + [Row(product: 0, segment: 3, lift: 9)])
        var inAll = try table.double("support_global").values
        for row in 3..<6 { inAll[row] = 0 }
        table.set("support_global", .double(inAll))
        let cells = try cells(chart("seg_pop_lift.png", pictures(users(30), table)))
        #expect(cells.map(\.row) == ["Product 0", "Product 0", "Product 0"])
        #expect(cells.map(\.column) == ["2", "5", "7"])
    }

    @Test func tablesWithoutSupportHaveNoChartOfTheLift() throws {
        let all = [
            "cluster_profiles.png", "pca_segments.png", "seg_pop_lift.png", "segment_sizes.png", "segment_means.png",
            "rfm_matrix.png",
        ]
        #expect(try pictures(users(30), popularity(rows)).charts().map(\.file) == all)
        for table in [popularity(rows, hasSupport: false), popularity([])] {
            let files = try pictures(users(30), table).charts().map(\.file)
            #expect(files == all.filter { $0 != "seg_pop_lift.png" })
        }
    }

    @Test func manyCustomersAreSampledAndTheChartSaysSo() throws {
        let limit = SegmentPictures.sampledCustomers
        #expect(limit == 50_000)
        let all = try chart("pca_segments.png", pictures(users(limit), popularity([])))
        #expect(all.caption == nil && all.layers.map(\.count) == [limit])

        let users = users(limit + 10)
        let one = try chart("pca_segments.png", pictures(users, popularity([])))
        #expect(one.caption == "A random sample of 50,000 of 50,010 customers.")
        #expect(one.layers.map(\.count) == [limit])
        let places = try Places(one)
        #expect(Set(places.points.map(\.x)).count == limit, "every customer at most once")

        // Each point is a customer's, with the colour of that customer's segment.
        let columns = try UserSegments(users)
        var values: [Double] = []
        for row in 0..<columns.count { for column in columns.values { values.append(column[row]) } }
        let features = FeatureMatrix(names: ["r", "f", "m"], rowCount: columns.count, values: values)
        let components = try PrincipalComponents(features).transform(features)
        var segments: [Point: String] = [:]
        for row in 0..<columns.count {
            let point = Point(x: components.values[row * 2], y: components.values[row * 2 + 1])
            segments[point] = "\(columns.segments[row])"
        }
        #expect(zip(places.points, places.segments).allSatisfy { segments[$0] == $1 })

        // The sample is the seed's.
        #expect(try Places(chart("pca_segments.png", pictures(users, popularity([])))).points == places.points)
        #expect(try Places(chart("pca_segments.png", pictures(users, popularity([]), seed: 2))).points != places.points)
    }

    private struct Point: Hashable {
        var x: Double
        var y: Double
    }

    /// The points of a chart's first layer and the names of their colours.
    private struct Places {
        var points: [Point]
        var segments: [String]

        init(_ chart: Chart) throws {
            let layer = try #require(chart.layers.first)
            guard case .numbers(let xs)? = layer.x?.column.storage, case .numbers(let ys)? = layer.y?.column.storage,
                case .categories(let series)? = layer.series?.column.storage
            else { throw IFError(.typeMismatch, "the layer is none of numbers by category") }
            points = zip(xs, ys).map { Point(x: $0, y: $1) }
            segments = series.codes.map { series.names[Int($0)] }
        }
    }
}
