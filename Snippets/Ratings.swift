// Orders and order lines, joined and grouped into one rating for every user and product.
import IFCore
import IFRatings

// snippet.build
let orders = Table([
    "order_id": .int64([1, 2, 3, 4]),
    "user_id": .strings(["ann", "ann", "bob", "bob"]),
    "eval_set": .strings(["prior", "prior", "prior", "train"]),
    "days_since_prior_order": .double([nil, 7, nil, 12] as [Double?]),
])
let lines = Table([
    "order_id": .int64([1, 1, 2, 3, 4, 9]),
    "product_id": .strings(["milk", "bread", "milk", "tea", "tea", "milk"]),
])
let result = try await RatingsBuilder().build(orders: orders, lines: lines, in: RunContext(workers: 2))
let interactions = result.interactions()
// snippet.end

let counts = try result.features.int64("upi_count")
let intervals = try result.features.double("upi_avg_interval")
precondition(counts.values == [1, 2, 1], "ann's bread and milk, bob's tea")
precondition(intervals[1] == 7, "the first order has no interval")
precondition(interactions.matrix.count == 3, "three pairs")

// snippet.report
let report = result.report
print("\(report.joinedLines) of \(report.lines) lines joined, \(report.heldOutLines.count) held out")
print("\(report.linesWithoutOrder.count) without an order, first in row \(report.linesWithoutOrder.firstRows)")
// snippet.end

precondition(report.heldOutLines.count == 1, "the train order is held out")
precondition(report.linesWithoutOrder.firstRows == [6], "order 9 is unknown")

// snippet.stream
/// Rates lines that arrive in batches, so that they need not all be in memory.
func rate(orders: Table, batches: [Table]) async throws -> RatingsResult {
    var stream = try await RatingsBuilder().stream(orders: orders, in: RunContext())
    for batch in batches { try await stream.append(batch) }
    return try await stream.finish()
}
// snippet.end

let streamed = try await rate(orders: orders, batches: [lines.gather([0, 1, 2]), lines.gather([3, 4, 5])])
precondition(streamed == result, "how lines are cut into batches changes nothing")
