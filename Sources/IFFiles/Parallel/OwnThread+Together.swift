import IFCore

extension OwnThread {
    /// Runs `body` on so many threads, this one among them, and returns when all have ended. Fewer threads do where the
    /// system gives no more.
    static func together(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        let others = Monitor(0)
        for _ in 1..<max(1, count) {
            others.withLock { $0 += 1 }
            let isStarted = start {
                body()
                others.change { $0 -= 1 }
            }
            guard isStarted else {
                others.withLock { $0 -= 1 }
                break
            }
        }
        body()
        others.wait { $0 == 0 ? () : nil }
    }
}
