internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Runs in a local folder.
///
/// In a family's folder:
/// ```
/// run-TS/               a run: files and _manifest.json
/// latest                link: to run-TS, or to a view in .latest/; what it says is the truth
/// _latest.json          the promotion in force, for people and tools; follows the link
/// _history/             one file per promotion, written before the link is swapped
/// .latest/G-run-TS/     a view: links to parts of a run under other names
/// .staging/run-TS/      a run being written, with a lock that its writer holds
/// .trash/               being deleted
/// .lock                 serialises changes between processes
/// ```
/// The swap of the link is the one moment of a promotion. A death before it leaves a history entry that never
/// came true, which the next promotion or repair removes; a death after it leaves an old pointer, which is
/// written anew from that entry.
struct FolderRuns: RunBackend {
    let root: String

    var location: String { root }

    func folder(_ family: RunFamily) -> String { "\(root == "/" ? "" : root)/\(family.prefix)" }

    func path(_ family: RunFamily, _ name: String) -> String { "\(folder(family))/\(name)" }

    func localFolder(_ family: RunFamily, _ run: String) -> String? { path(family, run) }

    func localPath(_ family: RunFamily, _ path: String) -> String? { self.path(family, path) }

    /// Runs `body` while no other process changes the family's folder. `body` does not suspend, so a holder
    /// can always finish.
    func locked<Value>(_ family: RunFamily, _ body: () throws -> Value) async throws -> Value {
        try FileOperations.makeFolders(folder(family))
        let lock = try await FileLock.acquire(path(family, ".lock"))
        defer { lock.hold() }
        return try body()
    }

    // MARK: Writing a run

    func prepare() throws {
        do {
            try FileOperations.makeFolders(root)
        } catch {
            // A file in the way, or a place where no folders can be, is no other writer and no missing input.
            throw IFError(
                .inputOutput, "the root of the artifacts cannot be used: \(error.message)",
                file: error.location.file ?? root)
        }
        guard unsafe access(root, W_OK | X_OK) == 0 else {
            throw IFError.system(errno, "write to the root of the artifacts", path: root)
        }
    }

    func reserve(_ family: RunFamily, from timestamp: RunTimestamp, exactly: Bool) async throws -> RunReservation {
        try await locked(family) {
            try sweep(family)
            let generation = try settle(family).current?.generation ?? 0
            var timestamp = timestamp
            while try isTaken(family, family.name(at: timestamp)) {
                if exactly {
                    throw IFError(
                        .conflict, "a run of this name exists or is being written; choose another second",
                        file: path(family, family.name(at: timestamp)))
                }
                timestamp = timestamp.next
            }
            let staging = stagingFolder(family, family.name(at: timestamp))
            try FileOperations.makeFolders(staging + "/files", isDurable: false)
            guard let lock = try FileLock.attempt(staging + "/owner.lock") else {
                throw IFError(.conflict, "another process took the new folder; run again", file: staging)
            }
            try RunStep.reserved.reached()
            return RunReservation(
                family: family, timestamp: timestamp, baseGeneration: generation, stagingFolder: staging, lock: lock)
        }
    }

    func stagingFolder(_ family: RunFamily, _ name: String) -> String { path(family, ".staging/\(name)") }

    private func isTaken(_ family: RunFamily, _ name: String) throws -> Bool {
        try FileStatus.of(path(family, name), following: false) != nil
            || FileStatus.of(stagingFolder(family, name), following: false) != nil
    }

    var takesStreams: Bool { false }

    func stream(_ reservation: RunReservation, _ path: String) async throws -> (any ObjectStream)? { nil }

    func withdraw(_ reservation: RunReservation, _ paths: [String]) async throws {}

    func store(
        _ reservation: RunReservation, manifest: RunManifest, streamed: Set<String>, workers: WorkerBudget,
        confirming: @Sendable () async throws -> Void
    ) async throws {
        let files = reservation.filesFolder
        // All bytes and names must be on disk before the run exists.
        let context = RunContext(workers: workers)
        try await context.forEachBlock(manifest.files.count) { block in
            try FileOperations.syncFile("\(files)/\(manifest.files[block].path)")
        }
        try FileOperations.replaceFile("\(files)/\(RunFamily.manifestName)", with: try StoreJSON.encode(manifest))
        for folder in try FolderWalk.folders(in: files) { try FileOperations.syncFolder(folder) }
        try FileOperations.syncFolder(files)
        try RunStep.manifestWritten.reached()
        try await confirming()
        let family = reservation.family
        try await locked(family) {
            let target = path(family, reservation.name)
            guard try FileStatus.of(target, following: false) == nil else {
                throw IFError(
                    .conflict, "someone else created this run; begin another, runs are never rewritten", file: target)
            }
            try FileOperations.move(files, to: target, action: "make the run exist")
            try FileOperations.syncFolder(folder(family))
        }
        try RunStep.runStored.reached()
    }

    func release(_ reservation: RunReservation) async throws {
        try discard(reservation.family, reservation.stagingFolder)
        reservation.lock.hold()
        try RunStep.cleanedUp.reached()
    }

    func discard(_ reservation: RunReservation) async throws { try await release(reservation) }

    /// Makes a folder vanish in one step, then deletes it at leisure.
    func discard(_ family: RunFamily, _ folder: String) throws {
        guard try FileStatus.of(folder, following: false) != nil else { return }
        let trash = path(family, ".trash")
        try FileOperations.makeFolders(trash, isDurable: false)
        let target = "\(trash)/\(UUID().uuidString)"
        try FileOperations.move(folder, to: target, action: "move it to the trash")
        try RunStep.runMovedToTrash.reached()
        try FileOperations.remove(target)
    }

    /// Removes what dead writers left. Call with the lock held.
    @discardableResult
    func sweep(_ family: RunFamily, now: Date = Date()) throws -> [String] {
        var done: [String] = []
        let staging = path(family, ".staging")
        for name in try FileOperations.names(in: staging) {
            let folder = "\(staging)/\(name)"
            // A held lock means a living writer.
            guard try FileStatus.of(folder, following: false)?.kind == .folder,
                let lock = try FileLock.attempt(folder + "/owner.lock")
            else { continue }
            try discard(family, folder)
            lock.hold()
            done.append("removed the unfinished run \(name) of a writer that died")
        }
        let trash = path(family, ".trash")
        for name in try FileOperations.names(in: trash) { try FileOperations.remove("\(trash)/\(name)") }
        for folder in [folder(family), path(family, family.historyName)] {
            for name in try FileOperations.names(in: folder) where name.hasPrefix(FileOperations.lockedPrefix) {
                try FileOperations.remove("\(folder)/\(name)")
            }
        }
        return done + (try sweepViews(family, now: now))
    }

    // MARK: Reading

    func runNames(_ family: RunFamily) async throws -> [String] {
        try FileOperations.names(in: folder(family)).filter { name in
            try family.timestamp(ofRun: name) != nil
                && FileStatus.of(path(family, name), following: false)?.kind == .folder
        }
    }

    func manifestData(_ family: RunFamily, _ run: String) async throws -> Data? { try manifest(family, run) }

    func manifest(_ family: RunFamily, _ run: String) throws -> Data? {
        let file = path(family, "\(run)/\(RunFamily.manifestName)")
        guard try FileStatus.of(file) != nil else { return nil }
        return try FileOperations.read(file)
    }

    func sizes(_ family: RunFamily, _ run: String) async throws -> [String: Int] {
        var sizes: [String: Int] = [:]
        for file in try FolderWalk.files(in: path(family, run)) where file.name != RunFamily.manifestName {
            sizes[file.name] = file.status.size
        }
        return sizes
    }

    func digests(
        _ family: RunFamily, _ run: String, _ paths: [String], in context: RunContext
    ) async throws -> [String] {
        try await FileDigest.sha256(ofFiles: paths.map { path(family, "\(run)/\($0)") }, in: context)
    }

    func read(_ family: RunFamily, _ run: String, _ path: String) async throws -> Data {
        try FileOperations.read(self.path(family, "\(run)/\(path)"))
    }

    func source(_ family: RunFamily, _ run: String, _ file: RunFile) -> (any RandomAccessSource)? { nil }

    func download(_ family: RunFamily, _ run: String, _ path: String, to target: String) async throws {
        try await FolderStore(root: root).download("\(family.prefix)/\(run)/\(path)", to: target)
    }

    func remove(_ family: RunFamily, _ runs: [String]) async throws -> [String] {
        for run in runs {
            try await locked(family) {
                // Decided under the lock, so that no promotion comes between.
                if try settle(family).current?.run == run {
                    throw IFError(.conflict, "this run is the latest; promote another first", file: path(family, run))
                }
                try discard(family, path(family, run))
                try FileOperations.syncFolder(folder(family))
            }
        }
        return runs
    }
}
