public import FoundationEssentials
public import Logging

/// What a stage may use besides its data: seed, workers, progress, clock and logger.
///
/// Nothing in the SDK reads globals, the environment or the clock on its own; a caller that fixes these
/// five values has fixed the result.
public struct RunContext: Sendable {
    /// The source of all random streams.
    public var random: RandomSource
    /// How many blocks may run at once.
    public var workers: WorkerBudget
    /// Where progress goes.
    public var progress: ProgressHandler
    /// The clock that stamps artifacts.
    public var now: @Sendable () -> Date
    /// Where diagnostics go; quiet by default.
    public var logger: Logger

    /// Creates a context.
    public init(
        seed: UInt64 = 42, workers: WorkerBudget = .single, progress: @escaping ProgressHandler = { _ in },
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger = Logger(label: "insightflow") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.random = RandomSource(seed: seed)
        self.workers = workers
        self.progress = progress
        self.now = now
        self.logger = logger
    }

    /// The same context with another worker budget.
    public func with(workers: WorkerBudget) -> RunContext {
        var copy = self
        copy.workers = workers
        return copy
    }

    /// The same context with another receiver of progress, for work within a stage that reports on its own.
    public func reporting(to progress: @escaping ProgressHandler) -> RunContext {
        var copy = self
        copy.progress = progress
        return copy
    }
}
