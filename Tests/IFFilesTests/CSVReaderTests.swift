import Foundation
import IFCore
import IFFiles
import IFTesting
import Testing

@Suite struct CSVReaderTests {
    private func read(
        _ text: String, _ types: [String: ColumnType] = [:], _ options: CSVOptions = CSVOptions(), workers: Int = 1
    ) async throws -> CSVReadResult {
        try await read(Array(text.utf8), types, options, workers: workers)
    }

    private func read(
        _ text: [UInt8], _ types: [String: ColumnType] = [:], _ options: CSVOptions = CSVOptions(), workers: Int = 1
    ) async throws -> CSVReadResult {
        try await withTemporaryFolder { folder in
            try write(text, to: folder + "/t.csv")
            return try await CSVReader.readReporting(
                folder + "/t.csv", types: types, options: options, in: RunContext(workers: WorkerBudget(workers)))
        }
    }

    @Test func quotesLineEndsAndMarks() async throws {
        let text = "\u{FEFF}a,b,c\r\n1,\"x, \"\"y\"\"\nz\",5\" pipe\r\n\r\n2,\"\",\r\n3,,\"last\""
        let result = try await read(text)
        #expect(result.table.names == ["a", "b", "c"])
        #expect(result.table["a"] == .int64([1, 2, 3]))
        #expect(try result.table.strings("b").strings() == ["x, \"y\"\nz", "", nil])
        #expect(try result.table.strings("c").strings() == ["5\" pipe", nil, "last"])
        #expect(result.report.isClean && result.report.rows == 3)
    }

    @Test func inferenceTakesTheNarrowestType() async throws {
        let text = "i,f,b,t,s,n,z\n1,1.5,true,2020-01-02,x,,08\n-2,NA,False,2020-01-02 03:04:05.5,2,,09\n"
        let table = try await read(text).table
        let types = table.columns.map(\.type)
        #expect(types == [.int64, .double, .bool, .timestamp, .string, .double, .int64])
        #expect(try table.double("f").nullCount == 1)
        #expect(table["t"] == .timestamp(ColumnValues([1_577_923_200_000_000, 1_577_934_245_500_000])))
    }

    @Test func aLaterCellWidensAnInferredColumn() async throws {
        let rows = (0..<400_000).map { "\($0),\($0)" }
        let text = "a,b\n" + rows.joined(separator: "\n") + "\n1.5,word\n"
        let table = try await read(text, workers: 3).table
        #expect(table["a"]?.type == .double && table["b"]?.type == .string)
        #expect(table.rowCount == 400_001)
        #expect(try table.strings("b")[399_999] == "399999" && table.strings("b")[400_000] == "word")
    }

    @Test func wantedTypesAndWholeNumbers() async throws {
        let text = "id,x,skip\n12.0, 7 ,q\n1e3,+5,q\n9223372036854775807,-0,q\n"
        var options = CSVOptions()
        options.otherColumns = .skip
        let table = try await read(text, ["id": .int64, "x": .int32], options).table
        #expect(table.names == ["id", "x"])
        #expect(table["id"] == .int64([12, 1000, .max]))
        #expect(table["x"] == .int32([7, 5, 0]))
        let error = await #expect(throws: IFError.self) { try await read("a\n1\n2.5\n", ["a": .int32]) }
        #expect(error?.code == .typeMismatch && error?.location.row == 3 && error?.location.column == "a")
        await #expect(throws: IFError.self) { try await read("a\n3000000000\n", ["a": .int32]) }
        await #expect(throws: IFError.self) { try await read("a\n0x10\n", ["a": .int64]) }
        let missing = await #expect(throws: IFError.self) { try await read("a\n1\n", ["b": .int32]) }
        #expect(missing?.code == .missingColumn)
        await #expect(throws: IFError.self) { try await read("a\n1\n", ["a": .int32List]) }
    }

    @Test func doublesAreTheNearest() async throws {
        let texts = ["0.1", "-2.5e-3", "123456789.123456789", "1e308", "4.9e-324", "179769313486231570000", ".5", "5."]
        let table = try await read("x\n" + texts.joined(separator: "\n") + "\n", ["x": .double]).table
        #expect(
            table["x"] == .double(texts.map { Double($0 == "5." ? "5" : $0 == ".5" ? "0.5" : $0) ?? .nan } as [Double]))
        var comma = CSVOptions(delimiter: ";")
        comma.decimalSeparator = ","
        #expect(try await read("x;y\n1,5;2\n", [:], comma).table["x"] == .double([1.5] as [Double]))
    }

    @Test func lenientReadingLosesNoRow() async throws {
        let text = "a,b\n1,x\nbad,y\n3\n4,z,surplus\n,w\nworse,\"v\"\n"
        var options = CSVOptions(strictness: .lenient)
        let result = try await read(text, ["a": .int32, "b": .string], options)
        #expect(result.table["a"] == .int32([1, nil, 3, 4, nil, nil]))
        #expect(try result.table.strings("b").strings() == ["x", "y", nil, "z", "w", "v"])
        #expect(result.report.badCellCounts == ["a": 2])
        #expect(
            result.report.badCells.map(\.line) == [3, 7] && result.report.badCells.map(\.text) == ["bad", "worse"])
        #expect(result.report.raggedRowCount == 2)
        #expect(result.report.raggedRows.map(\.line) == [4, 5] && result.report.raggedRows.map(\.fields) == [1, 3])
        options.strictness = .strict
        let error = await #expect(throws: IFError.self) { try await read(text, ["a": .int32], options) }
        #expect(error?.location.row == 3)
        let ragged = await #expect(throws: IFError.self) { try await read("a,b\n1,2\n3\n") }
        #expect(ragged?.code == .invalidData && ragged?.location.row == 3)
    }

    @Test func linesAreCountedAcrossBlocks() async throws {
        // Records of three lines, many blocks; the bad cell is near the end.
        var text = "a,b\n"
        for row in 0..<200_000 { text += "\(row),\"line one\nline \"\"two\"\"\nthree\"\n" }
        text += "oops,end\n"
        let options = CSVOptions(strictness: .lenient)
        for workers in [1, 2, 5] {
            let result = try await read(text, ["a": .int32], options, workers: workers)
            #expect(result.report.rows == 200_001)
            #expect(result.report.badCells.map(\.line) == [600_002])
            #expect(try result.table.strings("b")[199_999] == "line one\nline \"two\"\nthree")
        }
    }

    @Test func bytesUnderACompressedNameAreTextOrAnError() async throws {
        try await withTemporaryFolder { folder in
            try write("a\n1\n2\n", to: folder + "/t.csv.gz")
            let read = try await CSVReader.readReporting(folder + "/t.csv.gz", in: RunContext())
            #expect(read.table["a"] == .int64([1, 2]) && read.report.uncompressedParts == [folder + "/t.csv.gz"])
            try write([0x1E, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3], to: folder + "/damaged.csv.gz")
            let error = await #expect(throws: IFError.self) {
                try await CSVReader.read(folder + "/damaged.csv.gz", in: RunContext())
            }
            #expect(error?.code == .corruptFile && error?.message.contains("not gzip") == true)
            try CSVWriter.write(Table(["a": .int64([1])]), to: folder + "/good.csv.gz")
            let good = try await CSVReader.readReporting(folder + "/good.csv.gz", in: RunContext())
            #expect(good.report.uncompressedParts.isEmpty)
        }
    }

    @Test func badCellsAreKeptByColumn() async throws {
        var text = "a,b\n"
        for row in 0..<500_000 { text += "x,\(row)\n" }
        text += "1,y\n"
        var options = CSVOptions(strictness: .lenient)
        options.reportLimit = 2
        for workers in [1, 3] {
            let report = try await read(text, ["a": .int32, "b": .int32], options, workers: workers).report
            #expect(report.badCells.map { "\($0.column)\($0.row)" } == ["a0", "a1", "b500000"])
            #expect(report.badCells.last?.line == 500_002 && report.badCellCounts == ["a": 500_000, "b": 1])
        }
    }

    @Test func latin1AndBrokenQuotes() async throws {
        let latin1: [UInt8] = Array("s\ncaf".utf8) + [0xE9] + Array("\nplain\n".utf8)
        let automatic = try await read(latin1)
        #expect(try automatic.table.strings("s").strings() == ["café", "plain"])
        #expect(automatic.report.latin1Counts == ["s": 1])
        await #expect(throws: IFError.self) { try await read(latin1, ["s": .string], CSVOptions(encoding: .utf8)) }
        let unclosed = await #expect(throws: IFError.self) { try await read("a,b\n1,2\n3,\"open\n4,5\n") }
        #expect(unclosed?.location.row == 3)
        let lenient = try await read("a,b\n1,\"x\"y\n", [:], CSVOptions(strictness: .lenient))
        #expect(try lenient.table.strings("b").strings() == ["\"x\"y"] && lenient.report.raggedRowCount == 1)
        await #expect(throws: IFError.self) { try await read([0xFF, 0xFE, 0x61, 0x00]) }
        await #expect(throws: IFError.self) { try await read("") }
        await #expect(throws: IFError.self) { try await read("a,a\n1,2\n") }
        #expect(try await read("a,b\n").table.rowCount == 0)
    }

    @Test func gzipMembersTruncationAndParts() async throws {
        try await withTemporaryFolder { folder in
            let first = Table(["a": .int64([1, 2]), "b": .strings(["x", "y"])])
            let second = Table(["b": .strings(["z"]), "a": .int64([3])])
            try CSVWriter.write(first, to: folder + "/parts/part-0.csv.gz")
            try CSVWriter.write(second, to: folder + "/parts/part-1.csv.gz")
            try write("junk", to: folder + "/parts/_SUCCESS")
            let table = try await CSVReader.read(folder + "/parts", in: RunContext(workers: 2))
            #expect(table["a"] == .int64([1, 2, 3]))
            #expect(try table.strings("b").strings() == ["x", "y", "z"])

            // Members one after the other are one text.
            var headless = CSVOptions()
            headless.hasHeader = false
            try CSVWriter.write(first, to: folder + "/more.csv.gz", options: headless)
            try write(
                bytes(folder + "/parts/part-0.csv.gz") + bytes(folder + "/more.csv.gz"), to: folder + "/both.csv.gz")
            #expect(try await CSVReader.read(folder + "/both.csv.gz", in: RunContext())["a"] == .int64([1, 2, 1, 2]))

            let rows = 50_000
            try CSVWriter.write(Table(["n": .int64((0..<Int64(rows)).map { $0 &* $0 })]), to: folder + "/long.csv.gz")
            let whole = try bytes(folder + "/long.csv.gz")
            for cut in [whole.count - 1, whole.count - 8, whole.count / 2, 30, 12] {
                try write(Array(whole[..<cut]), to: folder + "/cut.csv.gz")
                let error = await #expect(throws: IFError.self, "cut at \(cut)") {
                    try await CSVReader.read(folder + "/cut.csv.gz", in: RunContext())
                }
                #expect(error?.code == .corruptFile)
            }
            var flipped = whole
            flipped[whole.count / 2] ^= 0x10
            try write(flipped, to: folder + "/flip.csv.gz")
            await #expect(throws: IFError.self) { try await CSVReader.read(folder + "/flip.csv.gz", in: RunContext()) }
        }
    }

    @Test(arguments: ["csv", "csv.gz", "tsv"])
    func whatIsWrittenReadsBack(_ ending: String) async throws {
        try await withTemporaryFolder { folder in
            let all = TableSamples.everyType(rows: 3000, nulls: true)
            let table = try all.selecting(["i32", "i64", "float", "double", "bool", "time", "text"])
            let options = CSVOptions(delimiter: ending == "tsv" ? "\t" : ",")
            let path = "\(folder)/t.\(ending)"
            try CSVWriter.write(table, to: path, options: options)
            let types = Dictionary(uniqueKeysWithValues: zip(table.names, table.columns.map(\.type)))
            expectSame(try await CSVReader.read(path, types: types, options: options, in: RunContext()), table)
            try CSVWriter.write(table, to: "\(folder)/u.\(ending)", options: options)
            #expect(try bytes(path) == bytes("\(folder)/u.\(ending)"))
            let single = Table(["x": .int64([1, nil, 3])])
            try CSVWriter.write(single, to: folder + "/single.csv")
            expectSame(try await CSVReader.read(folder + "/single.csv", in: RunContext()), single)
        }
    }

    static let orders = "data/instacart/orders.csv.gz"

    @Test(.tags(.slow), .enabled(if: SharedData.has(orders), Comment(rawValue: SharedData.missing(orders))))
    func realOrders() async throws {
        let types: [String: ColumnType] = ["order_id": .int32, "user_id": .int32, "order_hour_of_day": .int32]
        let one = try await CSVReader.read(SharedData.path(Self.orders), types: types, in: RunContext())
        #expect(one.rowCount == 341_974)
        #expect(try Set(one.int32("user_id").values).count == 20_620)
        #expect(one["days_since_prior_order"]?.nullCount == 20_620)
        #expect(one["days_since_prior_order"]?.type == .double)
        let many = try await CSVReader.read(SharedData.path(Self.orders), types: types, in: RunContext(workers: 5))
        expectSame(one, many)
    }

    static let retail = "data/online-retail/online_retail.csv.gz"

    @Test(.tags(.slow), .enabled(if: SharedData.has(retail), Comment(rawValue: SharedData.missing(retail))))
    func realRetail() async throws {
        let types: [String: ColumnType] = [
            "InvoiceNo": .string, "StockCode": .string, "Quantity": .int32, "UnitPrice": .double,
            "CustomerID": .int64, "InvoiceDate": .timestamp,
        ]
        let result = try await CSVReader.readReporting(
            SharedData.path(Self.retail), types: types, in: RunContext(workers: 2))
        #expect(result.table.rowCount == 541_909 && result.report.isClean)
        let (quantity, price) = (try result.table.int32("Quantity"), try result.table.double("UnitPrice"))
        let total = (0..<541_909).reduce(0.0) { $0 + Double(quantity.values[$1]) * price.values[$1] }
        #expect(abs(total - 9_747_747.93) < 0.01)
        #expect(try 541_909 - result.table.int64("CustomerID").nullCount == 406_829)
    }
}
