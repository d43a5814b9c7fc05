import Foundation
import IFCore
import IFRatings
import IFTesting
import Testing

@Suite("Ratings against pandas and DuckDB")
struct RatingsGoldenTests {
    struct Golden: Decodable {
        struct Orders: Decodable {
            var order_id: [Int64]
            var user_id: [Int64]
            var days_since_prior_order: [Double?]
        }
        struct Lines: Decodable {
            var order_id: [Int64]
            var product_id: [Int64]
        }
        struct Features: Decodable {
            var user_id: [Int64]
            var product_id: [Int64]
            var upi_count: [Int64]
            var upi_avg_interval: [Double?]
            var rating: [Double]
        }
        var orders: Orders
        var lines: Lines
        var features: Features
        var lines_without_order: Int
        var first_row_without_order: Int
    }

    struct History: Decodable {
        var orders: Int
        var lines: Int
        var pairs: Int
        var users: Int
        var products: Int
        var count_total: Int64
        var count_maximum: Int64
        var interval_total: Double
        var pairs_without_interval: Int
        var rating_total: Double
    }

    static func load<Value: Decodable>(_ name: String, as: Value.Type) throws -> Value {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }

    @Test func randomOrdersAgree() async throws {
        let golden = try Self.load("ratings.json", as: Golden.self)
        let orders = Table([
            "order_id": .int64(golden.orders.order_id), "user_id": .int64(golden.orders.user_id),
            "days_since_prior_order": .double(golden.orders.days_since_prior_order),
        ])
        let lines = Table(["order_id": .int64(golden.lines.order_id), "product_id": .int64(golden.lines.product_id)])
        let result = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext(workers: 2))

        #expect(try result.features.int64("user_id").values == golden.features.user_id)
        #expect(try result.features.int64("product_id").values == golden.features.product_id)
        #expect(try result.features.int64("upi_count").values == golden.features.upi_count)
        #expect(result.features.names == ["user_id", "product_id", "upi_count", "upi_avg_interval"])
        #expect(result.ratings.names == ["user_id", "product_id", "rating"])
        let intervals = try result.features.double("upi_avg_interval")
        let ratings = try result.ratings.double("rating")
        var nulls = 0
        for (row, expected) in golden.features.upi_avg_interval.enumerated() {
            let found = intervals[row]
            #expect((found == nil) == (expected == nil), "row \(row)")
            if let found, let expected {
                #expect(abs(found - expected) <= 1e-12 * max(1, expected))
            } else {
                nulls += 1
            }
            #expect(abs((ratings[row] ?? 0) - golden.features.rating[row]) < 1e-14)
        }
        #expect(result.report.pairsWithoutInterval == nulls)
        #expect(nulls > 0, "the case must hold pairs without an interval")
        #expect(result.report.linesWithoutOrder.count == golden.lines_without_order)
        #expect(result.report.linesWithoutOrder.firstRows.first == golden.first_row_without_order)
        #expect(result.report.joinedLines + golden.lines_without_order == golden.lines.order_id.count)
    }

    @Test(
        .enabled(
            if: SharedData.has("data/instacart/history"),
            Comment(rawValue: SharedData.missing("data/instacart/history"))))
    func realHistoryAgrees() async throws {
        let golden = try Self.load("history.json", as: History.self)
        let orders = try HistoryData.orders()
        let lines = try HistoryData.lines("order_products__prior")
        let result = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext(workers: 2))
        let report = result.report
        #expect(report.orders == golden.orders)
        #expect(report.lines == golden.lines)
        #expect(report.joinedLines == golden.lines)
        #expect(report.pairs == golden.pairs)
        #expect(report.users == golden.users)
        #expect(report.products == golden.products)
        #expect(report.pairsWithoutInterval == golden.pairs_without_interval)
        #expect(report.ordersWithoutInterval == golden.users, "each user's first order has no interval")
        let counts = try result.features.int64("upi_count").values
        #expect(counts.reduce(0, +) == golden.count_total)
        #expect(counts.max() == golden.count_maximum)
        let intervals = try result.features.double("upi_avg_interval")
        let total = (0..<intervals.count).reduce(0.0) { $0 + (intervals[$1] ?? 0) }
        #expect(abs(total - golden.interval_total) < 1e-9 * golden.interval_total)
        let ratings = try result.ratings.double("rating").values.reduce(0, +)
        #expect(abs(ratings - golden.rating_total) < 1e-11 * golden.rating_total)
    }

    @Test(
        .enabled(
            if: SharedData.has("data/instacart/history"),
            Comment(rawValue: SharedData.missing("data/instacart/history"))))
    func trainLinesAreHeldOut() async throws {
        let orders = try HistoryData.orders()
        let prior = try HistoryData.lines("order_products__prior")
        let train = try HistoryData.lines("order_products__train")
        var stream = try await RatingsBuilder().stream(orders: orders, in: RunContext())
        try await stream.append(prior)
        try await stream.append(train)
        let both = try await stream.finish()
        let onlyPrior = try await RatingsBuilder().build(orders: orders, lines: prior, in: RunContext())
        let isSame = both.features == onlyPrior.features
        #expect(isSame)
        #expect(both.report.heldOutLines.count == train.rowCount)
        #expect(both.report.heldOutLines.firstRows.first == prior.rowCount + 1)

        let all = RatingsBuilder(configuration: .init(includedSets: nil))
        let included = try await all.build(orders: orders, lines: train, in: RunContext())
        #expect(included.report.joinedLines == train.rowCount)
    }
}
