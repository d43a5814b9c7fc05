extension RunContext {
    /// Computes blocks side by side and hands their results over in block order, holding only a few at a time.
    ///
    /// At most `workers` blocks run at once, and none begins more than `2 * workers` blocks ahead of the one to be
    /// handed over next, so memory is that of `2 * workers` results however many blocks there are and however slow
    /// `sink` is. The error that is thrown is that of the lowest block that failed, whatever the workers.
    ///
    /// - Parameters:
    ///   - count: Number of blocks.
    ///   - body: Computes one block; must depend on the block number alone.
    ///   - sink: Takes block numbers 0, 1, … and their results; called by one task, one block after the other.
    /// - Throws: What `body` or `sink` throws; `CancellationError`, checked before each block.
    public func streamBlocks<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result,
        to sink: (Int, Result) async throws -> Void
    ) async throws {
        let workers = workers.count
        try await withThrowingTaskGroup(of: (Int, Swift.Result<Result, any Error>).self) { group in
            var waiting: [Int: Swift.Result<Result, any Error>] = [:]
            var (begun, running) = (0, 0)
            for due in 0..<count {
                while true {
                    while begun < count, running < workers, begun < due + 2 * workers {
                        let block = begun
                        group.addTask {
                            // Blocks compute without suspending: give way between them; see `mapBlocks`.
                            await Task.yield()
                            return (
                                block,
                                Swift.Result {
                                    try Task.checkCancellation()
                                    return try body(block)
                                }
                            )
                        }
                        begun += 1
                        running += 1
                    }
                    if waiting[due] != nil { break }
                    guard let (block, result) = try await group.next() else { break }
                    waiting[block] = result
                    running -= 1
                }
                guard let result = waiting.removeValue(forKey: due) else { break }
                try Task.checkCancellation()
                try await sink(due, result.get())
            }
        }
    }
}
