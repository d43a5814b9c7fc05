internal import IFCore

/// A file met on a walk through a folder.
struct FoundFile: Sendable {
    /// Path relative to where the walk began.
    var name: String
    var path: String
    var status: FileStatus
}

/// Lists the files of a folder and the folders in it.
enum FolderWalk {
    /// All files, in byte order of their relative names. Links are followed, except those that lead back to a
    /// folder the walk is in; links to nothing are left out.
    ///
    /// - Parameter skipping: Whether a file or folder of this name is left out.
    static func files(in folder: String, skipping: (String) -> Bool = { _ in false }) throws -> [FoundFile] {
        var found: [FoundFile] = []
        guard let status = try FileStatus.of(folder), status.kind == .folder else { return [] }
        try walk(folder, "", ancestors: [Identity(status)], skipping, into: &found)
        return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// All folders below `folder`, deepest first, links not followed.
    static func folders(in folder: String) throws -> [String] {
        var result: [String] = []
        for name in try FileOperations.names(in: folder) {
            let path = "\(folder)/\(name)"
            guard try FileStatus.of(path, following: false)?.kind == .folder else { continue }
            result += try folders(in: path)
            result.append(path)
        }
        return result
    }

    private struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64

        init(_ status: FileStatus) {
            device = status.device
            inode = status.inode
        }
    }

    private static func walk(
        _ folder: String, _ prefix: String, ancestors: [Identity], _ skipping: (String) -> Bool,
        into found: inout [FoundFile]
    ) throws {
        for name in try FileOperations.names(in: folder) where !skipping(name) {
            let path = "\(folder)/\(name)"
            guard let status = try FileStatus.of(path) else { continue }
            switch status.kind {
            case .file:
                found.append(FoundFile(name: prefix + name, path: path, status: status))
            case .folder where !ancestors.contains(Identity(status)):
                try walk(path, "\(prefix)\(name)/", ancestors: ancestors + [Identity(status)], skipping, into: &found)
            default:
                continue
            }
        }
    }
}
