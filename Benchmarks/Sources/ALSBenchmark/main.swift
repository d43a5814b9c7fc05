// Times fitting and ranking of IFALS on synthetic interactions; prints one JSON object a line.
//
//   swift run -c release ALSBenchmark [--users N] [--items N] [--log-mean X] [--factors 64,128] [--iterations N]
//                                     [--solvers exact,nonnegative,gradient,block32] [--lists 0|1] [--workers N]
//                                     [--count N] [--scaling none|count] [--export FOLDER] [--parquet FILE]
//
// Benchmarks/Peers/implicit_als.py and spark_als.py run implicit and Spark on an exported matrix.
import Foundation
import IFALS
import IFCore
import Synchronization

/// The text after an option's name.
func text(_ name: String) -> String? {
    let arguments = CommandLine.arguments
    guard let position = arguments.firstIndex(of: name), position + 1 < arguments.count else { return nil }
    return arguments[position + 1]
}
func number(_ name: String, _ other: Int) -> Int { text(name).flatMap { Int($0) } ?? other }

/// Peak resident memory in MB, from /proc.
func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropLast().last).flatMap { Int($0) }.map { $0 / 1024 } ?? 0
}

/// Processor seconds of this process so far, which a busy machine distorts less than the clock.
func processorTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func report(_ fields: KeyValuePairs<String, any CustomStringConvertible>) {
    let parts = fields.map { name, value in
        value is String ? "\"\(name)\":\"\(value)\"" : "\"\(name)\":\(value)"
    }
    print("{" + parts.joined(separator: ",") + "}")
    fflush(nil)
}

func round(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

var synthetic = SyntheticInteractions()
synthetic.users = number("--users", synthetic.users)
synthetic.items = number("--items", synthetic.items)
synthetic.logMean = text("--log-mean").flatMap { Double($0) } ?? synthetic.logMean
let clock = ContinuousClock()
func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
let emptyMemory = MemoryWatch.own
let data = synthetic.make()
// What making the data left behind is no memory of a fit.
MemoryWatch.trim()
report([
    "what": "data", "users": data.users.count, "items": data.items.count, "entries": data.matrix.count,
    "peak_mb": peakMemory(),
])
if let folder = text("--export") { try data.matrix.export(to: folder) }

/// MB of the matrix by users, the matrix by items and both sides' factors.
func heldMemory(_ factors: Int) -> Double {
    let (entries, rows) = (data.matrix.count, data.users.count + data.items.count)
    // Both matrices (a column and a value an entry, a start a row), and the vectors.
    let matrices = 2 * entries * 8 + (rows + 2) * 8
    let vectors = rows * factors * 4
    return Double(matrices + vectors) / 1e6
}

let iterations = number("--iterations", 5)
let factorCounts = (text("--factors") ?? "64").split(separator: ",").compactMap { Int($0) }
for factors in factorCounts {
    for solver in (text("--solvers") ?? "exact,nonnegative").split(separator: ",") {
        let memory = MemoryWatch()
        let before = MemoryWatch.own
        let stamps = Mutex<[(clock: ContinuousClock.Instant, processor: Double)]>([])
        let context = RunContext(
            seed: 3, workers: WorkerBudget(number("--workers", 2)),
            progress: { progress in
                if progress.stage == "als" { stamps.withLock { $0.append((ContinuousClock().now, processorTime())) } }
            })
        let start = clock.now
        let startProcessor = processorTime()
        var configuration = ImplicitALS.Configuration(
            factors: factors, iterations: iterations, nonnegative: solver == "nonnegative")
        if solver == "gradient" { configuration.solver = .conjugateGradient() }
        if solver.hasPrefix("block") {
            configuration.solver = .blockCoordinate(blockSize: Int(solver.dropFirst(5)) ?? 32)
        }
        if text("--scaling") == "none" { configuration.regularizationScaling = .none }
        let model = try await ImplicitALS(configuration).fit(data, in: context)
        let fit = seconds(clock.now - start)
        let processor = processorTime() - startProcessor
        let ends = stamps.withLock { $0 }
        let sweeps = zip(ends, ends.dropFirst()).map { seconds($1.clock - $0.clock) }.sorted()
        let processors = zip(ends, ends.dropFirst()).map { $1.processor - $0.processor }
        report([
            "what": "fit", "factors": factors, "solver": String(solver), "fit_s": round(fit),
            "cpu_s": round(processor), "sweeps_s": sweeps.map { "\(round($0))" }.joined(separator: " "),
            "first_sweep_and_setup_s": round(ends.first.map { seconds($0.clock - start) } ?? 0),
            "sweeps_cpu_s": processors.map { "\(round($0))" }.joined(separator: " "),
            "sweep_median_s": round(sweeps.isEmpty ? 0 : sweeps[sweeps.count / 2]),
            "sweep_min_s": round(sweeps.first ?? 0),
            "losses": model.losses.map { "\($0.rounded())" }.joined(separator: " "), "events": model.events.count,
            "peak_mb": peakMemory(), "own_mb": round(memory.end()), "own_before_mb": round(before),
            "own_empty_mb": round(emptyMemory),
            "matrices_and_factors_mb": round(heldMemory(factors)),
        ])
        guard number("--lists", 1) == 1 else { continue }
        let ranking = clock.now
        let rankingProcessor = processorTime()
        let lists = try await model.recommendAll(
            count: number("--count", 10), filter: .removingSeen(data.matrix), in: context)
        report([
            "what": "recommend-all", "factors": factors, "count": number("--count", 10), "lists": lists.count,
            "s": round(seconds(clock.now - ranking)), "cpu_s": round(processorTime() - rankingProcessor),
            "peak_mb": peakMemory(),
        ])
        if let path = text("--parquet") {
            let writing = clock.now
            let memory = MemoryWatch()
            let before = MemoryWatch.own
            try await writeLists(
                of: model, count: number("--count", 10), filter: .removingSeen(data.matrix), to: path, in: context)
            report([
                "what": "recommend-all-to-parquet", "factors": factors, "count": number("--count", 10),
                "s": round(seconds(clock.now - writing)), "own_before_mb": round(before), "own_mb": round(memory.end()),
            ])
        }
        var single: [Double] = []
        for user in 0..<1000 {
            let one = clock.now
            _ = try model.recommend(
                users: [Int32(user)], count: 10, filter: .removingSeen(data.matrix))
            single.append(seconds(clock.now - one))
        }
        single.sort()
        report([
            "what": "recommend-one", "factors": factors, "p50_ms": round(single[500] * 1000),
            "p99_ms": round(single[990] * 1000),
        ])
    }
}
