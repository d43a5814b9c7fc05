import Foundation
import IFCore
import IFFiles
import IFTesting
import Testing

@Suite struct DataFilesTests {
    private let table = Table([
        "user": .int64([1, 2, 3]), "name": .strings(["a", "b", "c"]), "score": .double([0.5, 1, 2] as [Double]),
    ])

    @Test func everyFormatGivesTheSameTable() async throws {
        try await withTemporaryFolder { folder in
            let context = RunContext(workers: 2)
            try ParquetWriter.write(table, to: folder + "/t.parquet")
            try ParquetWriter.write(table, to: folder + "/unnamed")
            try await ParquetWriter.writeFolder(table, to: folder + "/folder.parquet", partRows: 2, in: context)
            try CSVWriter.write(table, to: folder + "/t.csv")
            try CSVWriter.write(table, to: folder + "/t.csv.gz")
            try CSVWriter.write(table, to: folder + "/t.tsv", options: CSVOptions(delimiter: "\t"))
            try JSONLinesWriter.write(table, to: folder + "/t.jsonl")
            let wanted: [ColumnRequest] = [ColumnRequest("score", .double), ColumnRequest("user", .int32), "name"]
            for name in ["t.parquet", "unnamed", "folder.parquet", "t.csv", "t.csv.gz", "t.tsv", "t.jsonl"] {
                let path = "\(folder)/\(name)"
                let read = try await DataFiles.read(path, columns: wanted, in: context)
                #expect(read.names == ["score", "user", "name"], "\(name)")
                #expect(read["user"] == .int32([1, 2, 3]), "\(name)")
                #expect(read["score"] == table["score"], "\(name)")
                #expect(read["name"] == table["name"], "\(name)")
                let all = try await DataFiles.read(path, in: context)
                #expect(Set(all.names) == Set(table.names), "\(name)")
                let error = await #expect(throws: IFError.self, "\(name)") {
                    try await DataFiles.read(path, columns: ["none"], in: context)
                }
                #expect(error?.code == .missingColumn && error?.location.file != nil, "\(name)")
            }
        }
    }

    @Test func mixedEmptyAndUnknownAreErrors() async throws {
        try await withTemporaryFolder { folder in
            try ParquetWriter.write(table, to: folder + "/mixed/a.parquet")
            try CSVWriter.write(table, to: folder + "/mixed/b.csv")
            try write("{}", to: folder + "/unknown.bin")
            func code(_ path: String) async -> IFError.Code? {
                do {
                    _ = try await DataFiles.read(path, in: RunContext())
                    return nil
                } catch { return (error as? IFError)?.code }
            }
            #expect(await code(folder + "/mixed") == .invalidData)
            #expect(await code(folder + "/unknown.bin") == .unsupported)
            #expect(await code(folder + "/none.csv") == .notFound)
            let error = await #expect(throws: IFError.self) { try await DataFiles.read(folder, in: RunContext()) }
            #expect(error?.message.contains("unknown.bin") == true)
        }
    }

    @Test func aCancelledTaskReadsNothing() async throws {
        try await withTemporaryFolder { folder in
            try ParquetWriter.write(table, to: folder + "/t.parquet")
            try CSVWriter.write(table, to: folder + "/t.csv")
            for name in ["t.parquet", "t.csv"] {
                let task = Task {
                    unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                    return try await DataFiles.read("\(folder)/\(name)", in: RunContext())
                }
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }
}

/// What lies beside the parts of a folder.
@Suite struct FolderOfPartsTests {
    private func write(_ text: String, _ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: URL(filePath: path).deletingLastPathComponent().path(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    @Test func aReadmeIsNoDataAndDataInASubfolderIsNotLeftOutInSilence() async throws {
        try await withTemporaryFolder { folder in
            for part in 0..<2 { try write("id\n\(part)\n", "\(folder)/lines/part-0000\(part).csv") }
            try write("how these came about\n", "\(folder)/lines/README.txt")
            #expect(try DataFiles.parts(at: "\(folder)/lines").count == 2)
            try write("id\n7\n", "\(folder)/lines/more/part-00002.csv")
            let error = #expect(throws: IFError.self) { try DataFiles.parts(at: "\(folder)/lines") }
            #expect(error?.code == .unsupported)
            #expect(error?.description.contains("part-00002.csv") == true)
        }
    }
}
