/// When to try again.
///
/// Full jitter: the wait before attempt n is uniform between 0 and min(cap, base · 2ⁿ). See M. Brooker, "Exponential
/// Backoff And Jitter", AWS Architecture Blog (2015).
struct RetryPolicy: Hashable, Sendable {
    /// Attempts in all.
    var attempts: Int
    /// Seconds.
    var base = 0.1
    /// Seconds.
    var cap = 20.0

    /// Waits after the failure of an attempt, counted from 1.
    func wait(after attempt: Int) async throws {
        let longest = min(cap, base * Double(1 << min(attempt, 20)))
        try await Task.sleep(for: .seconds(Double.random(in: 0...longest)))
    }
}
