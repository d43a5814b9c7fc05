// Times IFAWS against an S3 server that the environment names (AWS_ENDPOINT_URL_S3, keys, region), beside boto3.
//
//     Benchmarks/s3.sh                                           (starts a server of this machine and runs both)
//     S3Benchmark s3://BUCKET/PREFIX FOLDER small|large [MIB]
//
// small: 2,000 objects of 10 kB are put, then read, ten at a time. large: a file of MIB (1,024) is sent and fetched.
// Prints a JSON line a task: seconds of wall clock, seconds of CPU, peak resident memory of the process so far.
import Foundation
import IFAWS
import IFCore
import IFStore

/// Processor seconds of this process so far.
func processorTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Peak resident memory of this process so far, in MiB.
func peakMemory() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropLast().last).flatMap { Double($0) }.map { $0 / 1024 } ?? 0
}

func measure(_ what: String, _ body: () async throws -> Void) async throws {
    let (clock, processor) = (ContinuousClock(), processorTime())
    let start = clock.now
    try await body()
    let elapsed = (clock.now - start).components
    let wall = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    print(
        String(
            format: #"{"what":"%@","side":"IFAWS","wall_s":%.3f,"cpu_s":%.3f,"peak_mib":%.1f}"#, what, wall,
            processorTime() - processor, peakMemory()))
    fflush(nil)
}

/// Runs `body` for 0..<count, at most ten at a time.
func inParallel(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<count {
            if index >= 10 { try await group.next() }
            group.addTask { try await body(index) }
        }
        try await group.waitForAll()
    }
}

let arguments = CommandLine.arguments
guard arguments.count > 3 else {
    print("usage: S3Benchmark s3://BUCKET/PREFIX FOLDER small|large [MIB]")
    exit(2)
}
let store = try S3Store(S3Location(arguments[1]), session: AWSSession())
let folder = arguments[2]

switch arguments[3] {
case "small":
    let body = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    // The first request opens connections and reads credentials, as it does for boto3.
    _ = try await store.put(body, at: "warm-up")
    try await measure("put 2,000 x 10 kB") {
        try await inParallel(2000) { _ = try await store.put(body, at: "small/\($0)") }
    }
    try await measure("get 2,000 x 10 kB") {
        try await inParallel(2000) { index in
            let found = try await store.get("small/\(index)")
            guard found == body else { throw IFError(.corruptFile, "object \(index) differs") }
        }
    }
case "large":
    let mib = arguments.count > 4 ? Int(arguments[4]) ?? 1024 : 1024
    let file = "\(folder)/large-\(mib)"
    if !FileManager.default.fileExists(atPath: file) {
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        for number in 0..<mib {
            // Blocks that differ from each other, so that parts in a wrong place would be seen.
            let block = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8) &+ number) }
            try handle.write(contentsOf: Data(block))
        }
        try handle.close()
    }
    _ = try await store.put(Data([1]), at: "warm-up")
    try await measure("send \(mib) MiB") { _ = try await store.put(contentsOf: file, at: "large", if: .always) }
    try await measure("fetch \(mib) MiB") { try await store.download("large", to: "\(folder)/fetched-ifaws") }
default:
    print("small or large, not \(arguments[3])")
    exit(2)
}
