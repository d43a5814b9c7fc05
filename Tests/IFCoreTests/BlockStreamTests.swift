import IFCore
import Synchronization
import Testing

@Suite struct BlockStreamTests {
    private struct Failure: Error, Equatable { var block: Int }

    @Test(arguments: [1, 2, 3, 5]) func resultsComeInOrderAndFewAreHeld(workers: Int) async throws {
        let begun = Atomic<Int>(0)
        var taken = 0
        var furthest = 0
        try await RunContext(workers: WorkerBudget(workers)).streamBlocks(200) { block in
            begun.wrappingAdd(1, ordering: .relaxed)
            return block * block
        } to: { block, square in
            #expect(block == taken && square == block * block)
            taken += 1
            // A slow sink: the others may run as far ahead as they are let.
            for _ in 0..<20 { await Task.yield() }
            furthest = max(furthest, begun.load(ordering: .relaxed) - block)
        }
        #expect(taken == 200)
        #expect(furthest <= 2 * workers)
    }

    @Test(arguments: [1, 2, 3, 5]) func theLowestFailureIsThrown(workers: Int) async throws {
        var taken: [Int] = []
        let error = await #expect(throws: Failure.self) {
            try await RunContext(workers: WorkerBudget(workers)).streamBlocks(50) { block in
                if block == 7 || block == 8 || block == 9 { throw Failure(block: block) }
                return block
            } to: { block, _ in
                taken.append(block)
            }
        }
        #expect(error == Failure(block: 7))
        #expect(taken == [0, 1, 2, 3, 4, 5, 6])
    }

    @Test func whatTheSinkThrowsEndsTheStream() async throws {
        let begun = Atomic<Int>(0)
        await #expect(throws: Failure(block: 3)) {
            try await RunContext(workers: 2).streamBlocks(1000) { block in
                begun.wrappingAdd(1, ordering: .relaxed)
                return block
            } to: { block, _ in
                if block == 3 { throw Failure(block: 3) }
            }
        }
        #expect(begun.load(ordering: .relaxed) <= 8)
    }

    @Test func nothingAndCancellation() async throws {
        try await RunContext().streamBlocks(0) {
            $0
        } to: { _, _ in
            Issue.record("there are no blocks")
        }
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    try await RunContext(workers: 3).streamBlocks(9) {
                        $0
                    } to: { _, _ in
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
