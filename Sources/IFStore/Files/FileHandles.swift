internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An open file that closes when the value ends.
struct OpenFile: ~Copyable {
    let descriptor: Int32
    let path: String

    /// Opens `path`; `flags` as of open(2), close-on-exec is added.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o644, action: String) throws(IFError) {
        let descriptor = unsafe open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw IFError.system(errno, action, path: path) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Writes all of `data` at the current position.
    func write(_ data: Data) throws(IFError) {
        var failure: Int32 = 0
        unsafe data.withUnsafeBytes { bytes in failure = unsafe writeAll(bytes) }
        if failure != 0 { throw IFError.system(failure, "write the file", path: path) }
    }

    /// Makes the file's bytes survive a power cut.
    func sync() throws(IFError) {
        while fsync(descriptor) != 0 {
            if errno == EINTR { continue }
            throw IFError.system(errno, "flush the file to disk", path: path)
        }
    }

    /// Calls `body` with successive pieces of the file until its end. The buffer is reused between calls.
    ///
    /// - Parameter body: Answers an `errno` value, 0 to go on.
    func forEachPiece(size: Int = 1 << 20, _ body: (UnsafeRawBufferPointer) -> Int32) throws(IFError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { unsafe buffer.deallocate() }
        while true {
            let count = unsafe read(descriptor, buffer.baseAddress, size)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw IFError.system(errno, "read the file", path: path)
            }
            let failure = unsafe body(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
            if failure != 0 { throw IFError.system(failure, "write the copy", path: path) }
        }
    }

    /// Copies the rest of this file to `target`.
    func copy(to target: borrowing OpenFile) throws(IFError) {
        let descriptor = target.descriptor
        try unsafe forEachPiece { bytes in unsafe OpenFile.writeAll(bytes, to: descriptor) }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Int32 { unsafe OpenFile.writeAll(bytes, to: descriptor) }

    /// Writes all bytes; answers 0 or the `errno` of the failure.
    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = unsafe Platform.write(descriptor, rest)
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            done += count
        }
        return 0
    }
}

/// System calls whose names an enclosing type hides.
enum Platform {
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
