internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An open file that several transfers read or write at offsets of their own; closed when the last lets go.
final class LocalFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Opens a file for reading.
    init(reading path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open the file", path) }
    }

    /// Creates a file for writing where there is none.
    init(creating path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("create a file", path) }
    }

    deinit { close(descriptor) }

    /// Bytes in the file.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` for a folder or device.
    func size() throws -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.failure("look at the file", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw IFError(.invalidArgument, "only a file can be stored; give the path of one", file: path)
        }
        return Int(status.st_size)
    }

    /// Reads up to `buffer.count` bytes; answers how many, 0 at the end, -1 on failure (see `errno`).
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
    }

    /// Writes all bytes; answers whether that went well (see `errno`).
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        var done = 0
        while done < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Reads a range piece by piece.
    ///
    /// - Throws: ``IFError/Code/inputOutput`` where the file is shorter than the range or cannot be read.
    func forEachPiece(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(1 << 20, max(1, range.count)), alignment: 16)
        defer { unsafe buffer.deallocate() }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = min(buffer.count, range.upperBound - offset)
            let count = unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("read the file", path) }
            guard count > 0 else {
                throw IFError(
                    .inputOutput, "the file became shorter while it was stored; write it whole first", file: path)
            }
            unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
        }
    }

    /// Renames the file over whatever stands at `target`.
    func move(to target: String) throws {
        guard unsafe rename(path, target) == 0 else { throw Self.failure("move the file into place", target) }
    }

    /// The error for a system call that just failed.
    static func failure(_ action: String, _ path: String, number: Int32 = errno) -> IFError {
        let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        let code: IFError.Code = number == ENOENT ? .notFound : .inputOutput
        let help = number == ENOSPC ? "; free some space and run again" : ""
        return IFError(code, "could not \(action): \(reason)\(help)", file: path)
    }
}

/// A range of an open file.
struct FileSlice: Sendable {
    var file: LocalFile
    var offset: Int
    var count: Int
}
