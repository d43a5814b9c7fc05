internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An exclusive lock on a file, between processes and within one.
///
/// The kernel frees it when its holder ends in whatever way, so a held lock is proof of a living holder.
/// It is freed when the value is released.
final class FileLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { _ = close(descriptor) }

    /// Takes the lock if it is free, `nil` if another holds it.
    static func attempt(_ path: String) throws(IFError) -> FileLock? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw IFError.system(errno, "open the lock file", path: path) }
        let lock = FileLock(descriptor: descriptor)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { return nil }
            throw IFError.system(errno, "lock the file", path: path)
        }
        return lock
    }

    /// Waits for the lock without blocking a thread.
    ///
    /// - Throws: ``IFError/Code/conflict`` after `patience`; `CancellationError`.
    static func acquire(_ path: String, patience: Duration = .seconds(120)) async throws -> FileLock {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        var pause = Duration.microseconds(200)
        while true {
            if let lock = try attempt(path) { return lock }
            if clock.now >= deadline {
                throw IFError(
                    .conflict,
                    "another process has held this lock for \(patience); see who with `fuser`, then run again",
                    file: path)
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(20))
        }
    }

    /// Keeps the lock alive up to this point.
    func hold() { withExtendedLifetime(self) {} }
}
