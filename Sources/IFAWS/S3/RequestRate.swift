internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The rate of requests that a server bears, found out from its pleas for patience.
///
/// Nothing is held back until the server first says that there are too many requests. From then on each takes a token from
/// a bucket that fills at a rate which drops to 0.7 of the rate measured when the server pleads, and otherwise grows
/// along a cubic curve: quickly back to where the server pleaded last, slowly around it, then faster again. It never
/// exceeds twice the measured rate.
///
/// The curve is that of CUBIC (Ha, Rhee and Xu, "CUBIC: a new TCP-friendly high-speed TCP variant", SIGOPS 42, 2008); the
/// numbers are those of the AWS SDKs' retry mode `adaptive`, and agree with botocore's for the same events.
struct RequestRate: Hashable, Sendable {
    /// Factor of the rate after a plea.
    private static let decrease = 0.7
    /// Growth of the curve, in requests per second per second cubed.
    private static let growth = 0.4
    /// Weight of the newest measurement.
    private static let smoothing = 0.8
    /// Measurements end at whole multiples of this many seconds.
    private static let interval = 0.5
    /// Requests per second below which the rate never falls.
    private static let lowest = 0.5

    /// Whether requests are held back.
    private(set) var isLimiting = false
    /// Tokens per second.
    private(set) var rate = 1.0

    // The bucket.
    private var capacity = 1.0
    private var tokens = 0.0
    private var filledAt: Double
    // The curve.
    private var peak = 0.0
    private var plateau = 0.0
    private var pleadedAt: Double
    // The measured rate of answers.
    private var measured = 0.0
    private var answers = 0.0
    private var measuredUntil: Double

    /// Begins at a time in seconds of any clock that never goes back.
    init(at time: Double) {
        filledAt = time
        pleadedAt = time
        measuredUntil = time.rounded(.down)
    }

    /// Takes a token; answers in how many seconds there will be one where there is none now.
    mutating func take(at time: Double) -> Double? {
        guard isLimiting else { return nil }
        fill(at: time)
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return (1 - tokens) / rate
    }

    /// Notes an answer, or that none came.
    ///
    /// - Parameter isThrottled: Whether the server asked for patience.
    mutating func record(isThrottled: Bool, at time: Double) {
        measure(at: time)
        var next: Double
        if isThrottled {
            peak = isLimiting ? min(measured, rate) : measured
            plateau = cbrt(peak * (1 - Self.decrease) / Self.growth)
            pleadedAt = time
            isLimiting = true
            next = peak * Self.decrease
        } else {
            let distance = time - pleadedAt - plateau
            next = Self.growth * distance * distance * distance + peak
        }
        next = min(next, 2 * measured)
        fill(at: time)
        rate = max(next, Self.lowest)
        capacity = max(next, 1)
        tokens = min(tokens, capacity)
    }

    private mutating func fill(at time: Double) {
        tokens = min(capacity, tokens + (time - filledAt) * rate)
        filledAt = time
    }

    private mutating func measure(at time: Double) {
        answers += 1
        let end = (time / Self.interval).rounded(.down) * Self.interval
        guard end > measuredUntil else { return }
        measured = answers / (end - measuredUntil) * Self.smoothing + measured * (1 - Self.smoothing)
        answers = 0
        measuredUntil = end
    }
}

/// Holds requests to one bucket back as ``RequestRate`` says; shared by all who send them.
final class RequestPacer: Sendable {
    private let start = ContinuousClock.now
    private let state = Locked(RequestRate(at: 0))

    /// Whether the server has asked for patience.
    var isLimiting: Bool { state.withLock { $0.isLimiting } }

    /// Waits until a request may go.
    func turn() async throws {
        while let seconds = state.withLock({ $0.take(at: now()) }) { try await Task.sleep(for: .seconds(seconds)) }
    }

    /// Notes how a request ended.
    func record(isThrottled: Bool) { state.withLock { $0.record(isThrottled: isThrottled, at: now()) } }

    private func now() -> Double {
        let passed = start.duration(to: .now).components
        return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
    }
}
