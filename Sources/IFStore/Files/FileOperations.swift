internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// File operations that either happen whole or not at all, and that last.
enum FileOperations {
    /// Begins the names of files being written. Such files are no objects of any store.
    static let temporaryPrefix = ".tmp-"
    /// Begins the names of files made while a family's lock is held, so that the next holder may remove them.
    static let lockedPrefix = ".swap-"

    /// A name for a file being written to `folder`.
    static func temporaryPath(in folder: String, prefix: String = temporaryPrefix) -> String {
        "\(folder)/\(prefix)\(getpid())-\(UUID().uuidString)"
    }

    /// The part of a path before its last `/`.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Creates a folder and those above it.
    ///
    /// - Parameter isDurable: Whether every folder made is on disk before this returns.
    static func makeFolders(_ path: String, isDurable: Bool = true) throws(IFError) {
        if unsafe mkdir(path, 0o755) == 0 {
            if isDurable { try syncFolder(parent(of: path)) }
            return
        }
        switch errno {
        case EEXIST:
            guard try FileStatus.of(path)?.kind == .folder else {
                throw IFError.system(ENOTDIR, "create the folder", path: path)
            }
        case ENOENT where parent(of: path) != path:
            try makeFolders(parent(of: path), isDurable: isDurable)
            guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
                throw IFError.system(errno, "create the folder", path: path)
            }
            if isDurable { try syncFolder(parent(of: path)) }
        default:
            throw IFError.system(errno, "create the folder", path: path)
        }
    }

    /// Makes the names in a folder survive a power cut.
    static func syncFolder(_ path: String) throws(IFError) {
        let folder = try OpenFile(path, O_RDONLY | O_DIRECTORY, action: "open the folder")
        // Some network file systems cannot flush folders; they order names themselves.
        if fsync(folder.descriptor) != 0, errno != EINVAL, errno != ENOTSUP {
            throw IFError.system(errno, "flush the folder to disk", path: path)
        }
    }

    /// Makes a file's bytes survive a power cut.
    static func syncFile(_ path: String) throws(IFError) {
        try OpenFile(path, O_RDONLY, action: "open the file").sync()
    }

    /// Moves a file, link or folder within its file system, in one step; replaces a file or link at `target`.
    static func move(_ source: String, to target: String, action: String = "move the file into place") throws(IFError) {
        guard unsafe rename(source, target) == 0 else { throw IFError.system(errno, action, path: target) }
    }

    /// Replaces the file at `path`: readers see the old bytes or the new ones.
    static func replaceFile(
        _ path: String, with data: Data, prefix: String = temporaryPrefix, isDurable: Bool = true
    ) throws(IFError) {
        let folder = parent(of: path)
        let temporary = temporaryPath(in: folder, prefix: prefix)
        do {
            let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, action: "create a file")
            try file.write(data)
            if isDurable { try file.sync() }
            try move(temporary, to: path)
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        if isDurable { try syncFolder(folder) }
    }

    /// The target of a symbolic link, `nil` where there is no link.
    static func readLink(_ path: String) throws(IFError) -> String? {
        let capacity = Int(PATH_MAX)
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
        defer { unsafe buffer.deallocate() }
        let count = unsafe readlink(path, buffer, capacity)
        guard count >= 0 else {
            if errno == EINVAL || errno == ENOENT || errno == ENOTDIR { return nil }
            throw IFError.system(errno, "read the link", path: path)
        }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: buffer, count: count), as: UTF8.self)
    }

    /// Creates a symbolic link where nothing is.
    static func makeLink(at path: String, to target: String) throws(IFError) {
        guard unsafe symlink(target, path) == 0 else { throw IFError.system(errno, "create the link", path: path) }
    }

    /// The whole file.
    static func read(_ path: String) throws(IFError) -> Data {
        let file = try OpenFile(path, O_RDONLY, action: "open the file")
        let status = try FileStatus.of(file)
        guard status.kind == .file else { throw IFError(.notFound, "this is not a file", file: path) }
        var data = Data(capacity: status.size)
        try unsafe file.forEachPiece { bytes in
            unsafe data.append(contentsOf: bytes)
            return 0
        }
        return data
    }

    /// Names in a folder in byte order; none where there is no folder.
    static func names(in folder: String) throws -> [String] {
        guard try FileStatus.of(folder)?.kind == .folder else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            // Gone between the look and the listing.
            if try FileStatus.of(folder) == nil { return [] }
            throw IFError(.inputOutput, "could not list the folder; check its permissions", file: folder, cause: error)
        }
    }

    /// Removes a file, link or whole folder; nothing there is no error, and others may be removing it too.
    static func remove(_ path: String) throws {
        var failure: (any Error)?
        for _ in 0..<5 {
            guard try FileStatus.of(path, following: false) != nil else { return }
            do {
                return try FileManager.default.removeItem(atPath: path)
            } catch {
                failure = error
            }
        }
        guard try FileStatus.of(path, following: false) != nil else { return }
        throw IFError(.inputOutput, "could not remove it; check its permissions", file: path, cause: failure)
    }

    /// Removes files that dead writers left half-written in `folder`.
    ///
    /// A writer that is not to be seen may live in another container on the same disk, so its file must also
    /// have rested for `rest` seconds; after an hour without a write no file is alive.
    static func removeAbandonedFiles(in folder: String, rest: TimeInterval = 60) throws -> [String] {
        var removed: [String] = []
        for name in try names(in: folder) where name.hasPrefix(temporaryPrefix) {
            let path = "\(folder)/\(name)"
            guard let status = try FileStatus.of(path, following: false) else { continue }
            let age = Date().timeIntervalSince(status.modificationDate)
            guard age > 3600 || (age >= rest && !isAlive(writerOf: name)) else { continue }
            try remove(path)
            removed.append(path)
        }
        return removed
    }

    /// Whether the process named in a temporary file's name is there. A reused id only delays the cleaning.
    private static func isAlive(writerOf name: String) -> Bool {
        let digits = name.dropFirst(temporaryPrefix.count).prefix { $0.isNumber }
        guard let process = pid_t(digits) else { return true }
        return kill(process, 0) == 0 || errno == EPERM
    }
}
