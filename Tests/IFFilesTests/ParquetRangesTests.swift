import Foundation
import IFCore
import IFTesting
import Synchronization
import Testing

@testable import IFFiles

@Suite struct ParquetRangesTests {
    private let context = RunContext(workers: WorkerBudget(2))

    /// The file that the table gives, and the table as a local reader sees it.
    private func file(_ table: Table, _ options: ParquetOptions = ParquetOptions()) async throws -> Data {
        try await withTemporaryFolder { folder in
            try ParquetWriter.write(table, to: folder + "/t.parquet", options: options)
            return try Data(contentsOf: URL(filePath: folder + "/t.parquet"))
        }
    }

    /// Columns x0, x1, … of values that do not compress.
    private func wide(columns: Int, rows: Int) -> Table {
        var stream = SplitMix(state: 3)
        var table = Table()
        for column in 0..<columns {
            table.set("x\(column)", .double((0..<rows).map { _ in Double(stream.next()) }))
        }
        return table
    }

    @Test(arguments: [1, 2, 5])
    func rangesGiveWhatALocalFileGives(workers: Int) async throws {
        let context = RunContext(workers: WorkerBudget(workers))
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 9000, nulls: true)
            let options = ParquetOptions(rowGroupRows: 1100)
            try await ParquetWriter.writeFolder(
                table, to: folder + "/t", partRows: 4000, options: options, in: context)
            let parts = try names(in: folder + "/t").filter { $0.hasSuffix(".parquet") }
            let sources = try parts.map { CountingSource(Data(try bytes("\(folder)/t/\($0)")), name: $0) }
            expectSame(
                try await ParquetReader.read(sources, in: context),
                try await ParquetReader.read(folder + "/t", in: context))
            let some = ["words", "text", "i64", "bool"]
            expectSame(
                try await ParquetReader.read(sources, columns: some, in: context),
                try await ParquetReader.read(folder + "/t", columns: some, in: context))

            let opened = try await ParquetParts(sources)
            #expect(opened.columns == (try ParquetReader.schema(folder + "/t")))
            #expect(opened.rowCounts == [4000, 4000, 1000])
            let batches = Mutex<[Table]>([])
            try await opened.forEachBatch(columns: ["i64"], batchRows: 500) { batch in
                batches.withLock { $0.append(batch) }
            }
            let there = try batches.withLock { try $0.flatMap { try $0.int64("i64").values } }
            #expect(there.count == 9000)
            #expect(batches.withLock { $0.allSatisfy { $0.rowCount <= 500 } })
        }
    }

    @Test func oneColumnOfTenTransfersATenth() async throws {
        let data = try await file(wide(columns: 10, rows: 60_000), ParquetOptions(codec: .none, rowGroupRows: 20_000))
        let source = CountingSource(data)
        let table = try await ParquetReader.read([source], columns: ["x7"], in: context)
        #expect(table.rowCount == 60_000 && table.names == ["x7"])
        let count = source.count
        #expect(data.count > 4_800_000)
        // The column, and the end with the footer.
        #expect(count.bytes <= 60_000 * 8 + TailedSource.tailSize + 3 * 1024)
        #expect(Double(count.bytes) < 0.2 * Double(data.count))
        #expect(count.ranges.count == 1 + 3, "the end, and a chunk of each row group")
        #expect(count.ranges[0] == data.count - TailedSource.tailSize..<data.count)
    }

    @Test func adjoiningColumnsComeTogether() async throws {
        let data = try await file(wide(columns: 10, rows: 60_000), ParquetOptions(codec: .none, rowGroupRows: 20_000))
        let source = CountingSource(data)
        _ = try await ParquetReader.read([source], columns: ["x3", "x5", "x4"], in: context)
        #expect(source.count.ranges.count == 1 + 3)
        #expect(source.count.bytes < data.count * 35 / 100)

        let all = CountingSource(data)
        _ = try await ParquetReader.read([all], in: context)
        #expect(all.count.ranges.count == 2, "the end, and the rest at once")
        #expect(all.count.bytes <= data.count, "no byte comes twice")
    }

    @Test func aSmallFileComesWithOneRequest() async throws {
        let source = CountingSource(try await file(wide(columns: 3, rows: 5000)))
        #expect(source.size < TailedSource.smallSize)
        #expect(try await ParquetReader.read([source], in: context).rowCount == 5000)
        #expect(source.count.ranges == [0..<source.size])
    }

    @Test func readingTwiceFetchesTheFooterOnce() async throws {
        let data = try await file(wide(columns: 10, rows: 60_000), ParquetOptions(codec: .none))
        let source = CountingSource(data)
        let opened = try await ParquetParts([source])
        #expect(opened.columns.count == 10 && source.count.ranges.count == 1)
        for name in ["x1", "x8"] { #expect(try await opened.read(columns: [name], in: context).rowCount == 60_000) }
        #expect(source.count.ranges.count == 3)
    }

    @Test func aFooterLargerThanTheFirstRequestIsFetchedWhole() async throws {
        let table = wide(columns: 60, rows: 4000)
        let data = try await file(table, ParquetOptions(codec: .none, rowGroupRows: 100))
        let source = CountingSource(data)
        let opened = try await ParquetParts([source])
        #expect(source.count.ranges.count == 2, "the footer takes more than \(TailedSource.tailSize) bytes")
        expectSame(try await opened.read(columns: ["x59", "x0"], in: context), try table.selecting(["x59", "x0"]))
    }

    // MARK: Failures

    @Test func anObjectReplacedMeanwhileIsAnErrorAndNoMixture() async throws {
        let store = MemoryStore()
        let data = try await file(wide(columns: 4, rows: 40_000), ParquetOptions(codec: .none))
        let info = try await store.put(data, at: "run/t.parquet")
        let opened = try await ParquetParts([StoredObject(info, in: store)])
        // The same size, so that nothing but the version tells.
        try await store.put(data, at: "run/t.parquet")
        let error = await #expect(throws: IFError.self) { try await opened.read(columns: ["x0"], in: context) }
        #expect(error?.code == .conflict)
        #expect(error?.location.key == "run/t.parquet")
        #expect(error?.message.contains("bytes 4–") == true, "it names the range: \(error?.message ?? "")")
        #expect(error?.message.contains("replaced") == true)
    }

    @Test func anObjectOfAnotherSizeIsAnError() async throws {
        let store = MemoryStore()
        let data = try await file(wide(columns: 4, rows: 40_000))
        try await store.put(data, at: "t.parquet")
        for size in [data.count - 8, data.count + 8, data.count * 2] {
            let source = StoredObject("t.parquet", size: size, in: store)
            let error = await #expect(throws: IFError.self) { try await ParquetReader.read([source], in: context) }
            #expect(error?.code == .corruptFile)
            #expect(error?.message.contains("\(size)") == true)
        }
    }

    @Test func aFlippedBitInAPageIsNoticedWhereItIsRead() async throws {
        var data = try await file(wide(columns: 4, rows: 40_000), ParquetOptions(codec: .none))
        data[200_000] ^= 4
        let source = CountingSource(data)
        let error = await #expect(throws: IFError.self) {
            try await ParquetReader.read([source], columns: ["x0"], in: context)
        }
        #expect(error?.code == .corruptFile)
        #expect(error?.location.file == "s3://bucket/t.parquet" && error?.location.column == "x0")
        #expect(try await ParquetReader.read([source], columns: ["x3"], in: context).rowCount == 40_000)
    }

    @Test func whatIsNoParquetFileIsSaidToBeNone() async throws {
        for size in [0, 1, 11, 5000] {
            let source = CountingSource(Data(repeating: 7, count: size))
            let error = await #expect(throws: IFError.self) { try await ParquetReader.read([source], in: context) }
            #expect(error?.code == .corruptFile && error?.location.file == source.name)
        }
    }

    /// A footer has no checksum of its own: some flips pass. Runs therefore keep a digest of it in their manifest.
    @Test func flippedBytesNeverCrash() async throws {
        let whole = try await file(TableSamples.everyType(rows: 300, nulls: true), ParquetOptions(rowGroupRows: 150))
        var stream = SplitMix(state: 5)
        var errors = 0
        for _ in 0..<200 {
            var damaged = whole
            let position = whole.count - 1 - Int(stream.next() % UInt64(min(8000, whole.count)))
            damaged[position] ^= UInt8(1 << (stream.next() % 8))
            do {
                _ = try await ParquetReader.read([DataSource(damaged)], in: context)
            } catch is IFError {
                errors += 1
            }
        }
        #expect(errors > 50)
    }

    @Test func theSourcesErrorIsTheReadersError() async throws {
        let data = try await file(wide(columns: 4, rows: 200_000), ParquetOptions(codec: .none, rowGroupRows: 20_000))
        let source = CountingSource(size: data.count) { range in
            if range.contains(3_000_000) { throw IFError(.accessDenied, "no more", key: "t.parquet") }
            return data.subdata(in: range)
        }
        let error = await #expect(throws: IFError.self) { try await ParquetReader.read([source], in: context) }
        #expect(error?.code == .accessDenied && error?.message == "no more")
        #expect(source.count.underway == 0, "nothing goes on behind the caller's back")
    }

    @Test func fewerBytesThanAskedForAreAnError() async throws {
        let data = try await file(wide(columns: 4, rows: 40_000), ParquetOptions(codec: .none))
        let source = CountingSource(size: data.count) { range in
            data.subdata(in: range.upperBound == data.count ? range : range.lowerBound..<range.upperBound - 1)
        }
        let error = await #expect(throws: IFError.self) { try await ParquetReader.read([source], in: context) }
        #expect(error?.code == .inputOutput && error?.message.contains("asked for") == true)
    }

    // MARK: Threads

    @Test(.timeLimit(.minutes(10))) func cancellingEndsAReadingThatWaits() async throws {
        let data = try await file(wide(columns: 4, rows: 40_000), ParquetOptions(codec: .none))
        let source = CountingSource(size: data.count) { range in
            if range.upperBound < data.count { try await Task.sleep(for: .seconds(3600)) }
            return data.subdata(in: range)
        }
        let context = context
        let reading = Task { try await ParquetReader.read([source], in: context) }
        try await eventually { source.count.ranges.count > 1 }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        #expect(source.count.underway == 0)
    }

    /// Were blocked readings to hold threads of Swift's pool, so many at once would leave none for what they wait for.
    @Test(.timeLimit(.minutes(10))) func readingsThatWaitHoldNoThreadOfThePool() async throws {
        let table = wide(columns: 4, rows: 40_000)
        let data = try await file(table, ParquetOptions(codec: .none))
        let readings = 40
        let waiting = Mutex(0)
        let sources = (0..<readings).map { _ in
            CountingSource(size: data.count) { range in
                if range.upperBound < data.count {
                    // All readings wait for each other, on the pool.
                    waiting.withLock { $0 += 1 }
                    while waiting.withLock({ $0 }) < readings { try await Task.sleep(for: .milliseconds(1)) }
                }
                return data.subdata(in: range)
            }
        }
        let context = context
        try await withThrowingTaskGroup(of: Int.self) { group in
            for source in sources {
                group.addTask { try await ParquetReader.read([source], columns: ["x1"], in: context).rowCount }
            }
            for try await rows in group { #expect(rows == 40_000) }
        }
    }
}

@Suite struct RangeReadsTests {
    private static let piece = RangePlan.pieceSize

    /// A hollow file of so many pieces, whose end is fetched.
    private func reads(pieces: Int) async throws -> (reads: RangeReads, source: CountingSource, size: Int) {
        let size = pieces * Self.piece + TailedSource.tailSize
        let source = CountingSource(size: size) { Data(repeating: UInt8($0.lowerBound / Self.piece), count: $0.count) }
        return (RangeReads(try await TailedSource.load([source])), source, size)
    }

    private func byte(_ reads: RangeReads, at position: Int, count: Int = 1) async throws -> [UInt8] {
        try await OwnThread.run {
            var bytes = [UInt8](repeating: 255, count: count)
            let isRead = unsafe bytes.withUnsafeMutableBytes { unsafe reads.read(part: 0, at: position, into: $0) }
            return isRead ? bytes : []
        }
    }

    @Test(.timeLimit(.minutes(10))) func noMoreIsAheadThanTheWindow() async throws {
        let (reads, source, size) = try await reads(pieces: 12)
        reads.plan([[0..<size]])
        let ahead = RangeReads.window / Self.piece
        try await eventually { source.count.ranges.count == 1 + ahead && source.count.underway == 0 }
        for _ in 0..<20 { await Task.yield() }
        #expect(source.count.ranges.count == 1 + ahead, "nothing is read, so nothing more is fetched")
        // The last piece first: who waits is served, whatever is ahead.
        #expect(try await byte(reads, at: 11 * Self.piece, count: 4) == [11, 11, 11, 11])
        for piece in 0..<12 {
            let whole = try await byte(reads, at: piece * Self.piece, count: Self.piece - (piece == 11 ? 4 : 0))
            #expect(whole.count >= Self.piece - 4 && whole == Array(repeating: UInt8(piece), count: whole.count))
        }
        await reads.close()
        #expect(source.count.bytes <= size + 2 * Self.piece, "little comes twice")
        #expect(source.count.mostAtOnce <= RangeReads.parallel)
    }

    @Test(.timeLimit(.minutes(10))) func bytesAcrossPiecesAndBesideThePlanAreRight() async throws {
        let (reads, source, size) = try await reads(pieces: 4)
        reads.plan([[0..<2 * Self.piece]])
        #expect(try await byte(reads, at: Self.piece - 2, count: 4) == [0, 0, 1, 1])
        #expect(try await byte(reads, at: 3 * Self.piece + 5, count: 2) == [3, 3], "nobody planned for it")
        // The end was fetched in one request, whose bytes all have one value here.
        let end = UInt8((size - TailedSource.tailSize) / Self.piece)
        #expect(try await byte(reads, at: size - TailedSource.tailSize - 1, count: 2) == [3, end])
        await reads.close()
        #expect(try await byte(reads, at: 0).isEmpty, "closed")
        #expect(source.count.underway == 0)
    }
}

@Suite struct RangePlanTests {
    @Test func nearRangesJoinAndLargeOnesAreCut() {
        let gap = RangePlan.gap
        let size = 100 << 20
        let end = size - 1000..<size
        func pieces(_ ranges: [Range<Int>]) -> [Range<Int>] { RangePlan(ranges, size: size, present: end).pieces }
        #expect(pieces([]) == [])
        #expect(pieces([500..<600, 0..<100]) == [0..<600])
        #expect(pieces([0..<100, 100 + gap..<200 + gap]) == [0..<200 + gap])
        #expect(pieces([0..<100, 101 + gap..<200 + gap]) == [0..<100, 101 + gap..<200 + gap])
        let large = pieces([10..<10 + 3 * RangePlan.pieceSize / 2])
        #expect(large.count == 2 && large[0].upperBound == large[1].lowerBound)
        #expect(large.allSatisfy { $0.count > 5 << 20 })
        #expect(pieces([size - 2000..<size]) == [size - 2000..<size - 1000], "the end is there")
        #expect(pieces([size + 5..<size + 10, -5..<0]) == [], "a damaged footer names what is not there")
        let plan = RangePlan([0..<100, 200..<300], size: size, present: end)
        #expect(plan.wantedBytes([0..<100, 200..<300]) == [200])
    }
}
