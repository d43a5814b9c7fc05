public import FoundationEssentials
public import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Artifacts in a folder of a local or mounted file system.
///
/// Every write goes to a file of its own beside the target, is flushed, and then takes the target's name in one
/// step, so a reader sees the old object or the new one and a power cut loses neither. Conditional writes are
/// serialised between processes by a lock on `.lock` in the root. Names that begin with a dot are the store's
/// own: they are refused as keys and never listed.
///
/// Links are followed when reading (`latest/…`), never when writing: a write below a link is refused, because it
/// would change what the link points to. A version is made of modification time, size and inode, of which the
/// first always rises when an object is replaced, and of the content for objects up to 64 KiB.
public struct FolderStore: ArtifactStore {
    /// The root without a trailing `/`.
    public let root: String
    /// Whether every write is on disk before it returns. Off, a crash of the machine (not of the process) may
    /// lose the newest writes; use it for scratch data only.
    public let isDurable: Bool

    /// Creates a store over `root`. The folder is made by the first write.
    public init(root: String, isDurable: Bool = true) {
        var root = root
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        self.root = root
        self.isDurable = isDurable
    }

    /// The root as a person would write it.
    public var location: String { root }

    /// Where the object can be read in place.
    public func localPath(_ key: String) -> String? { path(of: key) }

    func path(of key: String) -> String { root == "/" ? "/" + key : "\(root)/\(key)" }

    // MARK: Writing

    /// Writes an object where the condition holds.
    @discardableResult
    public func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
        try await write(key, if: condition) { (file: borrowing OpenFile) throws(IFError) in try file.write(data) }
    }

    /// Writes an object from a local file.
    @discardableResult
    public func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo
    {
        let source = try OpenFile(path, O_RDONLY, action: "open the file to store")
        guard try FileStatus.of(source).kind == .file else {
            throw IFError(.invalidArgument, "only a file can be stored; give the path of one", file: path, key: key)
        }
        return try await write(key, if: condition) { (file: borrowing OpenFile) throws(IFError) in
            try source.copy(to: file)
        }
    }

    private func write(
        _ key: String, if condition: WriteCondition, _ fill: (borrowing OpenFile) throws(IFError) -> Void
    ) async throws -> ArtifactInfo {
        try ArtifactKey.validate(key)
        let target = path(of: key)
        try refuseLinks(above: key)
        return try await publish(try prepare(target, fill), at: key, if: condition)
    }

    /// Gives a finished temporary file the key, or removes it.
    func publish(_ temporary: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
        let target = path(of: key)
        do {
            let lock = try await FileLock.acquire(lockPath)
            defer { lock.hold() }
            try check(condition, key, target)
            try raiseTime(of: temporary, above: target)
            try FileOperations.move(temporary, to: target)
        } catch {
            _ = unsafe unlink(temporary)
            throw (error as? IFError).map { naming(key, in: $0) } ?? error
        }
        if isDurable { try FileOperations.syncFolder(FileOperations.parent(of: target)) }
        guard let info = try info(key) else {
            throw IFError(.conflict, "the object was removed while it was written; write it again", key: key)
        }
        return info
    }

    /// Writes the temporary file. The folder may vanish under us when another writer deletes its last object.
    func prepare(
        _ target: String, _ fill: (borrowing OpenFile) throws(IFError) -> Void
    ) throws(IFError) -> String {
        let folder = FileOperations.parent(of: target)
        var attempts = 0
        while true {
            try FileOperations.makeFolders(folder, isDurable: isDurable)
            let temporary = FileOperations.temporaryPath(in: folder)
            do {
                let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, action: "create a file")
                try fill(file)
                if isDurable { try file.sync() }
                return temporary
            } catch {
                _ = unsafe unlink(temporary)
                attempts += 1
                guard error.code == .notFound, attempts < 10 else { throw error }
            }
        }
    }

    private func check(_ condition: WriteCondition, _ key: String, _ target: String) throws {
        switch condition {
        case .always:
            break
        case .ifAbsent:
            if try FileStatus.of(target, following: false) != nil {
                throw IFError(.conflict, "the object already exists", file: target, key: key)
            }
        case .ifVersion(let version):
            if try info(key)?.version != version {
                throw IFError(.conflict, "the object was changed by another writer", file: target, key: key)
            }
        }
    }

    /// Two writes within one tick of the file system's clock must not look the same.
    private func raiseTime(of temporary: String, above target: String) throws {
        guard let old = try FileStatus.of(target), let new = try FileStatus.of(temporary),
            new.modified <= old.modified
        else { return }
        let next = old.modified + 1
        let time = timespec(tv_sec: next / 1_000_000_000, tv_nsec: next % 1_000_000_000)
        let times = [time, time]
        guard unsafe utimensat(AT_FDCWD, temporary, times, 0) == 0 else {
            throw IFError.system(errno, "set the file's time", path: target)
        }
    }

    func refuseLinks(above key: String) throws {
        var path = root
        for part in key.split(separator: "/").dropLast() {
            path += "/" + part
            guard let status = try FileStatus.of(path, following: false) else { return }
            if status.kind == .link {
                throw IFError(
                    .invalidArgument,
                    "\(path) is a link; writing below it would change what it points to, so write a run and promote it",
                    key: key)
            }
        }
    }

    private var lockPath: String { path(of: ".lock") }

    private func naming(_ key: String, in error: IFError) -> IFError {
        var copy = error
        copy.location.key = copy.location.key ?? key
        return copy
    }

    // MARK: Deleting

    /// Removes an object; one that is not there is no error.
    public func delete(_ key: String) async throws {
        try ArtifactKey.validate(key)
        try refuseLinks(above: key)
        let target = path(of: key)
        guard let status = try FileStatus.of(target, following: false), status.kind != .folder else { return }
        let lock = try await FileLock.acquire(lockPath)
        defer { lock.hold() }
        guard unsafe unlink(target) == 0 || errno == ENOENT else {
            throw IFError.system(errno, "delete the object", path: target, key: key)
        }
        let folder = removeEmptyFolders(above: target)
        if isDurable { try FileOperations.syncFolder(folder) }
    }

    /// An object store has no empty folders; the first one that is in use ends this, and is the answer.
    @discardableResult
    func removeEmptyFolders(above target: String) -> String {
        var folder = FileOperations.parent(of: target)
        while folder.utf8.count > root.utf8.count, unsafe rmdir(folder) == 0 {
            folder = FileOperations.parent(of: folder)
        }
        return folder
    }

    /// Removes the files that writers which died left behind.
    ///
    /// - Parameter rest: Seconds a dead writer's file must have rested.
    /// - Returns: The paths removed.
    @discardableResult
    public func removeAbandonedFiles(rest: TimeInterval = 60) throws -> [String] {
        var removed = try FileOperations.removeAbandonedFiles(in: root, rest: rest)
        for folder in try FolderWalk.folders(in: root) {
            removed += try FileOperations.removeAbandonedFiles(in: folder, rest: rest)
        }
        return removed
    }
}
