public import FoundationEssentials
public import IFCore

/// A store that copies objects without moving their bytes through the caller, and whose objects have the same bytes where
/// they have the same version.
public protocol CopyingStore: ArtifactStore {
    /// Copies an object within the store; replaces what has the key `target`.
    func copy(_ key: String, to target: String) async throws
}

/// A store that removes many objects with few requests.
public protocol BatchDeletingStore: ArtifactStore {
    /// Removes objects; those that are not there are no error.
    func delete(_ keys: [String]) async throws
}

/// A store in which an object that is sent in parts may be left unfinished by a writer that dies.
public protocol UploadingStore: ArtifactStore {
    /// Gives up uploads below a prefix that were begun so many seconds ago or earlier; answers how many there were.
    @discardableResult
    func abortUploads(_ prefix: String, olderThan seconds: TimeInterval) async throws -> Int
}

extension ArtifactStore {
    /// Removes objects, many at once where the store can.
    func deleteAll(_ keys: [String]) async throws {
        if let store = self as? any BatchDeletingStore { return try await store.delete(keys) }
        for key in keys { try await delete(key) }
    }
}

/// Runs in a store without folders and links: memory, S3.
///
/// Below a family's prefix:
/// ```
/// run-TS/…                 the run's objects
/// run-TS/_manifest.json    written last, only where absent: makes the run exist
/// _latest.json             the pointer, changed by compare-and-swap: the truth, and the moment of a promotion
/// _history/                one object per promotion, written after it, or by whoever comes next
/// latest/…                 a plain copy, derived: overwritten, then pruned, its manifest last
/// _staging/run-TS.json     a name taken by a run being written
/// _staging/run-TS+….json   a mark of a run being promoted by name, or removed
/// ```
/// A reader of the pointer never sees a mixture. A reader of the plain copy sees whole objects, and a whole run
/// when `latest/_manifest.json` is the same before and after.
struct ObjectRuns: RunBackend {
    let store: any ArtifactStore
    /// Where files gather until they are stored.
    let scratch: String
    /// A name whose writer has not stored its run after so many seconds is free to be cleaned up.
    let staleAfter: TimeInterval

    var location: String { store.location }

    /// The first write tells whether there is access: asking beforehand would cost a request a command.
    func prepare() throws {}

    func key(_ family: RunFamily, _ name: String) -> String { "\(family.prefix)/\(name)" }

    func localFolder(_ family: RunFamily, _ run: String) -> String? { nil }

    func localPath(_ family: RunFamily, _ path: String) -> String? { store.localPath(key(family, path)) }

    // MARK: Writing a run

    private struct Taken: Codable {
        var run: String
        var writer: String
        var takenAt: Date
    }

    private func reservationKey(_ family: RunFamily, _ name: String) -> String { key(family, "_staging/\(name).json") }

    func reserve(_ family: RunFamily, from timestamp: RunTimestamp, exactly: Bool) async throws -> RunReservation {
        let (folder, lock) = try makeStaging()
        do {
            let generation = try await current(family)?.generation ?? 0
            let writer = UUID().uuidString
            var timestamp = timestamp
            while try await !take(family, family.name(at: timestamp), writer) {
                if exactly {
                    throw IFError(
                        .conflict, "a run of this name exists or is being written; choose another second",
                        key: key(family, family.name(at: timestamp)))
                }
                timestamp = timestamp.next
            }
            try RunStep.reserved.reached()
            return RunReservation(
                family: family, timestamp: timestamp, baseGeneration: generation, writer: writer,
                stagingFolder: folder, lock: lock)
        } catch {
            try? FileOperations.remove(folder)
            lock.hold()
            throw error
        }
    }

    private func take(_ family: RunFamily, _ name: String, _ writer: String) async throws -> Bool {
        guard try await store.list(key(family, name) + "/").isEmpty else { return false }
        let taken = Taken(run: name, writer: writer, takenAt: Date())
        let key = reservationKey(family, name)
        do {
            try await store.put(try StoreJSON.encode(taken), at: key, if: .ifAbsent)
            return true
        } catch let error as IFError {
            // The answer may have been lost though the write was done: the object tells.
            if let data = try? await store.get(key),
                let found = try? StoreJSON.decode(Taken.self, from: data, file: key)
            {
                return found.writer == taken.writer
            }
            throw error
        } catch is CancellationError {
            // It may have been written before the interrupt; no run will follow.
            try? await uncancelled {
                guard let data = try await self.data(key) else { return }
                guard try StoreJSON.decode(Taken.self, from: data, file: key).writer == writer else { return }
                try await store.delete(key)
            }
            throw CancellationError()
        }
    }

    private static let stagingPrefix = "insightflow-staging-"

    /// Makes a local folder for a run's files, and removes those of writers that died.
    private func makeStaging() throws -> (folder: String, lock: FileLock) {
        try ScratchFolder.removeAbandoned(ObjectRuns.stagingPrefix, in: scratch)
        let (folder, lock) = try ScratchFolder.make(ObjectRuns.stagingPrefix, in: scratch)
        try FileOperations.makeFolders(folder + "/files", isDurable: false)
        return (folder, lock)
    }

    var takesStreams: Bool { store is any StreamingStore }

    func stream(_ reservation: RunReservation, _ path: String) async throws -> (any ObjectStream)? {
        try await (store as? any StreamingStore)?.stream(to: key(reservation.family, "\(reservation.name)/\(path)"))
    }

    func withdraw(_ reservation: RunReservation, _ paths: [String]) async throws {
        try await store.deleteAll(paths.map { key(reservation.family, "\(reservation.name)/\($0)") })
    }

    func store(
        _ reservation: RunReservation, manifest: RunManifest, streamed: Set<String>, workers: WorkerBudget,
        confirming: @Sendable () async throws -> Void
    ) async throws {
        let run = key(reservation.family, reservation.name)
        let folder = reservation.filesFolder
        try await forEach(manifest.files.filter { !streamed.contains($0.path) }, workers) { file in
            try await store.put(contentsOf: "\(folder)/\(file.path)", at: "\(run)/\(file.path)", if: .always)
            try RunStep.objectUploaded.reached()
        }
        let data = try StoreJSON.encode(manifest)
        let key = "\(run)/\(RunFamily.manifestName)"
        try await confirming()
        // An interrupt finds the run stored or not, rather than sent without an answer.
        try await uncancelled {
            do {
                try await store.put(data, at: key, if: .ifAbsent)
            } catch {
                // The answer may have been lost though the write was done: the object tells.
                guard let found = try? await store.get(key), found == data else { throw error }
            }
            try await requireReservation(reservation, manifest: key)
        }
        try RunStep.runStored.reached()
    }

    /// Makes sure that nobody took the writer for dead and removed its objects while it wrote.
    ///
    /// Whoever sweeps first writes itself into the reservation and then looks for the manifest; a writer first writes the
    /// manifest and then looks at its reservation. So at least one of the two sees the other.
    private func requireReservation(_ reservation: RunReservation, manifest: String) async throws {
        let (family, name) = (reservation.family, reservation.name)
        let key = reservationKey(family, name)
        if let data = try await data(key),
            try StoreJSON.decode(Taken.self, from: data, file: key).writer == reservation.writer
        {
            return
        }
        // The run must not exist, and what is left of it has to be found by the next repair.
        try await store.delete(manifest)
        let taken = Taken(run: name, writer: reservation.writer, takenAt: Date())
        _ = try? await store.put(try StoreJSON.encode(taken), at: key, if: .ifAbsent)
        throw IFError(
            .conflict,
            "repair took this run for dead, as it was begun so long ago, and removed what was stored of it; write it again",
            key: self.key(family, name))
    }

    func release(_ reservation: RunReservation) async throws {
        do {
            try await store.delete(reservationKey(reservation.family, reservation.name))
        } catch {
            // The local folder goes all the same.
            try? forget(reservation)
            throw error
        }
        try forget(reservation)
        try RunStep.cleanedUp.reached()
    }

    /// What was stored, and writes whose answers were lost and that may still arrive, are found by their reservation, which
    /// therefore stays until repair finds it stale.
    func discard(_ reservation: RunReservation) async throws { try forget(reservation) }

    private func forget(_ reservation: RunReservation) throws {
        try FileOperations.remove(reservation.stagingFolder)
        reservation.lock.hold()
    }

    /// Runs `body` for every element, at most `workers` at once.
    func forEach<Element: Sendable>(
        _ elements: [Element], _ workers: WorkerBudget, _ body: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, element) in elements.enumerated() {
                if index >= workers.count { try await group.next() }
                group.addTask { try await body(element) }
            }
            try await group.waitForAll()
        }
    }

    // MARK: Reading

    func runNames(_ family: RunFamily) async throws -> [String] {
        let prefix = family.prefix + "/"
        var names: Set<String> = []
        for object in try await store.list(prefix + family.runPrefix) {
            let parts = object.key.dropFirst(prefix.count).split(separator: "/", maxSplits: 1)
            guard parts.count == 2, family.timestamp(ofRun: String(parts[0])) != nil else { continue }
            names.insert(String(parts[0]))
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    func manifestData(_ family: RunFamily, _ run: String) async throws -> Data? {
        try await data(key(family, "\(run)/\(RunFamily.manifestName)"))
    }

    /// The object, `nil` where there is none.
    func data(_ key: String) async throws -> Data? {
        do {
            return try await store.get(key)
        } catch let error as IFError where error.code == .notFound {
            return nil
        }
    }

    func sizes(_ family: RunFamily, _ run: String) async throws -> [String: Int] {
        let prefix = key(family, run) + "/"
        var sizes: [String: Int] = [:]
        for object in try await store.list(prefix) { sizes[String(object.key.dropFirst(prefix.count))] = object.size }
        sizes[RunFamily.manifestName] = nil
        return sizes
    }

    func digests(
        _ family: RunFamily, _ run: String, _ paths: [String], in context: RunContext
    ) async throws -> [String] {
        let (folder, lock) = try makeStaging()
        defer {
            try? FileOperations.remove(folder)
            lock.hold()
        }
        var digests: [String] = []
        for (index, path) in paths.enumerated() {
            let file = "\(folder)/\(index)"
            try await store.download(key(family, "\(run)/\(path)"), to: file)
            digests.append(try FileDigest.sha256(ofFile: file))
            try FileOperations.remove(file)
        }
        return digests
    }

    func read(_ family: RunFamily, _ run: String, _ path: String) async throws -> Data {
        try await store.get(key(family, "\(run)/\(path)"))
    }

    func source(_ family: RunFamily, _ run: String, _ file: RunFile) -> (any RandomAccessSource)? {
        guard let ranged = store as? any RangedStore else { return nil }
        let object = StoredObject(key(family, "\(run)/\(file.path)"), size: file.size, in: ranged)
        return RunFileSource(file: file, source: object)
    }

    func download(_ family: RunFamily, _ run: String, _ path: String, to target: String) async throws {
        try await store.download(key(family, "\(run)/\(path)"), to: target)
    }

    func remove(_ family: RunFamily, _ runs: [String]) async throws -> [String] {
        var removed: [String] = []
        for run in runs {
            guard let mark = try await mark(family, run, for: .removal) else { continue }
            do {
                if try await current(family)?.run == run {
                    throw IFError(.conflict, "this run is the latest; promote another first", key: key(family, run))
                }
                try Task.checkCancellation()
            } catch {
                await unmark(mark)
                throw error
            }
            // From here on the mark stays where something fails: by it repair finds what is left.
            // Without its manifest the run is gone for every reader; then its objects.
            try await uncancelled { try await store.delete(key(family, "\(run)/\(RunFamily.manifestName)")) }
            try RunStep.runMovedToTrash.reached()
            try await store.deleteAll(try await store.list(key(family, run) + "/").map(\.key))
            try await uncancelled { try await store.delete(mark) }
            removed.append(run)
        }
        return removed
    }

    /// What is done to a run that exists already.
    enum Use: String {
        case promotion, removal

        /// What a mark of this use has in its name.
        var text: String { "+\(rawValue)-" }
    }

    /// Marks a run as being promoted or removed, so that it is not both: the pointer would name a run that is gone.
    ///
    /// Whoever promotes looks for removals after setting its own mark, whoever removes looks for promotions and for the
    /// writer's reservation after setting its own; so at least one of the two sees the other and desists.
    ///
    /// - Returns: The key of the mark, to be deleted afterwards; where that fails, repair does it a day later. `nil` where the
    ///   run is in the other use.
    func mark(_ family: RunFamily, _ run: String, for use: Use) async throws -> String? {
        let writer = UUID().uuidString
        let own = key(family, "_staging/\(run)\(use.text)\(writer).json")
        let taken = Taken(run: run, writer: writer, takenAt: Date())
        do {
            try await store.put(try StoreJSON.encode(taken), at: own, if: .always)
            let others = try await store.list(key(family, "_staging/\(run)")).map(\.key).filter { $0 != own }
            let isFree = !others.contains { $0.contains(Use.removal.text) == (use == .promotion) }
            if !isFree { try await uncancelled { try await store.delete(own) } }
            return isFree ? own : nil
        } catch {
            await unmark(own)
            throw error
        }
    }

    /// Removes a mark, also where the task is cancelled; where that fails, repair does it a day later.
    func unmark(_ mark: String) async { try? await uncancelled { try await store.delete(mark) } }

    /// The time by the store's own clock, which also dates its objects: that of this machine or of a writer's may be wrong.
    private func storeTime(_ family: RunFamily) async throws -> Date {
        // A key of its own, so that two who ask at once do not disturb each other.
        let clocks = key(family, "_staging/clock-")
        let key = clocks + UUID().uuidString
        let time = try await store.put(Data("now\n".utf8), at: key, if: .ifAbsent).modified
        try await uncancelled { try await store.delete(key) }
        // Those of askers that died.
        let left = try await store.list(clocks).filter { time.timeIntervalSince($0.modified) > staleAfter }
        try await store.deleteAll(left.map(\.key))
        return time
    }

    /// Removes what writers left that never stored their run.
    func sweep(_ family: RunFamily, now: Date) async throws -> [String] {
        var done: [String] = []
        if let store = store as? any UploadingStore {
            let count = try await store.abortUploads(family.prefix + "/", olderThan: staleAfter)
            if count > 0 { done.append("gave up \(count) unfinished uploads of writers that died") }
        }
        let taken = try await store.list(key(family, "_staging/") + family.runPrefix)
        guard !taken.isEmpty else { return done }
        let present = try await storeTime(family).addingTimeInterval(now.timeIntervalSince(Date()))
        for object in taken {
            guard present.timeIntervalSince(object.modified) > staleAfter, let data = try await data(object.key) else {
                continue
            }
            let run = try StoreJSON.decode(Taken.self, from: data, file: object.key).run
            guard family.timestamp(ofRun: run) != nil else { continue }
            let claim = Taken(run: run, writer: UUID().uuidString, takenAt: now)
            do {
                try await store.put(try StoreJSON.encode(claim), at: object.key, if: .ifVersion(object.version))
            } catch let error as IFError where error.code == .conflict || error.code == .notFound {
                continue  // Its writer ended, or someone else repairs.
            }
            if try await manifestData(family, run) == nil {
                let left = try await store.list(key(family, run) + "/").map(\.key)
                try await store.deleteAll(left)
                if !left.isEmpty { done.append("removed the unfinished run \(run) of a writer that died") }
            }
            try await store.delete(object.key)
        }
        return done
    }
}
