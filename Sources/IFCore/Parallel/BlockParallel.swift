import Synchronization

extension RunContext {
    /// Computes every block and returns the results in block order, whatever order they finished in.
    ///
    /// At most `workers` blocks run at once. Cancellation is checked before each block; the first error
    /// (of the lowest block among those that failed) is thrown after running blocks have ended.
    ///
    /// - Parameters:
    ///   - count: Number of blocks.
    ///   - body: Computes one block; must depend on the block number alone.
    public func mapBlocks<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
    ) async throws -> [Result] {
        guard count > 0 else { return [] }
        let parallel = min(workers.count, count)
        let cursor = BlockCursor(count: count)
        var results: [Result?] = Array(repeating: nil, count: count)
        try await withThrowingTaskGroup(of: [(Int, Result)].self) { group in
            for _ in 0..<parallel {
                group.addTask {
                    var mine: [(Int, Result)] = []
                    while let block = cursor.next() {
                        // Blocks compute without suspending: give way between them, so that a process with no more
                        // threads than workers still serves its other tasks, the one that cancels among them.
                        await Task.yield()
                        try Task.checkCancellation()
                        do {
                            mine.append((block, try body(block)))
                        } catch {
                            cursor.stop()
                            throw error
                        }
                    }
                    return mine
                }
            }
            for try await finished in group {
                for (block, result) in finished { results[block] = result }
            }
        }
        try Task.checkCancellation()
        return results.compactMap { $0 }
    }

    /// Runs `body` once for every block, at most `workers` at once.
    public func forEachBlock(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) async throws {
        _ = try await mapBlocks(count, body)
    }

    /// Runs `body` for every range of `blocks`, at most `workers` at once.
    public func forEachBlock(
        of blocks: BlockRanges, _ body: @escaping @Sendable (Int, Range<Int>) throws -> Void
    ) async throws {
        _ = try await mapBlocks(blocks.count) { try body($0, blocks[$0]) }
    }
}

/// Hands out block numbers in ascending order to whichever worker is free.
final class BlockCursor: Sendable {
    private let position = Atomic<Int>(0)
    private let count: Int

    init(count: Int) { self.count = count }

    func next() -> Int? {
        let block = position.wrappingAdd(1, ordering: .relaxed).oldValue
        return block < count ? block : nil
    }

    func stop() { position.store(count, ordering: .relaxed) }
}
