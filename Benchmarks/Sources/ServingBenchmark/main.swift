// Times what a service does with a fitted model: opening its file, answering one user, all users, similar items,
// folding in, explaining. Factors are random, of the size of a shop; prints one JSON object a line.
//
//   swift run -c release --package-path Benchmarks ServingBenchmark FILE [--users N] [--items N] [--factors N]
//                                     [--workers N] [--rounds N] [--strings] [--keep] [--open-only]
//
// FILE is written, opened again and again, and removed at the end; with --keep an existing file is opened and stays.
// With --open-only nothing but opening is measured.
import Foundation
import IFALS
import IFCore

let arguments = CommandLine.arguments
func option(_ name: String, _ other: Int) -> Int {
    guard let position = arguments.firstIndex(of: name), position + 1 < arguments.count else { return other }
    return Int(arguments[position + 1]) ?? other
}
guard arguments.count > 1, !arguments[1].hasPrefix("--") else {
    print("usage: ServingBenchmark FILE [--users N] [--items N] [--factors N] [--workers N] [--rounds N] [--keep]")
    exit(64)
}
let path = arguments[1]
let users = option("--users", 206_209)
let items = option("--items", 50_000)
let rank = option("--factors", 64)
let rounds = option("--rounds", 20)
let context = RunContext(seed: 1, workers: WorkerBudget(option("--workers", 2)))
let clock = ContinuousClock()

func milliseconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) * 1e3 + Double(parts.attoseconds) * 1e-15
}

/// Peak and present resident memory in MB, from /proc.
func memory() -> (peak: Int, now: Int) {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    func value(_ name: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return (line?.split(separator: " ").dropLast().last).flatMap { Int($0) }.map { $0 / 1024 } ?? 0
    }
    return (value("VmHWM:"), value("VmRSS:"))
}

func report(_ what: String, _ times: [Double], _ more: String = "") {
    let sorted = times.sorted()
    func at(_ share: Double) -> Double {
        let value = sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        return (value * 1000).rounded() / 1000
    }
    print(
        "{\"what\":\"\(what)\",\"n\":\(sorted.count),\"min_ms\":\(at(0)),\"p50_ms\":\(at(0.5)),\"p99_ms\":\(at(0.99)),"
            + "\"max_ms\":\(at(1)),\"rss_mb\":\(memory().now),\"peak_mb\":\(memory().peak)\(more)}")
    fflush(nil)
}

func timed(_ body: () async throws -> Void) async rethrows -> Double {
    let start = clock.now
    try await body()
    return milliseconds(clock.now - start)
}

/// The same without changing threads: waking one up costs as much as a part of the answer.
func timedHere(_ body: () throws -> Void) rethrows -> Double {
    let start = clock.now
    try body()
    return milliseconds(clock.now - start)
}

func factors(_ rows: Int, _ name: StaticString) -> FactorMatrix {
    var stream = RandomSource(seed: 7).stream(name)
    return FactorMatrix(rowCount: rows, rank: rank, values: (0..<rows * rank).map { _ in Float(stream.normal()) * 0.1 })
}

func ids(_ count: Int, _ prefix: String) -> IDMap {
    arguments.contains("--strings")
        ? IDMap(strings: (0..<count).map { "\(prefix)-\($0 &* 7919)" })
        : IDMap(integers: (0..<Int64(count)).map { $0 * 3 })
}

if !arguments.contains("--keep") || !FileManager.default.fileExists(atPath: path) {
    let model = ALSModel(
        users: ids(users, "user"), items: ids(items, "item"), userFactors: factors(users, "users"),
        itemFactors: factors(items, "items"), configuration: .init(factors: rank, nonnegative: false))
    var times: [Double] = []
    for _ in 0..<3 { times.append(try timedHere { try model.save(to: path) }) }
    report("save", times)
}

var opening: [Double] = []
for _ in 0..<rounds { opening.append(try await timed { _ = try await ALSModel.open(path, in: context) }) }
report("open", opening, ",\"first_ms\":\(opening[0])")

let model = try await ALSModel.open(path, in: context)
report("opened", [0])
if arguments.contains("--open-only") { exit(0) }

// What a service's users have seen: 60 items each.
let seenCount = 60
var offsets = [0]
var columns: [Int32] = []
for user in 0..<model.users.count {
    let step = model.items.count / seenCount
    for index in 0..<seenCount { columns.append(Int32(index * step + user % step)) }
    offsets.append(columns.count)
}
let history = CSRMatrix(
    rowCount: model.users.count, columnCount: model.items.count, offsets: offsets, columns: columns,
    values: Array(repeating: 1, count: columns.count))
let filter = RecommendationFilter.removingSeen(history)

// Several passes over the same users: what is slow in one of them is the machine, what is slow in all is the answer.
var passes: [[Double]] = []
for pass in 1...5 {
    var singles: [Double] = []
    for user in 0..<5000 {
        singles.append(
            try timedHere {
                let lists = try model.recommend(
                    users: [Int32(user * 31 % model.users.count)], count: 10, filter: filter)
                precondition(lists.items.count == 10)
            })
    }
    report("recommend-one", singles, ",\"pass\":\(pass)")
    passes.append(singles)
}
report("recommend-one-least-of-5", passes[0].indices.map { user in passes.map { $0[user] }.min() ?? 0 })

var denying: [Double] = []
let denied = RecommendationFilter(seen: history, denied: (0..<500).map { $0 * 97 % Int32(model.items.count) })
for user in 0..<1000 {
    denying.append(try timedHere { _ = try model.recommend(users: [Int32(user)], count: 10, filter: denied) })
}
report("recommend-one-500-denied", denying)

let firstSimilar = try timedHere { _ = try model.similarItems(to: [0], count: 10) }
var similar: [Double] = []
for item in 0..<500 { similar.append(try timedHere { _ = try model.similarItems(to: [Int32(item)], count: 10) }) }
report("similar-one", similar, ",\"first_ms\":\(firstSimilar)")

let own = history.range(ofRow: 17).map { (item: history.columns[$0], value: history.values[$0]) }
let firstFold = try timedHere { _ = try model.recommend(foldingIn: own, count: 10, filter: .none) }
var folding: [Double] = []
for _ in 0..<200 {
    folding.append(try timedHere { _ = try model.recommend(foldingIn: own, count: 10, filter: .none) })
}
report("fold-in-60-and-recommend", folding, ",\"first_ms\":\(firstFold)")

var explaining: [Double] = []
for _ in 0..<100 { explaining.append(try timedHere { _ = try model.explain(items: [5, 6, 7], history: own) }) }
report("explain-three-items", explaining)

var lists = 0
let all = try await timed {
    try await model.recommendAll(count: 10, filter: filter, in: context) { _, batch in lists += batch.count }
}
report("recommend-all-streamed", [all], ",\"lists\":\(lists)")
if !arguments.contains("--keep") { try FileManager.default.removeItem(atPath: path) }
