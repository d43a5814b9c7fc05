import IFCore
import IFRatings
import Testing

/// Random data of awkward shapes, against a join and grouping by dictionaries.
@Suite("Ratings of random data")
struct RatingsPropertyTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var seed: UInt64
        var users = 3000
        var orders = 8_000
        var lines = 40_000
        var products = 900
        var productStep: Int64 = 1
        var orderStep: Int64 = 1
        var sortedLines = true
        var fractions = false
        var productBits = 32
    }

    static let shapes: [Shape] = [
        Shape(testDescription: "as orders come", seed: 1),
        Shape(testDescription: "lines in any order", seed: 2, sortedLines: false),
        Shape(testDescription: "fractional and negative intervals", seed: 3, fractions: true),
        Shape(testDescription: "sparse ids", seed: 4, productStep: 1_000_003, orderStep: 999_983),
        Shape(testDescription: "64-bit products", seed: 5, productStep: 3, productBits: 64),
        Shape(testDescription: "sparse 64-bit products", seed: 6, productStep: 1 << 40, productBits: 64),
        Shape(testDescription: "few users, many lines", seed: 7, users: 3, orders: 50, products: 20_000),
        Shape(testDescription: "one product", seed: 8, products: 1),
    ]

    private func tables(_ shape: Shape) -> (orders: Table, lines: Table) {
        var random = RandomSource(seed: shape.seed).stream("ratings-test")
        var orderIDs = (0..<Int64(shape.orders)).map { 5 + $0 * shape.orderStep }
        random.shuffle(&orderIDs)
        let users = (0..<shape.orders).map { _ in Int32(random.integer(below: shape.users)) - 7 }
        let days: [Double?] = (0..<shape.orders).map { _ in
            if random.integer(below: 12) == 0 { return nil }
            return shape.fractions ? random.normal() * 10 : Double(random.integer(below: 31))
        }
        var lineOrders = (0..<shape.lines).map { _ in 5 + Int64(random.integer(below: shape.orders)) * shape.orderStep }
        if shape.sortedLines { lineOrders.sort() }
        let products = (0..<shape.lines).map { _ in Int64(random.integer(below: shape.products)) * shape.productStep - 3
        }
        let productColumn: Column =
            shape.productBits == 32 ? .int32(products.map { Int32(truncatingIfNeeded: $0) }) : .int64(products)
        return (
            Table(["order_id": .int64(orderIDs), "user_id": .int32(users), "days_since_prior_order": .double(days)]),
            Table(["order_id": .int64(lineOrders), "product_id": productColumn])
        )
    }

    private struct Sums {
        var lines: Int64 = 0
        var known = 0.0
        var days = 0.0
    }

    @Test(arguments: shapes)
    func agreesWithDictionaries(shape: Shape) async throws {
        let (orders, lines) = tables(shape)
        let result = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext(workers: 2))
        let (users, products) = (try result.features.int64("user_id"), try result.features.int64("product_id"))
        let days = try orders.double("days_since_prior_order")
        let (orderIDs, userIDs) = (try orders.int64("order_id").values, try orders.int64("user_id").values)
        let rowOf = Dictionary(uniqueKeysWithValues: zip(orderIDs, 0..<orders.rowCount))
        var expected: [[Int64]: Sums] = [:]
        let (lineOrders, lineProducts) = (try lines.int64("order_id").values, try lines.int64("product_id").values)
        for line in 0..<lines.rowCount {
            let row = try #require(rowOf[lineOrders[line]])
            var sums = expected[[userIDs[row], lineProducts[line]]] ?? Sums()
            sums.lines += 1
            if let value = days[row] { (sums.known, sums.days) = (sums.known + 1, sums.days + value) }
            expected[[userIDs[row], lineProducts[line]]] = sums
        }
        #expect(result.report.pairs == expected.count)
        let counts = try result.features.int64("upi_count").values
        let intervals = try result.features.double("upi_avg_interval")
        var wrong = 0
        for row in 0..<counts.count {
            let key = [users.values[row], products.values[row]]
            let sums = expected[key] ?? Sums()
            let mean = sums.known == 0 ? nil : sums.days / sums.known
            let isClose = (mean == nil) == (intervals[row] == nil) && abs((mean ?? 0) - (intervals[row] ?? 0)) < 1e-9
            let isAfter = row == 0 || [users.values[row - 1], products.values[row - 1]].lexicographicallyPrecedes(key)
            if counts[row] != sums.lines || !isClose || !isAfter { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(result.report.products == Set(lineProducts).count)
    }

    @Test(arguments: [shapes[1], shapes[2], shapes[6]])
    func sameBytesForAnyWorkersAndBatches(shape: Shape) async throws {
        let (orders, lines) = tables(shape)
        let alone = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext(workers: 1))
        for workers in [2, 3, 5] {
            let context = RunContext(workers: WorkerBudget(workers))
            let isSame = try await RatingsBuilder().build(orders: orders, lines: lines, in: context) == alone
            #expect(isSame, "\(workers) workers")
            var stream = try await RatingsBuilder().stream(orders: orders, in: context)
            for start in stride(from: 0, to: lines.rowCount, by: 7_001 * workers) {
                try await stream.append(lines.gather(Array(start..<min(lines.rowCount, start + 7_001 * workers))))
            }
            let isSameInBatches = try await stream.finish() == alone
            #expect(isSameInBatches, "\(workers) workers, batches")
        }
    }
}
