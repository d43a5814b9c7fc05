import IFCore
import IFSegment
import Testing

@Suite("SegmentPopularity")
struct SegmentPopularityTests {
    @Test func agreesWithPandas() async throws {
        let golden = try Golden.load("popularity", as: PopularityGolden.self)
        let result = try await SegmentPopularity(smoothing: golden.beta, topCount: golden.top).rank(
            lines: [golden.lines.table], orders: golden.orders.table, segments: golden.userSegments(),
            in: RunContext(workers: 2))
        let table = result.table
        #expect(table.names == ["segment", "product_id", "score", "rank", "support_seg", "support_global"])
        #expect(table["segment"] == .int32(golden.popularity.segment))
        #expect(table["product_id"] == .int64(golden.popularity.product_id))
        #expect(table["rank"] == .int32(golden.popularity.rank))
        #expect(Golden.difference(try table.double("score").values, golden.popularity.score) < 1e-14)
        #expect(Golden.difference(try table.double("support_seg").values, golden.popularity.support_seg) < 1e-14)
        #expect(Golden.difference(try table.double("support_global").values, golden.popularity.support_global) < 1e-14)
    }

    static let orders = Table(["order_id": .int32([1, 2, 3]), "user_id": .strings(["a", "b", "c"])])
    static let segments = Table(["user_id": .strings(["a", "b"]), "cluster": .int32([4, 2])])

    @Test func tiesGoToTheLowerProduct() async throws {
        let lines = Table(["order_id": .int32([1, 1, 1, 2]), "product_id": .strings(["pear", "fig", "fig", "kiwi"])])
        let result = try await SegmentPopularity(smoothing: 0).rank(
            lines: [lines], orders: Self.orders, segments: Self.segments, in: RunContext())
        #expect(result.table["segment"] == .int32([2, 4, 4]))
        #expect(result.table["product_id"] == .strings(["kiwi", "fig", "pear"]))
        #expect(result.table["rank"] == .int32([1, 1, 2]))
        #expect(try result.table.double("score").values == [1, 2.0 / 3, 1.0 / 3])
        let even = Table(["order_id": .int32([1, 1]), "product_id": .strings(["pear", "fig"])])
        let tied = try await SegmentPopularity().rank(
            lines: [even], orders: Self.orders, segments: Self.segments, in: RunContext())
        #expect(tied.table["product_id"] == .strings(["fig", "pear"]))
    }

    @Test func linesThatCannotCountAreReported() async throws {
        let lines = Table(["order_id": .int32([1, 3, 9, 9]), "product_id": .int32([5, 6, 7, 7])])
        let result = try await SegmentPopularity().rank(
            lines: [lines, lines], orders: Self.orders, segments: Self.segments, in: RunContext())
        #expect(result.lines == 8)
        #expect(result.linesWithoutSegment == 2)
        #expect(result.linesWithoutOrder == 4)
        #expect(result.segmentTotals == [0, 2])
        #expect(result.table["support_global"] == .double([1.0]))
    }

    @Test func nothingToCountIsAnError() async throws {
        let lines = Table(["order_id": .int32([3]), "product_id": .int32([5])])
        let error = await #expect(throws: IFError.self) {
            try await SegmentPopularity().rank(
                lines: [lines], orders: Self.orders, segments: Self.segments, in: RunContext())
        }
        #expect(error?.code == .emptyData)
    }

    @Test func usersInTwoSegmentsAreRefused() async throws {
        let torn = Table(["user_id": .strings(["a", "a"]), "segment": .int32([1, 2])])
        let lines = Table(["order_id": .int32([1]), "product_id": .int32([5])])
        let error = await #expect(throws: IFError.self) {
            try await SegmentPopularity().rank(lines: [lines], orders: Self.orders, segments: torn, in: RunContext())
        }
        #expect(error?.code == .invalidData)
        #expect(error?.location.row == 2)
    }
}
