import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a path leads to, links followed.
struct FileStatus: Hashable {
    var isFolder: Bool
    /// Seconds since 1970.
    var modified: Double

    /// Asks the file system; Foundation's attributes describe a link, not its target.
    ///
    /// - Throws: ``IFError/Code/notFound``, ``IFError/Code/inputOutput``.
    init(_ path: String) throws {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else {
            let reason = errno
            throw reason == ENOENT || reason == ENOTDIR
                ? IFError(.notFound, "there is no such file or folder", file: path)
                : IFError(.inputOutput, "the file system refused (error \(reason))", file: path)
        }
        isFolder = info.st_mode & S_IFMT == S_IFDIR
        #if canImport(Darwin)
            let time = info.st_mtimespec
        #else
            let time = info.st_mtim
        #endif
        modified = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
