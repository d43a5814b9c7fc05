import Foundation
import IFCore
import IFFiles
import IFTesting
import Testing

@Suite struct ParquetCorruptionTests {

    @Test func truncatedFilesAreErrors() async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 2000, nulls: true)
            try ParquetWriter.write(table, to: folder + "/t.parquet", options: ParquetOptions(rowGroupRows: 700))
            let whole = try bytes(folder + "/t.parquet")
            for length in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
                try write(Array(whole[..<length]), to: folder + "/cut.parquet")
                await #expect(throws: IFError.self) {
                    try await ParquetReader.read(folder + "/cut.parquet", in: RunContext())
                }
            }
        }
    }

    @Test func flippedBytesNeverCrash() async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 600, nulls: true)
            try ParquetWriter.write(table, to: folder + "/t.parquet", options: ParquetOptions(rowGroupRows: 250))
            let whole = try bytes(folder + "/t.parquet")
            var stream = SplitMix(state: 1)
            var errors = 0
            // Every part of the file, and the footer densely.
            let spread = (0..<500).map { _ in Int(stream.next() % UInt64(whole.count)) }
            let footer = (0..<1500).map { _ in whole.count - 1 - Int(stream.next() % UInt64(min(8000, whole.count))) }
            for position in spread + footer {
                var damaged = whole
                damaged[position] ^= UInt8(1 << (stream.next() % 8))
                try write(damaged, to: folder + "/flip.parquet")
                do {
                    _ = try await ParquetReader.read(folder + "/flip.parquet", in: RunContext(workers: 2))
                } catch is IFError {
                    errors += 1
                }
            }
            #expect(errors > 1000)
        }
    }

    @Test func aFlippedBitInAPageIsNoticed() async throws {
        try await withTemporaryFolder { folder in
            let table = Table(["x": .double((0..<5000).map { Double($0) * 1.1 })])
            let options = ParquetOptions(codec: .none)
            try ParquetWriter.write(table, to: folder + "/t.parquet", options: options)
            var damaged = try bytes(folder + "/t.parquet")
            damaged[20_000] ^= 4
            try write(damaged, to: folder + "/t.parquet")
            let error = await #expect(throws: IFError.self) {
                try await ParquetReader.read(folder + "/t.parquet", in: RunContext())
            }
            #expect(error?.code == .corruptFile)
            #expect(error?.location.column == "x")
            #expect(error?.location.file == folder + "/t.parquet")
        }
    }

    @Test func foldersAndMissingThings() async throws {
        try await withTemporaryFolder { folder in
            let context = RunContext()
            func code(_ path: String, _ columns: [String]? = nil) async -> IFError.Code? {
                do {
                    _ = try await ParquetReader.read(path, columns: columns, in: context)
                    return nil
                } catch { return (error as? IFError)?.code }
            }
            #expect(await code(folder + "/none") == .notFound)
            #expect(await code(folder) == .notFound)
            let table = TableSamples.everyType(rows: 10, nulls: false)
            try ParquetWriter.write(table, to: folder + "/p/part-00000.parquet")
            try ParquetWriter.write(try table.selecting(["i64"]), to: folder + "/p/part-00001.parquet")
            for junk in ["_SUCCESS", "_metadata", ".part-00000.parquet.crc", "part-00000.parquet.crc", "notes.md"] {
                try write("junk", to: "\(folder)/p/\(junk)")
            }
            #expect(try await ParquetReader.read(folder + "/p", columns: ["i64"], in: context).rowCount == 20)
            #expect(try ParquetReader.rowCount(folder + "/p") == 20)
            let error = await #expect(throws: IFError.self) {
                try await ParquetReader.read(folder + "/p", columns: ["bool"], in: context)
            }
            #expect(error?.code == .missingColumn && error?.location.file?.hasSuffix("part-00001.parquet") == true)
            #expect(try DataFiles.parts(at: folder + "/p").map(\.format) == [.parquet, .parquet])
            try write("", to: folder + "/p/part-00002.parquet")
            #expect(await code(folder + "/p", ["i64"]) == .corruptFile)
            try write("not Parquet", to: folder + "/text.parquet")
            #expect(await code(folder + "/text.parquet") == .corruptFile)
        }
    }
}
