import Glibc
import IFCore
import Synchronization
import Testing

/// A counter that tasks share.
private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func add(_ amount: Int = 1) -> Int { count.wrappingAdd(amount, ordering: .sequentiallyConsistent).newValue }
}

@Suite struct ParallelTests {
    @Test(arguments: [1, 2, 3, 5, 64])
    func resultsComeInBlockOrder(_ workers: Int) async throws {
        let context = RunContext(workers: WorkerBudget(workers))
        let squares = try await context.mapBlocks(200) { $0 * $0 }
        #expect(squares == (0..<200).map { $0 * $0 })
    }

    @Test func noMoreThanTheBudgetRunAtOnce() async throws {
        let running = Counter()
        let peaks = try await RunContext(workers: 2).mapBlocks(50) { _ in
            let now = running.add()
            _ = running.add(-1)
            return now
        }
        #expect(peaks.allSatisfy { (1...2).contains($0) })
    }

    @Test func anErrorStopsTheRest() async {
        let done = Counter()
        await #expect(throws: IFError.self) {
            try await RunContext(workers: 2).forEachBlock(100_000) { block in
                if block == 10 { throw IFError(.invalidData, "stop") }
                _ = done.add()
            }
        }
        #expect(done.value < 100_000)
    }

    @Test func cancellationStopsBetweenBlocks() async {
        let done = Counter()
        let work = Task {
            try await RunContext(workers: 2).forEachBlock(20_000) { _ in
                _ = done.add()
                usleep(500)
            }
        }
        while done.value < 10 { try? await Task.sleep(for: .milliseconds(1)) }
        work.cancel()
        let atCancel = done.value
        await #expect(throws: CancellationError.self) { try await work.value }
        // Each worker may be in a block, or before one that it has been let into.
        #expect(done.value <= atCancel + 2)
    }

    @Test func rangesCoverTheRowsOnce() {
        for rows in [0, 1, 9, 10, 11, 1000] {
            let blocks = BlockRanges(rowCount: rows, blockSize: 10)
            #expect(blocks.flatMap { Array($0) } == Array(0..<rows))
        }
    }

    @Test func disjointRangesAreWrittenSideBySide() async throws {
        let buffer = DisjointBuffer(repeating: Int32(0), count: 10_001)
        let blocks = BlockRanges(rowCount: 10_001, blockSize: 100)
        try await RunContext(workers: 4).forEachBlock(of: blocks) { _, range in
            buffer.withMutableSpan(range) { span in
                for offset in 0..<span.count { span[offset] = Int32(range.lowerBound + offset) }
            }
        }
        #expect(buffer.array() == (0..<10_001).map(Int32.init))
    }

    /// The rest stays to the byte; on Linux the pages that went read as zero, piece by piece as at once.
    @Test(arguments: [[1], [1023], [1024], [700_001], [3_000_000], [5, 1000, 1030, 700_001, 700_001, 2_999_999]])
    func discardedElementsTakeNoOthersWithThem(_ ends: [Int]) {
        let values = (1...3_000_000).map { Float($0) }
        let buffer = DisjointBuffer(values)
        var start = 0
        for end in ends {
            buffer.discard(start..<end)
            start = end
        }
        buffer.withSpan { span in
            #expect((start..<span.count).allSatisfy { span[$0] == values[$0] })
            #if canImport(Glibc)
                let page = Int(getpagesize()) / MemoryLayout<Float>.stride
                #expect((0..<start / page * page).allSatisfy { span[$0] == 0 })
                #expect((start / page * page..<start).allSatisfy { span[$0] == values[$0] })
            #endif
        }
        let small = DisjointBuffer(Array(values.prefix(5000)))
        small.discard(0..<5000)
        #expect(small.array() == Array(values.prefix(5000)))
    }
}
