import Foundation
import IFCore
import IFFiles
import IFTesting
import Testing

@Suite(.enabled(if: Python.isHere, Comment(rawValue: Python.missing))) struct ParquetOtherToolsTests {
    @Test(arguments: [ParquetCodec.none, .snappy, .gzip, .zstd])
    func pyarrowPandasAndDuckDBReadOurs(_ codec: ParquetCodec) async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 5000, nulls: true)
            let path = folder + "/t.parquet"
            try ParquetWriter.write(table, to: path, options: ParquetOptions(codec: codec))
            let seen = try Python.json(Python.check("describe", path))
            #expect(seen["rows"] as? Int == 5000)
            #expect(seen["pandas"] as? Int == 5000)
            #expect(seen["duckdb"] as? Int == 5000)
            let columns = try #require(seen["columns"] as? [String: [String: Any]])
            for (name, column) in zip(table.names, table.columns) {
                #expect(columns[name]?["nulls"] as? Int == column.nullCount, "\(name)")
                #expect(columns[name]?["duckdbNulls"] as? Int == column.nullCount, "\(name)")
            }
            #expect(columns["time"]?["type"] as? String == "timestamp[us, tz=UTC]")
            #expect(columns["floats"]?["type"] as? String == "list<element: float>")
            let encodings = try #require(seen["encodings"] as? [String: [String]])
            #expect(encodings["ascending"]?.contains("DELTA_BINARY_PACKED") == true)
            #expect(encodings["text"]?.contains { $0.contains("DICTIONARY") } == true)
            #expect((seen["statistics"] as? [String])?.contains("i32") == true)
        }
    }

    @Test func filesOfOtherWriters() async throws {
        try await withTemporaryFolder { folder in
            _ = try Python.check("write", folder)
            let context = RunContext(workers: 2)
            let table = try await ParquetReader.read(folder + "/typed.parquet", in: context)
            #expect(!table.contains("struct"))
            #expect(try ParquetReader.schema(folder + "/typed.parquet").last?.type == nil)
            let rows = 0..<1000
            #expect(rows.allSatisfy { (try? table.int32("i8")[$0]) == ($0 % 3 == 0 ? nil : Int32($0 % 100)) })
            #expect(table["u16"] == .int32(rows.map { Int32($0 * 60) }))
            #expect(table["u32"] == .int64(rows.map { Int64($0) + 4_000_000_000 }))
            #expect(table["u64"] == .int64(rows.map { Int64($0) + 5 }))
            #expect(table["half"] == .float(rows.map { Float($0) / 4 }))
            #expect(table["dec_whole"] == .int64(rows.map { Int64($0) * 7 }))
            #expect(table["dec"] == .double(rows.map { Double($0) / 4 }))
            #expect(try table.strings("dict").strings() == rows.map { ["x", "y", nil][$0 % 3] })
            #expect(try table.strings("large").strings() == rows.map { "s\($0)" })
            #expect(try table.strings("view").strings() == rows.map { "view number \($0)" })
            #expect(table["ns"] == .timestamp(ColumnValues(rows.map { Int64($0) * 1_000_000 + 1 })))
            #expect(table["ms"] == .timestamp(ColumnValues(rows.map { Int64(-$0) * 1_000_000 })))
            #expect(table["day"] == .timestamp(ColumnValues(rows.map { Int64($0 - 1) * 86_400_000_000 })))
            #expect(table["nothing"]?.nullCount == 1000)
            guard case .floatList(let doubles) = table["doubles"], case .int64List(let large) = table["large_list"],
                case .int32List(let small) = table["small_list"]
            else {
                Issue.record("lists read as other types")
                return
            }
            #expect(rows.allSatisfy { Array(doubles[$0]) == ($0 % 5 == 0 ? [] : [Float($0) / 2]) })
            #expect(rows.allSatisfy { Array(large[$0]) == [Int64($0), Int64($0) + 1] })
            #expect(rows.allSatisfy { Array(small[$0]) == [Int32($0), Int32($0) + 1] })

            let old = try await ParquetReader.read(folder + "/int96.parquet", in: context)
            #expect(old["t"] == .timestamp(ColumnValues(rows.map { Int64($0) * 1_000_000 })))
            let frame = try await ParquetReader.read(folder + "/pandas.parquet", in: context)
            #expect(try frame.strings("name").strings() == ["a", nil, "ü"])
            #expect(try frame.strings("kind").strings() == ["p", "q", "p"])
            #expect(frame["when"]?.nullCount == 1)
            let duck = try await ParquetReader.read(folder + "/duckdb.parquet", in: context)
            #expect(duck.rowCount == 5000)
            #expect(try duck.strings("name")[42] == "s42")
            await #expect(throws: IFError.self) {
                try await ParquetReader.read(folder + "/typed.parquet", columns: ["struct"], in: context)
            }
            await #expect(throws: IFError.self) {
                try await ParquetReader.read(folder + "/nullitem.parquet", in: context)
            }
            await #expect(throws: IFError.self) {
                try await ParquetReader.read(folder + "/overflow.parquet", in: context)
            }
        }
    }

    @Test func partsOfDifferentWidthsUnify() async throws {
        try await withTemporaryFolder { folder in
            _ = try Python.check("write", folder)
            func folderOf(_ name: String, _ parts: [Int]) throws -> String {
                let path = "\(folder)/\(name)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                for part in parts {
                    try write(bytes("\(folder)/mixed\(part).parquet"), to: "\(path)/part-\(part).parquet")
                }
                return path
            }
            let two = try await ParquetReader.read(folderOf("two", [0, 1]), in: RunContext())
            #expect(two["id"] == .int64([0, 1, 10, 11]))
            let three = try await ParquetReader.read(folderOf("three", [0, 1, 2]), in: RunContext(workers: 5))
            #expect(three["id"] == .double([0, 1, 10, 11, 20, 21] as [Double]))
            #expect(three["x"] == .double([0.5, 1.5, 0.5, 1.5, 0.5, 1.5] as [Double]))
        }
    }

    @Test(.tags(.slow)) func sparkReadsOurs() async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 3000, nulls: true)
            let path = folder + "/t.parquet"
            try ParquetWriter.write(table, to: path)
            let seen = try Python.json(Python.check("sparkread", path))
            #expect(seen["n"] as? Int == 3000)
            #expect(seen["text"] as? Int == 3000 - (table["text"]?.nullCount ?? 0))
            let ascending = try table.int64("ascending")
            #expect(seen["ascending"] as? Int == (0..<3000).reduce(0) { $0 + Int(ascending[$1] ?? 0) })
            let types = seen["types"] as? [String: String]
            #expect(types?["ints"] == "array<int>" && types?["time"] == "timestamp" && types?["i64"] == "bigint")
        }
    }
}
