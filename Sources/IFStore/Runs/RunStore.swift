public import FoundationEssentials
public import IFCore

/// Runs, what is latest, and what was.
///
/// A run is written apart, gets a manifest with digests, comes to exist in one step and then becomes the latest in
/// one step. A reader that starts from ``latest(_:)`` sees one run, whole. Nothing is ever rewritten; going back
/// is a promotion of an older run.
///
/// On a folder, `latest/…` is a link, so plain readers too see one run with each look; a folder of parts that is
/// read file by file while the link moves may mix, so write one part of a fixed name, or start from
/// ``latest(_:)``. In other stores `latest/…` is a copy that follows the pointer.
public struct RunStore: Sendable {
    let backend: any RunBackend

    /// Runs in a local folder. It is made by the first write.
    public init(root: String) { backend = FolderRuns(root: FolderStore(root: root).root) }

    /// Runs in any store. For a ``FolderStore`` the same as ``init(root:)``.
    ///
    /// - Parameters:
    ///   - store: The store.
    ///   - scratch: A local folder in which files gather until they are stored; the system's for temporary files
    ///     by default.
    ///   - staleAfter: Seconds after which repair takes an unfinished run for dead, a day by default.
    public init(store: any ArtifactStore, scratch: String? = nil, staleAfter: TimeInterval = 86_400) {
        if let folder = store as? FolderStore {
            self.init(root: folder.root)
        } else {
            self.init(objectsIn: store, scratch: scratch, staleAfter: staleAfter)
        }
    }

    /// Runs as in an object store, whatever the store.
    init(objectsIn store: any ArtifactStore, scratch: String?, staleAfter: TimeInterval) {
        var scratch = scratch ?? FileManager.default.temporaryDirectory.path()
        while scratch.count > 1, scratch.hasSuffix("/") { scratch.removeLast() }
        backend = ObjectRuns(store: store, scratch: scratch, staleAfter: staleAfter)
    }

    /// The root as a person would write it.
    public var location: String { backend.location }

    // MARK: Writing

    /// Makes sure that runs can be written, before work is done for them: a folder is made where it is missing. An object
    /// store is not asked.
    ///
    /// - Throws: ``IFError/Code/inputOutput`` where the root cannot be made, is a file, or cannot be written to.
    public func prepare() throws { try backend.prepare() }

    /// Begins a run named after `now`, or after the next second that is free.
    ///
    /// - Throws: ``IFError/Code/inputOutput``; ``IFError/Code/conflict`` where a lock cannot be had.
    public func begin(_ family: RunFamily, now: Date) async throws -> RunWriter {
        let reservation = try await backend.reserve(family, from: RunTimestamp(now), exactly: false)
        return RunWriter(reservation, backend)
    }

    /// Begins a run of exactly this name.
    ///
    /// - Throws: ``IFError/Code/conflict`` where the name is taken.
    public func begin(_ family: RunFamily, at timestamp: RunTimestamp) async throws -> RunWriter {
        RunWriter(try await backend.reserve(family, from: timestamp, exactly: true), backend)
    }

    /// Begins runs of several families that share one timestamp, in the order of `families`.
    public func begin(_ families: [RunFamily], now: Date) async throws -> [RunWriter] {
        var timestamp = RunTimestamp(now)
        var attempts = 0
        while true {
            var writers: [RunWriter] = []
            do {
                for family in families { writers.append(try await begin(family, at: timestamp)) }
                return writers
            } catch {
                // What cannot be removed now is left to repair: the error that counts is the first.
                for writer in writers { try? await writer.abandon() }
                attempts += 1
                guard let error = error as? IFError, error.code == .conflict, attempts < 1000 else { throw error }
                timestamp = timestamp.next
            }
        }
    }

    /// Makes a run the latest, newer ones notwithstanding. Does nothing where it is so already.
    ///
    /// - Throws: ``IFError/Code/notFound`` where there is no such run with a manifest;
    ///   ``IFError/Code/corruptFile`` where its files are not those of its manifest by name and size.
    @discardableResult
    public func promote(_ family: RunFamily, _ run: String, now: Date = Date()) async throws -> RunRecord {
        try await promote(family, run, reason: "promote", now: now)
    }

    /// Makes an earlier run the latest again.
    ///
    /// - Parameter run: `nil`: the run that was the latest before the present one and still exists.
    /// - Throws: As ``promote(_:_:now:)``; ``IFError/Code/notFound`` where there is nothing to go back to.
    @discardableResult
    public func rollback(_ family: RunFamily, to run: String? = nil, now: Date = Date()) async throws -> RunRecord {
        if let run { return try await promote(family, run, reason: "rollback", now: now) }
        let promotions = try await backend.promotions(family)
        for earlier in promotions.dropLast().reversed() where earlier.run != promotions.last?.run {
            if try await backend.manifestData(family, earlier.run) != nil {
                return try await promote(family, earlier.run, reason: "rollback", now: now)
            }
        }
        throw IFError(
            .notFound, "no earlier run was the latest and still exists; promote one by name", key: family.prefix)
    }

    private func promote(_ family: RunFamily, _ run: String, reason: String, now: Date) async throws -> RunRecord {
        _ = try family.checkedTimestamp(ofRun: run)
        let found = try await record(family, run)
        let sizes = try await backend.sizes(family, run)
        for file in found.manifest.files where sizes[file.path] != file.size {
            throw IFError(
                .corruptFile, "the file is missing or has another size than the manifest says; promote another run",
                file: "\(found.key)/\(file.path)")
        }
        let promotion = try await backend.promote(
            family, PromotionRequest(run: run, writer: UUID().uuidString, reason: reason, now: now))
        return self.record(family, run, found.manifest, promotion)
    }

    // MARK: Repair

    /// Removes what dead writers left and brings link, pointer, history and copies in step.
    ///
    /// Safe at any time and while others write.
    /// - Returns: What was done, a sentence each; empty where all was well.
    public func repair(_ family: RunFamily, now: Date = Date()) async throws -> [String] {
        try await backend.repair(family, now: now)
    }

    /// Removes runs that the policy does not keep; never the latest, never a run without a manifest, and in an object store
    /// none that is being written or promoted.
    ///
    /// - Parameter isDryRun: Whether to answer only.
    /// - Returns: The names of the runs removed.
    @discardableResult
    public func prune(
        _ family: RunFamily, _ policy: RetentionPolicy, now: Date = Date(), isDryRun: Bool = false
    ) async throws -> [String] {
        let runs = try await runs(family).filter { $0.manifest != nil }
        let promoted = policy.keepsPromoted ? Set(try await backend.promotions(family).map(\.run)) : []
        let doomed = runs.dropLast(policy.newest).filter { run in
            let isYoung = policy.seconds.map { now.timeIntervalSince(run.timestamp.date) < $0 } ?? false
            return !run.isLatest && !isYoung && !promoted.contains(run.name)
        }.map(\.name)
        return isDryRun ? doomed : try await backend.remove(family, doomed)
    }
}
