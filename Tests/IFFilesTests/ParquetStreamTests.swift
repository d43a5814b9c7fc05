import Foundation
import IFCore
import IFTesting
import Synchronization
import Testing

@testable import IFFiles

@Suite struct ParquetStreamTests {
    private let context = RunContext(workers: WorkerBudget(2))

    /// Takes bytes as a test says.
    private final class TestStream: ObjectStream {
        private let take: @Sendable (_ before: Int, _ bytes: Data) async throws -> Void
        private let state = Mutex((bytes: Data(), largest: 0, isFinished: false, isAbandoned: false))

        init(_ take: @escaping @Sendable (_ before: Int, _ bytes: Data) async throws -> Void = { _, _ in }) {
            self.take = take
        }

        var bytes: Data { state.withLock { $0.bytes } }
        var largest: Int { state.withLock { $0.largest } }
        var isFinished: Bool { state.withLock { $0.isFinished } }
        var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

        func write(_ bytes: Data) async throws {
            try await take(self.bytes.count, bytes)
            state.withLock { state in
                state.bytes.append(bytes)
                state.largest = max(state.largest, bytes.count)
            }
        }
        func finish() async throws -> String {
            state.withLock { $0.isFinished = true }
            return "1"
        }
        func abandon() async { state.withLock { $0.isAbandoned = true } }
    }

    private func noise(rows: Int) -> Table {
        var stream = SplitMix(state: 9)
        return Table([
            "a": .double((0..<rows).map { _ in Double(stream.next()) }),
            "b": .int64((0..<rows).map { _ in Int64(bitPattern: stream.next()) }),
        ])
    }

    @Test(arguments: [1, 3])
    func aStreamGetsTheBytesOfTheFile(workers: Int) async throws {
        try await withTemporaryFolder { folder in
            for (rows, options) in [
                (0, ParquetOptions()), (5000, ParquetOptions(rowGroupRows: 700)),
                (300_000, ParquetOptions(codec: .zstd, rowGroupRows: 100_000)),
            ] {
                let table = rows < 10_000 ? TableSamples.everyType(rows: rows, nulls: true) : noise(rows: rows)
                try ParquetWriter.write(table, to: folder + "/t.parquet", options: options)
                let stream = TestStream()
                try await ParquetWriter.write(
                    table, to: stream, named: "t.parquet", options: options, workers: WorkerBudget(workers))
                #expect(stream.bytes == Data(try bytes(folder + "/t.parquet")))
                #expect(!stream.isFinished && !stream.isAbandoned, "that is the caller's")
            }
        }
    }

    @Test func partsAreThoseOfAFolder() async throws {
        try await withTemporaryFolder { folder in
            let table = TableSamples.everyType(rows: 5000, nulls: true)
            try await ParquetWriter.writeFolder(table, to: folder + "/t", partRows: 1200, in: context)
            let streams = Mutex<[String: TestStream]>([:])
            try await ParquetWriter.writeParts(table, partRows: 1200, in: context) { name in
                let stream = TestStream()
                streams.withLock { $0[name] = stream }
                return stream
            }
            let written = streams.withLock { $0 }
            #expect(written.keys.sorted() == (try names(in: folder + "/t")))
            for (name, stream) in written {
                #expect(stream.bytes == Data(try bytes("\(folder)/t/\(name)")), "\(name)")
                #expect(stream.isFinished)
            }
        }
    }

    /// The stream takes its time; what is encoded meanwhile must not pile up.
    @Test(.timeLimit(.minutes(10))) func encodingWaitsForTheStream() async throws {
        let table = noise(rows: 500_000)
        let stream = TestStream { _, _ in try await Task.sleep(for: .milliseconds(1)) }
        try await ParquetWriter.write(
            table, to: stream, named: "t.parquet", options: ParquetOptions(codec: .none, rowGroupRows: 50_000))
        #expect(stream.bytes.count > 7 << 20)
        // A chunk, and at most a page more.
        #expect(stream.largest < 4 << 20)
    }

    @Test(.timeLimit(.minutes(10))) func aFullPipeBlocksTheWriter() async throws {
        let pipe = BytePipe()
        let handed = Mutex(0)
        async let writing: Bool = OwnThread.run {
            let chunk = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<64 {
                guard unsafe chunk.withUnsafeBytes({ unsafe pipe.write($0) }) else { return false }
                handed.withLock { $0 += 1 }
            }
            return pipe.end()
        }
        try await eventually { handed.withLock { $0 } == 2 }
        try await Task.sleep(for: .milliseconds(50))
        #expect(handed.withLock { $0 } == 2, "two wait to be sent; the third is not taken")
        var total = 0
        while let chunk = try await pipe.next() { total += chunk.count }
        #expect(total == 64 << 20)
        #expect(try await writing)
    }

    @Test(.timeLimit(.minutes(10))) func theStreamsErrorIsTheWritersError() async throws {
        let stream = TestStream { before, _ in
            if before > 3 << 20 { throw IFError(.inputOutput, "the disk is full", key: "t") }
        }
        let error = await #expect(throws: IFError.self) {
            try await ParquetWriter.write(
                noise(rows: 400_000), to: stream, named: "t", options: ParquetOptions(rowGroupRows: 50_000))
        }
        #expect(error?.message == "the disk is full" && error?.location.key == "t")

        let parts = Mutex<[TestStream]>([])
        let table = noise(rows: 4000)
        let failure = await #expect(throws: IFError.self) {
            try await ParquetWriter.writeParts(table, partRows: 1000, in: context) { name in
                let stream = TestStream { _, _ in
                    if name.contains("2") { throw IFError(.inputOutput, "the disk is full") }
                }
                parts.withLock { $0.append(stream) }
                return stream
            }
        }
        #expect(failure?.message == "the disk is full")
        #expect(parts.withLock { $0.allSatisfy { $0.isFinished != $0.isAbandoned } }, "each is ended, once")
        #expect(parts.withLock { $0.contains { $0.isAbandoned } })
    }

    @Test(.timeLimit(.minutes(10))) func cancellingEndsAWritingThatWaits() async throws {
        let stream = TestStream { before, _ in if before > 2 << 20 { try await Task.sleep(for: .seconds(3600)) } }
        let table = noise(rows: 400_000)
        let writing = Task {
            try await ParquetWriter.write(
                table, to: stream, named: "t", options: ParquetOptions(codec: .none, rowGroupRows: 50_000))
        }
        try await eventually { stream.bytes.count > 2 << 20 }
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
    }

    @Test func aTableWithoutColumnsIsRefused() async throws {
        let error = await #expect(throws: IFError.self) {
            try await ParquetWriter.write(Table(), to: TestStream(), named: "t.parquet")
        }
        #expect(error?.code == .invalidArgument && error?.location.file == "t.parquet")
    }
}
