// Ratings from orders and lines through the public API.
//
//     python Benchmarks/ratings_peers.py generate DIR
//     RatingsBenchmark DIR [workers] [repeats] [batch lines]
//
// Reads the raw columns that the script writes; the time printed is the join, grouping and rating alone.
import Foundation
import IFCore
import IFRatings

func column(_ folder: String, _ name: String) throws -> [Int32] {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name).i32"), options: .alwaysMapped)
    return unsafe data.withUnsafeBytes { bytes in
        (0..<bytes.count / 4).map { unsafe Int32(littleEndian: bytes.load(fromByteOffset: $0 * 4, as: Int32.self)) }
    }
}

/// Processor time of all threads: steadier than the clock on a busy machine.
func cpuSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    print("usage: RatingsBenchmark DIR [workers] [repeats] [batch lines]")
    exit(2)
}
let folder = arguments[1]
let workers = arguments.count > 2 ? Int(arguments[2]) ?? 2 : 2
let repeats = arguments.count > 3 ? Int(arguments[3]) ?? 5 : 5
let batch = arguments.count > 4 ? Int(arguments[4]) ?? 0 : 0

let days: [Int32] = try column(folder, "orders.days")
let orders = Table([
    "order_id": .int32(try column(folder, "orders.order_id")), "user_id": .int32(try column(folder, "orders.user_id")),
    "days_since_prior_order": .int32(days),
])
let orderIDs = try column(folder, "lines.order_id")
let products = try column(folder, "lines.product_id")
let lines = Table(["order_id": .int32(orderIDs), "product_id": .int32(products)])
let batches =
    batch == 0
    ? [lines]
    : stride(from: 0, to: products.count, by: batch).map { start in
        let range = start..<min(products.count, start + batch)
        return Table(["order_id": .int32(Array(orderIDs[range])), "product_id": .int32(Array(products[range]))])
    }

let context = RunContext(workers: WorkerBudget(workers))
let clock = ContinuousClock()
var best = Double.infinity
for _ in 0..<repeats {
    let start = clock.now
    let cpuStart = cpuSeconds()
    var stream = try await RatingsBuilder().stream(orders: orders, in: context)
    let ordersRead = clock.now
    for batch in batches { try await stream.append(batch) }
    let linesRead = clock.now
    let result = try await stream.finish()
    let end = clock.now
    func seconds(_ from: ContinuousClock.Instant, _ to: ContinuousClock.Instant) -> String {
        String(format: "%.3f", (to - from) / .seconds(1))
    }
    best = min(best, (end - start) / .seconds(1))
    print(
        "\(seconds(start, end)) s (\(String(format: "%.3f", cpuSeconds() - cpuStart)) s of processor): orders \(seconds(start, ordersRead)), lines \(seconds(ordersRead, linesRead)), "
            + "grouping \(seconds(linesRead, end)); \(result.report.pairs) pairs, \(result.report.users) users, "
            + "\(result.report.products) products")
}
print(String(format: "best %.3f s with %d workers", best, workers))
