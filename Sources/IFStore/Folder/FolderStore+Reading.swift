public import FoundationEssentials
public import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension FolderStore {
    /// Reads an object.
    public func get(_ key: String) async throws -> Data {
        try ArtifactKey.validate(key)
        return try objectError(key) { () throws(IFError) in try FileOperations.read(path(of: key)) }
    }

    /// Copies an object to a local file.
    public func download(_ key: String, to path: String) async throws {
        try ArtifactKey.validate(key)
        let source = try objectError(key) { () throws(IFError) in
            try OpenFile(self.path(of: key), O_RDONLY, action: "open the object")
        }
        guard try FileStatus.of(source).kind == .file else { throw noObject(key) }
        let folder = FileOperations.parent(of: path)
        let temporary = FileOperations.temporaryPath(in: folder)
        do {
            let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, action: "create a file")
            try source.copy(to: file)
            try FileOperations.move(temporary, to: path)
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// What is known of an object, `nil` where there is none.
    public func stat(_ key: String) async throws -> ArtifactInfo? {
        try ArtifactKey.validate(key)
        return try info(key)
    }

    /// The objects whose keys begin with the prefix, ascending.
    public func list(_ prefix: String) async throws -> [ArtifactInfo] {
        try ArtifactKey.validate(prefix: prefix)
        // The deepest folder that holds every match; the rest of the prefix begins a name in it.
        let slash = prefix.lastIndex(of: "/")
        let base = slash.map { String(prefix[...$0]) } ?? ""
        let beginning = slash.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix
        let folder = base.isEmpty ? root : path(of: String(base.dropLast()))
        let found =
            beginning.isEmpty
            ? try FolderWalk.files(in: folder, skipping: { $0.hasPrefix(".") })
            : try files(in: folder, beginning: beginning)
        var result: [ArtifactInfo] = []
        result.reserveCapacity(found.count)
        for file in found {
            try Task.checkCancellation()
            if let info = try info(base + file.name) { result.append(info) }
        }
        return result
    }

    /// The files whose relative names begin with `beginning`, which holds no `/`.
    private func files(in folder: String, beginning: String) throws -> [FoundFile] {
        var found: [FoundFile] = []
        for name in try FileOperations.names(in: folder)
        where name.utf8.starts(with: beginning.utf8) && !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            guard let status = try FileStatus.of(path) else { continue }
            if status.kind == .file {
                found.append(FoundFile(name: name, path: path, status: status))
            } else if status.kind == .folder {
                found += try FolderWalk.files(in: path, skipping: { $0.hasPrefix(".") }).map {
                    FoundFile(name: "\(name)/\($0.name)", path: $0.path, status: $0.status)
                }
            }
        }
        return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// What is known of an object; `nil` where there is no file.
    func info(_ key: String) throws(IFError) -> ArtifactInfo? {
        let path = path(of: key)
        guard let status = try FileStatus.of(path), status.kind == .file else { return nil }
        guard status.size <= FolderStore.hashedSize else {
            return ArtifactInfo(
                key: key, size: status.size, modified: status.modificationDate, version: version(status, nil))
        }
        // Time and content must be of the same file, though another writer may replace it meanwhile.
        let file: OpenFile
        do {
            file = try OpenFile(path, O_RDONLY, action: "open the object")
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        let opened = try FileStatus.of(file)
        var data = Data(capacity: opened.size)
        try unsafe file.forEachPiece { bytes in
            unsafe data.append(contentsOf: bytes)
            return 0
        }
        return ArtifactInfo(
            key: key, size: opened.size, modified: opened.modificationDate,
            version: version(opened, FileDigest.sha256(data)))
    }

    /// Objects up to this size have their content in their version.
    static let hashedSize = 64 << 10

    func version(_ status: FileStatus, _ digest: String?) -> String {
        let base =
            String(status.modified, radix: 36) + "-" + String(status.size, radix: 36) + "-"
            + String(status.inode, radix: 36)
        return digest.map { "\(base)-\($0.prefix(32))" } ?? base
    }

    func noObject(_ key: String) -> IFError {
        IFError(.notFound, "there is no such object; see what is there with list", file: path(of: key), key: key)
    }

    func objectError<Value: ~Copyable>(
        _ key: String, _ body: () throws(IFError) -> Value
    ) throws(IFError) -> Value {
        do {
            return try body()
        } catch {
            if error.code == .notFound { throw noObject(key) }
            var copy = error
            copy.location.key = key
            throw copy
        }
    }
}
