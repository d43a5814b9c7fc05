import IFCore
import IFFiles
import IFTesting
import Testing

@Suite struct ParquetRoundTripTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var rows: Int
        var nulls: Bool
        var codec: ParquetCodec
        var testDescription: String { "\(rows) rows, nulls \(nulls), \(codec)" }

        static let all = [0, 1, 7, 1000, 70_000].flatMap { rows in
            [false, true].flatMap { nulls in
                [ParquetCodec.none, .snappy, .gzip, .zstd].map { Case(rows: rows, nulls: nulls, codec: $0) }
            }
        }
    }

    @Test(arguments: Case.all)
    func everyTypeComesBack(_ example: Case) async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: example.rows, nulls: example.nulls)
            let path = folder + "/t.parquet"
            let options = ParquetOptions(codec: example.codec, rowGroupRows: 777)
            try ParquetWriter.write(table, to: path, options: options)
            expectSame(try await ParquetReader.read(path, in: RunContext()), table)
            #expect(try ParquetReader.rowCount(path) == example.rows)
            #expect(try ParquetReader.schema(path).map(\.type) == table.columns.map(\.type))
        }
    }

    @Test func columnsComeInTheOrderAskedFor() async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 3000, nulls: true)
            let path = folder + "/t.parquet"
            try ParquetWriter.write(table, to: path)
            let wanted = ["words", "i32", "text", "bool"]
            expectSame(
                try await ParquetReader.read(path, columns: wanted, in: RunContext()), try table.selecting(wanted))
            var rows = 0
            try ParquetReader.forEachBatch(path, columns: wanted, batchRows: 100) { batch in
                #expect(batch.rowCount <= 100)
                let expected = try table.selecting(wanted).gather(Array(rows..<rows + batch.rowCount))
                expectSame(batch, expected)
                rows += batch.rowCount
            }
            #expect(rows == 3000)
        }
    }

    @Test(arguments: [1, 2, 5])
    func bytesAndTableDoNotDependOnWorkers(_ workers: Int) async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 20_000, nulls: true)
            let options = ParquetOptions(rowGroupRows: 3000)
            try ParquetWriter.write(table, to: folder + "/one.parquet", options: options)
            try ParquetWriter.write(
                table, to: folder + "/many.parquet", options: options, workers: WorkerBudget(workers))
            #expect(try bytes(folder + "/one.parquet") == bytes(folder + "/many.parquet"))

            let single = RunContext()
            let many = RunContext(workers: WorkerBudget(workers))
            try await ParquetWriter.writeFolder(table, to: folder + "/a", partRows: 4500, options: options, in: single)
            try await ParquetWriter.writeFolder(table, to: folder + "/b", partRows: 4500, options: options, in: many)
            let names = (0..<5).map { "part-0000\($0).snappy.parquet" }
            for name in names + ["_SUCCESS"] {
                #expect(try bytes("\(folder)/a/\(name)") == bytes("\(folder)/b/\(name)"))
            }
            expectSame(try await ParquetReader.read(folder + "/a", in: many), table)
        }
    }

    @Test func aWriterStreamsTablesAndLeavesNothingWhenDropped() async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 5000, nulls: true)
            let path = folder + "/deep/er/t.parquet"
            let writer = try ParquetWriter(path, like: table, options: ParquetOptions(rowGroupRows: 1500))
            for start in stride(from: 0, to: 5000, by: 625) { try writer.write(table, rows: start..<start + 625) }
            #expect(!exists(path))
            try writer.close()
            try writer.close()
            expectSame(try await ParquetReader.read(path, in: RunContext()), table)

            do {
                let dropped = try ParquetWriter(folder + "/dropped.parquet", like: table)
                try dropped.write(table)
            }
            #expect(try names(in: folder) == ["deep"])
            let other = try ParquetWriter(folder + "/other.parquet", like: table)
            #expect(throws: IFError.self) { try other.write(try table.selecting(["i32"])) }
        }
    }

    @Test(.tags(.slow)) func aMillionRows() async throws {
        try await withTemporaryFolder { folder in
            let rows = 1_000_000
            let columns: KeyValuePairs<String, Column> = [
                "user": .int32((0..<rows).map { Int32($0 / 9) }),
                "item": .int64((0..<rows).map { Int64($0 &* 7919 % 49_688) }),
                "days": .double((0..<rows).map { $0 % 11 == 0 ? nil : Double($0 % 31) }),
            ]
            let table = Table(columns)
            try ParquetWriter.write(table, to: folder + "/m.parquet")
            let back = try await ParquetReader.read(folder + "/m.parquet", in: RunContext(workers: 2))
            // 12 MB of values: ascending users as differences, items of a catalog and days by dictionary.
            #expect(try bytes(folder + "/m.parquet").count < 4_000_000)
            #expect(back.columns[0] == table.columns[0])
            #expect(back.columns[1] == table.columns[1])
            #expect(try back.double("days").nullCount == table.double("days").nullCount)
        }
    }
}
