import IFALS
import IFCore
import IFTesting
import Synchronization
import Testing

/// A fit that is cancelled ends with the blocks under way: no further sweep is reported.
@Suite struct CancellationTests {
    /// Counts over all tasks.
    private final class Counter: Sendable {
        let count = Atomic<Int>(0)
    }

    /// Fits with a context that cancels at the first sweep, and counts the reports.
    private func sweepsAfterCancelling(
        workers: WorkerBudget, _ fit: @escaping @Sendable (RunContext) async throws -> Void
    ) async throws -> Int {
        let reports = Counter()
        let context = RunContext(
            workers: workers,
            progress: { _ in
                reports.count.add(1, ordering: .relaxed)
                withUnsafeCurrentTask { unsafe $0?.cancel() }
            })
        let task = Task { try await fit(context) }
        await #expect(throws: CancellationError.self) { try await task.value }
        return reports.count.load(ordering: .relaxed)
    }

    @Test(arguments: [1, 2]) func implicit(workers: Int) async throws {
        let data = try RecommenderFixture.random()
        let count = try await sweepsAfterCancelling(workers: WorkerBudget(workers)) { context in
            _ = try await ImplicitALS(.init(factors: 8, iterations: 50)).fit(data, in: context)
        }
        #expect(count == 1)
    }

    @Test(arguments: [1, 2]) func explicit(workers: Int) async throws {
        let data = try RecommenderFixture.random()
        let count = try await sweepsAfterCancelling(workers: WorkerBudget(workers)) { context in
            _ = try await ExplicitALS(.init(factors: 8, iterations: 50)).fit(data, in: context)
        }
        #expect(count == 1)
    }

    @Test func search() async throws {
        let data = try RecommenderFixture.random()
        let count = try await sweepsAfterCancelling(workers: 2) { context in
            _ = try await ALSSearch(base: .init(factors: 8), candidates: 9).run(on: data, in: context) { _, _ in 1 }
        }
        #expect(count == 1)
    }
}
