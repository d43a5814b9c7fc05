#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads for work that blocks: while bytes come from afar or go there, while another process runs.
///
/// Swift's own pool has as many threads as there are processors, and the requests that blocked work waits for need them: were
/// they all blocked, nothing would ever come.
package enum OwnThread {
    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new thread; the task waits without holding one.
    ///
    /// - Throws: What `body` throws; ``IFError/Code/inputOutput`` where the system gives no thread.
    package static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let isStarted = start { continuation.resume(with: Swift.Result { try body() }) }
            guard !isStarted else { return }
            continuation.resume(
                throwing: IFError(
                    .inputOutput, "the system starts no more threads; raise its limit, or run less at once"))
        }
    }

    /// Runs `body` on a new thread; answers whether the system gave one.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let work = unsafe Unmanaged.passRetained(Work(body))
        guard unsafe pthread_create(&thread, nil, { unsafe OwnThread.enter($0) }, work.toOpaque()) == 0 else {
            unsafe work.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private static func enter(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        unsafe work.map { unsafe Unmanaged<Work>.fromOpaque($0).takeRetainedValue() }?.body()
        return nil
    }
}
