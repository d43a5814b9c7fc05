internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Bytes that gather in a temporary file, which becomes what it is for at the end.
final class FileStream: ObjectStream {
    private let temporary: String
    private let publish: @Sendable (_ temporary: String) async throws -> String
    private let onAbandon: @Sendable () -> Void
    private let hasEnded = Locked(false)

    /// - Parameters:
    ///   - temporary: A file that is there, empty.
    ///   - publish: Takes the file away; answers its version.
    ///   - onAbandon: Called when the file was removed.
    init(
        _ temporary: String, publish: @escaping @Sendable (_ temporary: String) async throws -> String,
        onAbandon: @escaping @Sendable () -> Void = {}
    ) {
        self.temporary = temporary
        self.publish = publish
        self.onAbandon = onAbandon
    }

    deinit { removeUnlessEnded() }

    func write(_ bytes: Data) async throws {
        try Task.checkCancellation()
        // Opened for each write: these are large, and an open file cannot be part of a value that tasks share.
        try OpenFile(temporary, O_WRONLY | O_APPEND, action: "open the file").write(bytes)
    }

    func finish() async throws -> String {
        let version = try await publish(temporary)
        hasEnded.withLock { $0 = true }
        return version
    }

    func abandon() async { removeUnlessEnded() }

    private func removeUnlessEnded() {
        let isFirst = hasEnded.withLock { hasEnded in
            defer { hasEnded = true }
            return !hasEnded
        }
        guard isFirst else { return }
        _ = unsafe unlink(temporary)
        onAbandon()
    }
}
