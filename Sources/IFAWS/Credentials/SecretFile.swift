internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Small files that hold a secret.
enum SecretFile {
    /// The text without white space around it.
    static func read(_ path: String, naming variable: String) throws -> String {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw IFError(.accessDenied, "\(variable) names a file that cannot be read", file: path)
        }
        let text = String(decoding: data, as: UTF8.self)
        let rest = text.drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else {
            throw IFError(.accessDenied, "\(variable) names a file without a token", file: path)
        }
        return String(rest[...last])
    }

    /// Replaces a file, whole or not at all; nobody but the user can read it.
    ///
    /// - Throws: ``IFError/Code/inputOutput``.
    static func replace(_ path: String, with data: Data) throws(IFError) {
        let temporary = "\(path).\(UUID().uuidString)"
        guard write(data, to: temporary), unsafe rename(temporary, path) == 0 else {
            _ = unsafe unlink(temporary)
            throw IFError(
                .inputOutput, "the renewed token could not be kept; check the folder's permissions", file: path)
        }
    }

    /// Makes a file for the user alone from its first moment: rights that are taken away afterwards come too late.
    private static func write(_ data: Data, to path: String) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        var rest = Array(data)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Self.write(descriptor, $0) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        return close(descriptor) == 0 && rest.isEmpty
    }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        while true {
            #if canImport(Glibc)
                let count = unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            #else
                let count = unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
            #endif
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
