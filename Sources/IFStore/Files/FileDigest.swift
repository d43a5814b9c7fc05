internal import Crypto
public import FoundationEssentials
public import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// SHA-256 of files and bytes, as 64 lower-case hexadecimal digits.
public enum FileDigest {
    /// The digest of bytes in memory.
    ///
    /// - Complexity: O(bytes).
    public static func sha256(_ data: Data) -> String { text(SHA256.hash(data: data)) }

    /// The digest of a file, read in pieces of 1 MiB, so memory stays constant however large the file.
    ///
    /// - Complexity: O(bytes).
    /// - Throws: ``IFError/Code/notFound``, ``IFError/Code/inputOutput``.
    public static func sha256(ofFile path: String) throws -> String {
        let file = try OpenFile(path, O_RDONLY, action: "open the file")
        var hasher = SHA256()
        try unsafe file.forEachPiece { bytes in
            unsafe hasher.update(bufferPointer: bytes)
            return 0
        }
        return text(hasher.finalize())
    }

    /// The digests of many files, at most `context.workers` at once, in the order of `paths`.
    ///
    /// - Throws: What ``sha256(ofFile:)`` throws; `CancellationError`.
    public static func sha256(ofFiles paths: [String], in context: RunContext) async throws -> [String] {
        try await context.mapBlocks(paths.count) { try sha256(ofFile: paths[$0]) }
    }

    /// The digest of a file's last bytes, as ``RunFile/tailSHA256``; `nil` where that of the whole does.
    static func tail(ofFile path: String, size: Int) throws -> String? {
        guard size > FileTail.size else { return nil }
        let file = try OpenFile(path, O_RDONLY, action: "open the file")
        return sha256(try file.bytes(size - FileTail.size..<size))
    }

    static func text(_ digest: some Sequence<UInt8>) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity(64)
        for byte in digest {
            characters.append(hexadecimal(byte >> 4))
            characters.append(hexadecimal(byte & 15))
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 { digit < 10 ? 48 + digit : 87 + digit }
}
