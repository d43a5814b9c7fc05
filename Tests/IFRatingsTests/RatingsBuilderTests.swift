import Foundation
import IFCore
import IFRatings
import Testing

@Suite("RatingsBuilder")
struct RatingsBuilderTests {
    let orders = Table([
        "order_id": .int32([11, 12, 21, 31]), "user_id": .int32([1, 1, 2, 3]),
        "days_since_prior_order": .double([nil, 8, 30, 4]),
    ])

    @Test func countsMeansAndRatings() async throws {
        let lines = Table(["order_id": .int32([11, 11, 12, 12, 21]), "product_id": .int32([5, 7, 5, 9, 7])])
        let result = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext())
        #expect(result.features["user_id"] == .int32([1, 1, 1, 2]))
        #expect(result.features["product_id"] == .int32([5, 7, 9, 7]))
        #expect(result.features["upi_count"] == .int64([2, 1, 1, 1]))
        let intervals = try result.features.double("upi_avg_interval")
        #expect((0..<4).map { intervals[$0] } == [8, nil, 8, 30])
        #expect(try result.ratings.double("rating").values[0] == 1 + Foundation.log(3.0))
        #expect(result.report.users == 2)
        #expect(result.report.products == 3)
        #expect(result.report.ordersWithoutInterval == 1)
        #expect(result.report.pairsWithoutInterval == 1)
    }

    @Test func interactionsHoldTheRatings() async throws {
        let lines = Table(["order_id": .int32([31, 12, 12]), "product_id": .int32([7, 9, 7])])
        let interactions = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext())
            .interactions()
        #expect(interactions.users.ids == .int64([1, 3]))
        #expect(interactions.items.ids == .int64([7, 9]))
        #expect(interactions.matrix.offsets == [0, 2, 3])
        #expect(interactions.matrix.columns == [0, 1, 0])
        #expect(interactions.matrix.values == [Float](repeating: Float(1 + Foundation.log(2.0)), count: 3))
    }

    @Test func idTypesAreKept() async throws {
        let lines = Table(["order_id": .double([11, 12]), "product_id": .int64([1 << 40, 3])])
        let wide = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext())
        #expect(wide.ratings["user_id"] == .int32([1, 1]))
        #expect(wide.ratings["product_id"] == .int64([3, 1 << 40]))

        let named = Table([
            "order_id": .strings(["a", "b"]), "user_id": .strings(["zoe", "ann"]),
            "days_since_prior_order": .int32([3, 5]),
        ])
        let namedLines = Table([
            "order_id": .strings(["a", "a", "b"]), "product_id": .strings(["tea", "oats", "tea"]),
        ])
        let result = try await RatingsBuilder().build(orders: named, lines: namedLines, in: RunContext())
        #expect(result.ratings["user_id"] == .strings(["ann", "zoe", "zoe"]))
        #expect(result.ratings["product_id"] == .strings(["tea", "oats", "tea"]))
        #expect(result.interactions().items.ids == .strings(StringValues(["oats", "tea"])))
    }

    @Test func linesWithoutOrderAreCountedWithTheirRows() async throws {
        var stream = try await RatingsBuilder().stream(orders: orders, in: RunContext())
        try await stream.append(Table(["order_id": .int32([11, 99]), "product_id": .int32([1, 1])]))
        try await stream.append(Table(["order_id": .int32([]), "product_id": .int32([])]))
        try await stream.append(Table(["order_id": .int32([98, 12]), "product_id": .int32([1, 1])]))
        let result = try await stream.finish()
        #expect(result.report.linesWithoutOrder.count == 2)
        #expect(result.report.linesWithoutOrder.firstRows == [2, 3])
        #expect(result.report.joinedLines == 2)
        #expect(result.features["upi_count"] == .int64([2]))
    }

    @Test func repeatedOrdersCountOnce() async throws {
        let twice = Table([
            "order_id": .int32([11, 12, 11]), "user_id": .int32([1, 1, 1]),
            "days_since_prior_order": .double([2, 3, 2]),
        ])
        let lines = Table(["order_id": .int32([11]), "product_id": .int32([4])])
        let result = try await RatingsBuilder().build(orders: twice, lines: lines, in: RunContext())
        #expect(result.features["upi_count"] == .int64([1]))
        #expect(result.report.duplicateOrders == 1)
    }

    @Test func contradictingOrdersAreRefused() async throws {
        let torn = Table([
            "order_id": .int32([11, 12, 11]), "user_id": .int32([1, 1, 2]),
            "days_since_prior_order": .double([2, 3, 2]),
        ])
        let lines = Table(["order_id": .int32([11]), "product_id": .int32([4])])
        let error = await #expect(throws: IFError.self) {
            try await RatingsBuilder().build(orders: torn, lines: lines, in: RunContext())
        }
        #expect(error?.code == .invalidData)
        #expect(error?.location.row == 3)
        let first = RatingsBuilder(configuration: .init(conflictingOrders: .keepFirst))
        let result = try await first.build(orders: torn, lines: lines, in: RunContext())
        #expect(result.features["user_id"] == .int32([1]))
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var orders: Table?
        var lines: Table
        var code: IFError.Code
        var row: Int?
        var column: String?
    }

    static let badInputs: [Bad] = [
        Bad(
            testDescription: "no product column", lines: Table(["order_id": .int32([11])]), code: .missingColumn,
            column: "product_id"),
        Bad(
            testDescription: "missing order id",
            lines: Table(["order_id": .int32([11, nil]), "product_id": .int32([1, 1])]),
            code: .invalidData, row: 2, column: "order_id"),
        Bad(
            testDescription: "nothing joins", lines: Table(["order_id": .int32([1]), "product_id": .int32([1])]),
            code: .emptyData),
        Bad(
            testDescription: "no orders",
            orders: Table(["order_id": .int32([]), "user_id": .int32([]), "days_since_prior_order": .int32([])]),
            lines: Table(["order_id": .int32([1]), "product_id": .int32([1])]), code: .emptyData),
        Bad(
            testDescription: "infinite interval",
            orders: Table([
                "order_id": .int32([1, 2]), "user_id": .int32([1, 1]),
                "days_since_prior_order": .double([1, .infinity]),
            ]), lines: Table(["order_id": .int32([1]), "product_id": .int32([1])]), code: .invalidData, row: 2,
            column: "days_since_prior_order"),
    ]

    @Test(arguments: badInputs)
    func badInputsAreNamed(bad: Bad) async throws {
        let error = await #expect(throws: IFError.self) {
            try await RatingsBuilder().build(orders: bad.orders ?? orders, lines: bad.lines, in: RunContext())
        }
        #expect(error?.code == bad.code)
        #expect(error?.location.row == bad.row)
        #expect(error?.location.column == bad.column)
    }

    @Test func cancellationEndsTheJoin() async throws {
        let orders = orders
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await RatingsBuilder().build(
                orders: orders, lines: Table(["order_id": .int32([11]), "product_id": .int32([1])]), in: RunContext())
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
