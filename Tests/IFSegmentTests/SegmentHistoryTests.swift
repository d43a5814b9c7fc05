import IFCore
import IFSegment
import IFTesting
import Testing

/// The whole stage on real data, against totals of pandas and scikit-learn.
@Suite(
    "Segments of real data",
    .enabled(if: SharedData.has("data/instacart/history") && SharedData.has("data/cdnow"), "no shared test data"))
struct SegmentHistoryTests {
    struct File: Decodable {
        struct Transactions: Decodable {
            var users: Int
            var r: Double
            var f: Int64
            var m: Double
        }
        var users: Int
        var r: Double
        var f: Double
        var m: Double
        var z_squares: Double
        var kmeans_inertia: Double
        var popularity_rows: Int
        var score_total: Double
        var lift_total: Double
        var cdnow: Transactions
    }

    @Test func instacartHistories() async throws {
        let golden = try Golden.load("history", as: File.self)
        let orders = try HistoryData.orders()
        let train = try HistoryData.lines("order_products__train")
        let features = try RFM().features(orders: orders, trainLines: train)
        #expect(features.count == golden.users)
        #expect(features.recency.reduce(0, +) == golden.r)
        #expect(Double(features.frequency.reduce(0, +)) == golden.f)
        #expect(abs(features.monetary.reduce(0, +) - golden.m) < 1e-9)
        let squares = features.standardized.values.reduce(0) { $0 + $1 * $1 }
        #expect(abs(squares - golden.z_squares) < 1e-9)
        let model = try await KMeans(configuration: .init(segmentCount: 5, starts: 50))
            .fit(features.standardized, in: RunContext())
        #expect(model.inertia <= golden.kmeans_inertia * 1.01)

        guard case .int64(let ids) = features.users else {
            Issue.record("integer ids stay integers")
            return
        }
        let result = try await SegmentPopularity().rank(
            lines: [try HistoryData.lines("order_products__prior"), train], orders: orders,
            segments: features.table(segments: ids.map { Int32($0 % 3) }), in: RunContext(workers: 2))
        #expect(result.table.rowCount == golden.popularity_rows)
        #expect(abs(try result.table.double("score").values.reduce(0, +) - golden.score_total) < 1e-12)
        let lifts = try #require(try SegmentRanking(result.table).lifts)
        #expect(abs(lifts.reduce(0, +) - golden.lift_total) < 1e-9)
    }

    @Test func cdnowPurchases() throws {
        let golden = try Golden.load("history", as: File.self).cdnow
        let features = try RFM(recencyCap: nil).transactions(
            try HistoryData.purchases(), columns: .init(user: "customer", date: "day", value: "value"))
        #expect(features.count == golden.users)
        #expect(features.recency.reduce(0, +) == golden.r)
        #expect(features.frequency.reduce(0, +) == golden.f)
        #expect(abs(features.monetary.reduce(0, +) / golden.m - 1) < 1e-12)
    }
}
