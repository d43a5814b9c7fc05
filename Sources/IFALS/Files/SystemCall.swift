import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Failures of the system, and the calls of a file that appears whole or not at all.
enum SystemCall {
    /// The error for a failed call: what was tried, why it failed, what to do.
    static func error(_ number: Int32, _ action: String, _ path: String) -> IFError {
        switch number {
        case ENOENT: return IFError(.notFound, "could not \(action): there is no such file or folder", file: path)
        case EACCES, EPERM:
            return IFError(
                .inputOutput, "could not \(action): permission denied; give this user access to it", file: path)
        case ENOSPC, EDQUOT:
            return IFError(
                .inputOutput,
                "could not \(action): the disk is full; free some space and save again, "
                    + "what was there before is untouched", file: path)
        case EISDIR:
            return IFError(.invalidArgument, "could not \(action): a folder has that name; choose another", file: path)
        default:
            let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
            return IFError(.inputOutput, "could not \(action): \(reason)", file: path)
        }
    }
}

/// A file that is written under a hidden name and gets its own when it is complete and on disk.
///
/// Readers of the name see the old file or the new one; a writer that dies leaves the hidden file only.
struct UnpublishedFile: ~Copyable {
    private let path: String
    private let hidden: String
    private let descriptor: Int32
    private var isPublished = false

    /// Begins a file beside `path`.
    init(for path: String) throws(IFError) {
        self.path = path
        let folder = Self.folder(of: path)
        let name = path.split(separator: "/").last.map(String.init) ?? "model"
        hidden = "\(folder)/.\(name).\(getpid())-\(UInt64.random(in: 0...(.max)))"
        descriptor = unsafe open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemCall.error(errno, "create a file in this folder", folder) }
    }

    deinit {
        _ = close(descriptor)
        if !isPublished { _ = unsafe unlink(hidden) }
    }

    /// Writes bytes at a position.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(IFError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe pwrite(
                descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemCall.error(errno, "write the file", path)
            }
            done += count
        }
    }

    /// Flushes the bytes to disk and gives the file its name, replacing what has it.
    mutating func publish() throws(IFError) {
        while fsync(descriptor) != 0 {
            if errno == EINTR { continue }
            throw SystemCall.error(errno, "flush the file to disk", path)
        }
        guard unsafe rename(hidden, path) == 0 else { throw SystemCall.error(errno, "name the file", path) }
        isPublished = true
        // The name is on disk only when the folder is.
        let folder = unsafe open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemCall.error(errno, "open the folder", Self.folder(of: path)) }
        defer { _ = close(folder) }
        guard fsync(folder) == 0 || errno == EINVAL else {
            throw SystemCall.error(errno, "flush the folder to disk", Self.folder(of: path))
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
