// Times IFFiles on files that Benchmarks/files/peer.py makes and reads with pyarrow.
//
//     python Benchmarks/files/peer.py make FOLDER [orders.csv.gz]
//     swift run -c release FilesBenchmark FOLDER [workers] [repeats]
//     python Benchmarks/files/peer.py time FOLDER [threads] [repeats]
//
// Prints one line a task: name, best and median of the repeats in seconds.
import Foundation
import IFCore
import IFFiles

struct Timing {
    var name: String
    var seconds: [Double]

    var line: String {
        let sorted = seconds.sorted()
        return "\(name)\t\(String(format: "%.3f", sorted[0]))\t\(String(format: "%.3f", sorted[sorted.count / 2]))"
    }
}

func time(_ name: String, _ repeats: Int, _ body: () async throws -> Void) async throws {
    var seconds: [Double] = []
    for _ in 0..<repeats {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        let elapsed = (clock.now - start).components
        seconds.append(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
    print(Timing(name: name, seconds: seconds).line)
}

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    print("usage: FilesBenchmark FOLDER [workers] [repeats]")
    exit(2)
}
let folder = arguments[1]
let context = RunContext(workers: WorkerBudget(arguments.count > 2 ? Int(arguments[2]) ?? 2 : 2))
let repeats = max(1, arguments.count > 3 ? Int(arguments[3]) ?? 5 : 5)
let only = arguments.count > 4 ? arguments[4] : ""

if only.isEmpty || only == "parquet" {
    try await time("parquet read, 33 M rows x 2 int32", repeats) {
        _ = try await ParquetReader.read("\(folder)/lines.parquet", in: context)
    }
    let lines = try await ParquetReader.read("\(folder)/lines.parquet", in: context)
    try await time("parquet write, 33 M rows x 2 int32, snappy", repeats) {
        try ParquetWriter.write(lines, to: "\(folder)/swift-lines.parquet", workers: context.workers)
    }
    try await time("parquet write folder, 33 M rows x 2 int32, snappy", repeats) {
        try? FileManager.default.removeItem(atPath: "\(folder)/swift-lines")
        try await ParquetWriter.writeFolder(lines, to: "\(folder)/swift-lines", in: context)
    }
    try await time("parquet read of what Swift wrote", repeats) {
        _ = try await ParquetReader.read("\(folder)/swift-lines.parquet", in: context)
    }
}
if only.isEmpty || only == "csv" {
    try await time("csv.gz read, orders, types inferred", repeats) {
        _ = try await CSVReader.read("\(folder)/orders.csv.gz", in: context)
    }
    let types: [String: ColumnType] = [
        "order_id": .int32, "user_id": .int32, "eval_set": .string, "order_number": .int32, "order_dow": .int32,
        "order_hour_of_day": .int32, "days_since_prior_order": .double,
    ]
    try await time("csv.gz read, orders, types given", repeats) {
        _ = try await CSVReader.read("\(folder)/orders.csv.gz", types: types, in: context)
    }
    if FileManager.default.fileExists(atPath: "\(folder)/orders.csv") {
        try await time("csv read, orders, types given", repeats) {
            _ = try await CSVReader.read("\(folder)/orders.csv", types: types, in: context)
        }
    }
}
