import Dispatch
import IFCore
import Synchronization

/// Runs units of work on threads from within a synchronous scope.
///
/// `RunContext.mapBlocks` cannot be awaited inside the closure in which an array is filled without first being
/// zeroed; this can. Results are placed by unit, so they do not depend on the number of workers.
enum BlockingWorkers {
    /// Computes every unit, at most `workers` at once, in ascending order of starting.
    ///
    /// - Parameter onOwnThreads: Whether units wait for bytes from afar, so that the system's pool must not run them.
    /// - Throws: The error of the lowest unit that failed; `CancellationError` once `isCancelled` says so.
    static func map<Result: Sendable>(
        _ count: Int, workers: Int, cancellation: CancellationFlag, onOwnThreads: Bool = false,
        _ body: @escaping @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let shared = Shared<Result>(count: count)
        let work: @Sendable () -> Void = {
            while true {
                let unit = shared.cursor.wrappingAdd(1, ordering: .relaxed).oldValue
                guard unit < count else { return }
                do {
                    if cancellation.isRaised { throw CancellationError() }
                    let result = try body(unit)
                    shared.outcome.withLock { $0.results[unit] = result }
                } catch {
                    shared.cursor.store(count, ordering: .relaxed)
                    shared.outcome.withLock { $0.note(error, unit) }
                }
            }
        }
        let threads = max(1, min(workers, count))
        if onOwnThreads {
            OwnThread.together(threads, work)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads) { _ in work() }
        }
        return try shared.outcome.withLock { outcome in
            if let failure = outcome.failure { throw failure.error }
            return outcome.results.compactMap { $0 }
        }
    }

    private final class Shared<Result: Sendable>: Sendable {
        let cursor = Atomic<Int>(0)
        let outcome: Mutex<Outcome<Result>>

        init(count: Int) { outcome = Mutex(Outcome(count: count)) }
    }

    private struct Outcome<Result: Sendable> {
        var results: [Result?]
        var failure: (unit: Int, error: any Error)?

        init(count: Int) { results = Array(repeating: nil, count: count) }

        mutating func note(_ error: any Error, _ unit: Int) {
            if let failure, failure.unit < unit { return }
            failure = (unit, error)
        }
    }
}

/// Tells threads that the task they work for was cancelled.
final class CancellationFlag: Sendable {
    private let raised = Atomic<Bool>(false)

    var isRaised: Bool { raised.load(ordering: .relaxed) }

    func raise() { raised.store(true, ordering: .relaxed) }

    /// Runs `body` with a flag that the cancellation of the current task raises.
    static func during<Result>(_ body: (CancellationFlag) throws -> Result) async throws -> Result {
        let flag = CancellationFlag()
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            try body(flag)
        } onCancel: {
            flag.raise()
        }
    }
}
