internal import Crypto
internal import FoundationEssentials
internal import IFCore

/// A file of a run on its way to the store; its size and digest are computed as it passes.
final class RunFileStream: ObjectStream {
    private struct State: Sendable {
        var hash = SHA256()
        var size = 0
        /// The last bytes, and some before them.
        var tail = Data()
    }

    private let path: String
    private let stream: any ObjectStream
    private let onFinish: @Sendable (RunFile) -> Void
    private let state = Locked(State())

    init(_ path: String, into stream: any ObjectStream, onFinish: @escaping @Sendable (RunFile) -> Void) {
        self.path = path
        self.stream = stream
        self.onFinish = onFinish
    }

    func write(_ bytes: Data) async throws {
        state.withLock { state in
            state.hash.update(data: bytes)
            state.size += bytes.count
            state.tail.append(bytes.suffix(FileTail.size))
            if state.tail.count > 4 * FileTail.size { state.tail = Data(state.tail.suffix(FileTail.size)) }
        }
        try await stream.write(bytes)
    }

    func finish() async throws -> String {
        let version = try await stream.finish()
        let state = state.withLock { $0 }
        let tail = state.size > FileTail.size ? FileDigest.sha256(state.tail.suffix(FileTail.size)) : nil
        onFinish(
            RunFile(
                path: path, size: state.size, sha256: FileDigest.text(state.hash.finalize()), tailSHA256: tail))
        try RunStep.objectUploaded.reached()
        return version
    }

    func abandon() async { await stream.abandon() }
}
