// Ratings from orders and lines, Parquet in and Parquet out, through the public API.
//
//     python Benchmarks/ratings_peers.py generate DIR
//     RatingsBenchmark DIR [workers] [repeats]
//
// Prints the seconds of each repeat for reading, for join, grouping and rating, and for writing both tables; then the
// least and the middle sum.
import Foundation
import IFCore
import IFFiles
import IFRatings

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    print("usage: RatingsBenchmark DIR [workers] [repeats]")
    exit(2)
}
let folder = arguments[1]
let workers = arguments.count > 2 ? Int(arguments[2]) ?? 2 : 2
let repeats = arguments.count > 3 ? Int(arguments[3]) ?? 5 : 5
let context = RunContext(workers: WorkerBudget(workers))
let clock = ContinuousClock()

func seconds(_ start: ContinuousClock.Instant) -> Double { (clock.now - start) / .seconds(1) }

var sums: [Double] = []
for index in 0..<repeats {
    let output = "\(folder)/insightflow-\(index)"
    try? FileManager.default.removeItem(atPath: output)
    let start = clock.now
    let orders = try await ParquetReader.read(
        "\(folder)/orders.parquet", columns: ["order_id", "user_id", "eval_set", "days_since_prior_order"], in: context)
    let lines = try await ParquetReader.read(
        "\(folder)/lines.parquet", columns: ["order_id", "product_id"], in: context)
    let read = seconds(start)
    let result = try await RatingsBuilder().build(orders: orders, lines: lines, in: context)
    let grouped = seconds(start)
    try await ParquetWriter.writeFolder(result.ratings, to: "\(output)/ratings", in: context)
    try await ParquetWriter.writeFolder(result.features, to: "\(output)/upi_features", in: context)
    let all = seconds(start)
    sums.append(all)
    print(
        String(
            format: "%d lines, %d pairs: read %.2f, join and group %.2f, write %.2f, sum %.2f s", lines.rowCount,
            result.report.pairs, read, grouped - read, all - grouped, all))
    try? FileManager.default.removeItem(atPath: output)
}
sums.sort()
print(String(format: "least %.2f s, median %.2f s with %d workers", sums[0], sums[repeats / 2], workers))
