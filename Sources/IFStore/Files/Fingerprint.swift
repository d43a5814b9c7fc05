internal import FoundationEssentials
public import IFCore

/// A short text that changes when a file or folder changes: how a pipeline knows that its inputs are the same.
///
/// A folder's fingerprint covers the files in it and below, whatever their order on disk. Names that begin with
/// `.` or `_` (`_SUCCESS`, `.part.crc`) are no data and do not count. Links are followed.
public struct Fingerprint: Hashable, Sendable {
    /// How much of a file is looked at.
    public struct Strength: Hashable, Sendable {
        let readsContent: Bool

        /// Name, size and modification time: microseconds per file, blind to an edit that keeps all three.
        public static let quick = Strength(readsContent: false)
        /// Name and SHA-256 of the content: reads every byte, the same on every machine.
        public static let content = Strength(readsContent: true)
    }

    /// The fingerprint of the file or folder at `path`: `quick:` or `sha256:` and 64 hexadecimal digits.
    ///
    /// - Throws: ``IFError/Code/notFound`` where nothing is; ``IFError/Code/inputOutput``; `CancellationError`.
    /// - Complexity: O(files) for `.quick`, O(bytes) for `.content`, in parallel over `context.workers`.
    public static func of(
        _ path: String, strength: Strength = .quick, in context: RunContext = RunContext()
    ) async throws -> String {
        let files = try files(at: path)
        var lines: [String] = []
        if strength.readsContent {
            let digests = try await FileDigest.sha256(ofFiles: files.map(\.path), in: context)
            lines = zip(files, digests).map { "\($0.name)\u{0}\($1)" }
        } else {
            lines = files.map { "\($0.name)\u{0}\($0.status.size)\u{0}\($0.status.modified)" }
        }
        let digest = FileDigest.sha256(Data(lines.joined(separator: "\n").utf8))
        return (strength.readsContent ? "sha256:" : "quick:") + digest
    }

    private static func files(at path: String) throws -> [FoundFile] {
        guard let status = try FileStatus.of(path) else {
            throw IFError(.notFound, "there is no such file or folder; check the path", file: path)
        }
        if status.kind == .folder {
            return try FolderWalk.files(in: path, skipping: { $0.hasPrefix(".") || $0.hasPrefix("_") })
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return [FoundFile(name: name, path: path, status: status)]
    }
}
