#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// State that threads share and wait on. `Synchronization.Mutex` has no condition to wait for.
///
/// Only threads of our own may wait (``OwnThread``): a waiting thread of Swift's pool would be missing there.
@safe
final class Monitor<State>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    init(_ state: State) {
        self.state = state
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` alone.
    func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Runs `body` alone, then lets all who wait look again.
    func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        defer { unsafe pthread_cond_broadcast(condition) }
        return try withLock(body)
    }

    /// Runs `body` alone, and again after each ``change(_:)`` until it answers. Blocks the thread.
    func wait<Result>(for body: (inout State) throws -> Result?) rethrows -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = try body(&state) { return result }
            unsafe pthread_cond_wait(condition, mutex)
        }
    }
}
