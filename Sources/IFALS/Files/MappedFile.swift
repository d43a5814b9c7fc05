import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file mapped into memory for reading; unmapped when the last reference goes.
///
/// Pages are shared between processes and read when they are touched. The file must not be written or cut while it is
/// mapped: whoever replaces it does so under another name and renames, which leaves the mapping as it was.
@safe
final class MappedFile: @unchecked Sendable {
    /// Where the file is.
    let path: String
    /// The file's bytes.
    @unsafe let bytes: UnsafeRawBufferPointer

    /// Maps the whole file.
    ///
    /// - Throws: `IFError`: `notFound`, `corruptFile` for an empty file, `inputOutput`.
    init(_ path: String) throws(IFError) {
        self.path = path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCall.error(errno, "open the model file", path) }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw SystemCall.error(errno, "look at the model file", path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw IFError(.invalidArgument, "this is not a file; name the model file itself", file: path)
        }
        let count = Int(status.st_size)
        guard count > 0 else {
            throw IFError(.corruptFile, "the file is empty; save or copy the model again", file: path)
        }
        guard let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), unsafe start != MAP_FAILED
        else { throw SystemCall.error(errno, "map the model file into memory", path) }
        // Everything is about to be read once, to be verified. Advice only: a failure changes nothing.
        _ = unsafe madvise(start, count, MADV_WILLNEED)
        unsafe bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        if let start = unsafe bytes.baseAddress {
            _ = unsafe munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
        }
    }
}
