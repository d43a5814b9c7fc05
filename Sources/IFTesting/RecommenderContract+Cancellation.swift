import IFCore
import Synchronization
import Testing

extension RecommenderContract {
    /// A fit in a task that is cancelled already.
    func stopsWhenCancelled<R: Recommender>(
        _ make: @escaping @Sendable () -> R, _ place: SourceLocation
    ) async throws {
        guard needsPositiveValues else { return }
        let data = try RecommenderFixture.random()
        await #expect(throws: CancellationError.self, "cancellation is passed on", sourceLocation: place) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await make().fit(data, in: RunContext()) }
                try await group.waitForAll()
            }
        }
    }

    /// A fit that is cancelled while it works, at its first report of progress: nothing more is done than the block
    /// under way. Fits that report no progress are too short for this to matter.
    func stopsAtTheNextBlock<R: Recommender>(
        _ make: @escaping @Sendable () -> R, _ place: SourceLocation
    ) async throws {
        let data = try RecommenderFixture.random()
        let reports = Atomic<Int>(0)
        _ = try await make().fit(data, in: RunContext(progress: { _ in reports.add(1, ordering: .relaxed) }))
        guard reports.load(ordering: .relaxed) > 1 else { return }
        let after = Atomic<Int>(0)
        let running = Mutex<Task<Void, any Error>?>(nil)
        let context = RunContext(progress: { _ in
            running.withLock { task in
                if task?.isCancelled == true { after.add(1, ordering: .relaxed) }
                task?.cancel()
            }
        })
        let task = Task {
            // Progress must find the task to cancel.
            while running.withLock({ $0 == nil }) { await Task.yield() }
            _ = try await make().fit(data, in: context)
        }
        running.withLock { $0 = task }
        await #expect(
            throws: CancellationError.self, "a fit that is cancelled while it works ends", sourceLocation: place
        ) {
            try await task.value
        }
        let late = after.load(ordering: .relaxed)
        #expect(late == 0, "nothing is reported after a cancellation", sourceLocation: place)
    }
}
