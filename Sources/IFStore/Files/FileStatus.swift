internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What the file system says of a path.
struct FileStatus: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case file, folder, link, other }

    var kind: Kind
    var size: Int
    /// Last modification, nanoseconds since 1970.
    var modified: Int
    var inode: UInt64
    var device: UInt64

    /// The modification time as a date.
    var modificationDate: Date { Date(timeIntervalSince1970: Double(modified) / 1e9) }

    /// The status of `path`, `nil` where there is nothing.
    ///
    /// - Parameter following: Whether a symbolic link stands for what it points to.
    static func of(_ path: String, following: Bool = true) throws(IFError) -> FileStatus? {
        var raw = stat()
        let failed = unsafe following ? stat(path, &raw) : lstat(path, &raw)
        guard failed == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw IFError.system(errno, "look at the file", path: path)
        }
        return FileStatus(raw)
    }

    /// The status of an open file.
    static func of(_ file: borrowing OpenFile) throws(IFError) -> FileStatus {
        var raw = stat()
        guard unsafe fstat(file.descriptor, &raw) == 0 else {
            throw IFError.system(errno, "look at the file", path: file.path)
        }
        return FileStatus(raw)
    }

    private init(_ raw: stat) {
        switch raw.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int(raw.st_size)
        modified = Int(raw.st_mtim.tv_sec) * 1_000_000_000 + Int(raw.st_mtim.tv_nsec)
        inode = UInt64(raw.st_ino)
        device = UInt64(raw.st_dev)
    }
}
