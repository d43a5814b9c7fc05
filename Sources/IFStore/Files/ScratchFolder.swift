internal import FoundationEssentials
internal import IFCore

/// A local folder for files that are needed for a while. It is removed with the value; where its process died before,
/// by the next one that makes a folder of the same kind, which recognizes it by a lock that nobody holds.
package final class ScratchFolder: Sendable {
    /// The folder.
    package let path: String
    private let lock: FileLock
    private static let lockName = "owner.lock"

    /// Makes a folder and removes those of the same kind whose owners died.
    ///
    /// - Parameters:
    ///   - kind: How the folder's name begins.
    ///   - parent: Where to make it; the system's folder for temporary files by default.
    package init(_ kind: String, in parent: String? = nil) throws {
        var parent = parent ?? FileManager.default.temporaryDirectory.path()
        while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
        try Self.removeAbandoned(kind, in: parent)
        (path, lock) = try Self.make(kind, in: parent)
    }

    deinit {
        try? FileOperations.remove(path)
        lock.hold()
    }

    /// Makes a folder with a lock that shows it to be in use.
    ///
    /// Between the making of the lock's file and the taking of the lock, whoever cleans up may take the folder for
    /// abandoned, lock it and remove it. Then another one is made.
    static func make(_ kind: String, in parent: String) throws -> (path: String, lock: FileLock) {
        var path = ""
        for _ in 0..<100 {
            path = "\(parent)/\(kind)\(UUID().uuidString)"
            try FileOperations.makeFolders(path, isDurable: false)
            let file = "\(path)/\(lockName)"
            // Who removes a folder holds its lock all the while: with the lock in hand it is there for good, or gone.
            if let lock = try FileLock.attempt(file), try FileStatus.of(file) != nil { return (path, lock) }
        }
        throw IFError(.conflict, "other processes remove every new folder; run again", file: path)
    }

    /// Removes folders of a kind whose owners died.
    static func removeAbandoned(_ kind: String, in parent: String) throws {
        try FileOperations.makeFolders(parent, isDurable: false)
        for name in try FileOperations.names(in: parent) where name.hasPrefix(kind) {
            let folder = "\(parent)/\(name)"
            // A folder without a lock may be a moment old.
            guard try FileStatus.of("\(folder)/\(lockName)") != nil,
                let lock = try? FileLock.attempt("\(folder)/\(lockName)")
            else { continue }
            try? FileOperations.remove(folder)
            lock.hold()
        }
    }
}
