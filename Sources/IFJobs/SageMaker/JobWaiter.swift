internal import IFCore

/// Waits for the end of a job by looking at it again and again, ever less often.
public struct JobWaiter: Sendable {
    /// How often to look.
    public struct Pace: Hashable, Sendable {
        /// Seconds before the second look.
        public var first: Double
        /// Seconds between looks at most.
        public var longest: Double
        /// By how much each pause is longer than the one before.
        public var growth: Double

        /// Creates a pace: 2 s at first, 30 s in the end.
        public init(first: Double = 2, longest: Double = 30, growth: Double = 1.5) {
            precondition(first > 0 && longest >= first && growth >= 1, "pauses are positive and never shrink")
            self.first = first
            self.longest = longest
            self.growth = growth
        }

        /// The pause that follows `pause`; the first one for `nil`.
        func next(after pause: Double?) -> Double { pause.map { min(longest, $0 * growth) } ?? first }
    }

    let look: @Sendable (String) async throws -> ProcessingJobState
    let pace: Pace
    let sleep: @Sendable (Double) async throws -> Void

    /// Creates a waiter.
    public init(_ jobs: ProcessingJobs, pace: Pace = Pace()) {
        self.init(pace: pace, look: { try await jobs.state(of: $0) })
    }

    init(
        pace: Pace, look: @escaping @Sendable (String) async throws -> ProcessingJobState,
        sleep: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    ) {
        self.look = look
        self.pace = pace
        self.sleep = sleep
    }

    /// Looks failing in a row that are borne: networks come back, and the job goes on without us.
    private static let failuresBorne = 4

    /// Waits until nothing will change any more. Cancelling the task ends the waiting, never the job.
    ///
    /// - Parameter onState: Told every state that was seen, the last one too. Where the status changes, looks come
    ///   often again.
    /// - Returns: The final state, whichever it is.
    /// - Throws: `CancellationError`; ``IFError/Code/notFound``; what ``ProcessingJobs/state(of:)`` throws again and
    ///   again; what `onState` throws.
    public func wait(
        for name: String, onState: (ProcessingJobState) async throws -> Void = { _ in }
    ) async throws -> ProcessingJobState {
        var pause: Double?
        var status: ProcessingJobStatus?
        var failures = 0
        while true {
            var seen: ProcessingJobState?
            do {
                seen = try await look(name)
                failures = 0
            } catch let error as IFError where error.code == .inputOutput && failures < Self.failuresBorne {
                failures += 1
            }
            if let seen {
                if seen.status != status { pause = nil }
                status = seen.status
                try await onState(seen)
                if seen.status.isFinal { return seen }
            }
            let next = pace.next(after: pause)
            pause = next
            try await sleep(next)
        }
    }
}
