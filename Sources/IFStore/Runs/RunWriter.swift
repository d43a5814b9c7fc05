public import FoundationEssentials
public import IFCore

/// A run being written. Nobody sees it until ``commit(manifest:promoting:in:)``.
///
/// A writer that is dropped, or whose process dies, leaves nothing behind: the next run of the family removes its
/// files. Safe to use from several tasks.
public final class RunWriter: Sendable {
    private enum State {
        /// `mayExist`: after an attempt to commit that failed when the run was about to exist.
        case open(mayExist: Bool)
        case committing
        case stored
        case ended
    }

    /// The family.
    public let family: RunFamily
    /// The name the run will have.
    public let name: String
    /// When the run began.
    public let timestamp: RunTimestamp

    private let reservation: RunReservation
    private let backend: any RunBackend
    private let state = Locked(State.open(mayExist: false))
    /// Files that went to the store while they were written; `nil`: not finished.
    private let streamed = Locked<[String: RunFile?]>([:])
    /// Paths of the files that a commit may have stored.
    private let sent = Locked<Set<String>>([])

    init(_ reservation: RunReservation, _ backend: any RunBackend) {
        self.reservation = reservation
        self.backend = backend
        family = reservation.family
        name = reservation.name
        timestamp = reservation.timestamp
    }

    // MARK: Files

    /// Where to write the file `path` of the run; its folder is there.
    ///
    /// - Parameter path: Relative to the run, such as `user_seg.parquet/part-00000.parquet`.
    /// - Throws: ``IFError/Code/invalidArgument`` for a path that leaves the run or is `_manifest.json`;
    ///   ``IFError/Code/conflict`` once the run is committed or abandoned.
    public func localPath(for path: String) throws -> String {
        try requireOpen()
        try ArtifactKey.validate(path)
        if path == RunFamily.manifestName {
            throw IFError(.invalidArgument, "the manifest is written by commit; choose another name", key: path)
        }
        let file = "\(reservation.filesFolder)/\(path)"
        try FileOperations.makeFolders(FileOperations.parent(of: file), isDurable: false)
        return file
    }

    /// Writes the file `path` of the run.
    ///
    /// - Throws: As ``localPath(for:)``; ``IFError/Code/inputOutput``.
    public func put(_ data: Data, at path: String) throws {
        let file = try localPath(for: path)
        // The commit flushes all files.
        try FileOperations.replaceFile(file, with: data, isDurable: false)
    }

    /// Whether ``stream(to:)`` sends files to the store while they are written, so that they take no local space.
    public var takesStreams: Bool { backend.takesStreams }

    /// Begins the file `path` of the run, to be written piece by piece: in a store that takes objects so, straight there,
    /// otherwise into the local folder. Its size and digest are computed on the way.
    ///
    /// An object that is there before the run exists is seen by no reader of runs. ``abandon()`` removes it; what is left by
    /// a writer that died is removed by ``RunStore/repair(_:now:)``.
    ///
    /// - Parameter path: Relative to the run.
    /// - Returns: The stream, to be finished before ``commit(manifest:promoting:in:)``, or abandoned.
    /// - Throws: As ``localPath(for:)``; ``IFError/Code/conflict`` where the file was begun before; what the store throws.
    public func stream(to path: String) async throws -> any ObjectStream {
        let file = try localPath(for: path)
        let isWritten = try FileStatus.of(file) != nil
        let isNew = streamed.withLock { streamed in
            guard streamed[path] == nil, !isWritten else { return false }
            streamed.updateValue(nil, forKey: path)
            return true
        }
        guard isNew else {
            throw IFError(.conflict, "this file of the run is written already; choose another name", key: path)
        }
        do {
            guard let remote = try await backend.stream(reservation, path) else {
                return try Self.localStream(file) { [weak self] in
                    // The commit finds it among the local files.
                    _ = self?.streamed.withLock { $0.removeValue(forKey: path) }
                }
            }
            return RunFileStream(path, into: remote) { [weak self] done in
                self?.streamed.withLock { $0[path] = done }
            }
        } catch {
            _ = streamed.withLock { $0.removeValue(forKey: path) }
            throw error
        }
    }

    private static func localStream(
        _ file: String, onFinish: @escaping @Sendable () -> Void
    ) throws -> any ObjectStream {
        // Hidden until it is whole; the commit flushes all files.
        let temporary = FileOperations.temporaryPath(in: FileOperations.parent(of: file))
        try FileOperations.replaceFile(temporary, with: Data(), isDurable: false)
        return FileStream(temporary) { temporary in
            try FileOperations.move(temporary, to: file)
            onFinish()
            return file
        }
    }

    // MARK: Ending

    /// Makes the run exist with all its files, then makes it the latest.
    ///
    /// Digests are computed and everything is flushed before the run exists, all at once. It does not become the
    /// latest where another run that is newer became so since this one began. After an error before the run
    /// exists the writer is still open; after a later one the run is safe and can be promoted by name.
    ///
    /// - Parameters:
    ///   - manifest: What to tell of the run.
    ///   - promoting: Whether the run is to become the latest.
    ///   - context: Workers for digests, and the clock.
    /// - Throws: ``IFError/Code/emptyData`` without files; ``IFError/Code/invalidData`` where a part is missing
    ///   that `latest/` shows, or a file is a link; ``IFError/Code/conflict``; ``IFError/Code/inputOutput``.
    /// - Complexity: O(bytes).
    @discardableResult
    public func commit(
        manifest info: RunManifestInfo, promoting: Bool = true, in context: RunContext = RunContext()
    ) async throws -> RunRecord {
        try await commit(manifest: info, promoting: promoting, in: context, confirming: {})
    }

    /// As ``commit(manifest:promoting:in:)``, and asks once more when all files are stored.
    ///
    /// - Parameter confirming: Called right before the run comes to exist; where it throws, it does not, and the writer is
    ///   still open.
    @discardableResult
    package func commit(
        manifest info: RunManifestInfo, promoting: Bool = true, in context: RunContext = RunContext(),
        confirming: @Sendable () async throws -> Void
    ) async throws -> RunRecord {
        let mayExist = try state.withLock { state in
            guard case .open(let mayExist) = state else { throw closed() }
            state = .committing
            return Locked(mayExist)
        }
        let manifest: RunManifest
        do {
            manifest = try await describe(info, in: context)
            try RunStep.filesHashed.reached()
            let paths = manifest.files.map(\.path)
            sent.withLock { $0.formUnion(paths) }
            try await backend.store(
                reservation, manifest: manifest, streamed: Set(streamed.withLock { $0.keys }), workers: context.workers
            ) {
                try await confirming()
                mayExist.withLock { $0 = true }
            }
        } catch {
            let mayExist = mayExist.withLock { $0 }
            state.withLock { $0 = .open(mayExist: mayExist) }
            throw error
        }
        state.withLock { $0 = .stored }
        var promotion: Promotion?
        if promoting {
            do {
                promotion = try await backend.promote(
                    family,
                    PromotionRequest(
                        run: name, writer: UUID().uuidString, reason: "commit", now: context.now(),
                        baseGeneration: reservation.baseGeneration, localFiles: reservation.filesFolder))
            } catch {
                state.withLock { $0 = .ended }
                // The run may have become the latest, or yet become so: its reservation keeps it from being removed.
                try? await uncancelled { [backend, reservation] in try await backend.discard(reservation) }
                throw error
            }
        }
        state.withLock { $0 = .ended }
        // The run is safe; what cannot be removed now is removed by the next run or by repair.
        try? await uncancelled { [backend, reservation] in try await backend.release(reservation) }
        return RunRecord(
            family: family, name: name, timestamp: timestamp, manifest: manifest,
            folder: backend.localFolder(family, name), promotion: promotion)
    }

    /// Gives the run up and removes its files, also where the task is cancelled. Does nothing once the run is committed.
    ///
    /// After a commit that failed half-way in an object store, or after ``stream(to:)`` there, the name stays taken: what may
    /// still arrive is nobody's until ``RunStore/repair(_:now:)`` removes it, a day later by default. So is all of a run
    /// whose commit failed when it was about to exist.
    public func abandon() async throws {
        let mayExist: Bool? = state.withLock { state in
            guard case .open(let mayExist) = state else { return nil }
            state = .ended
            return mayExist
        }
        guard let mayExist else { return }
        let paths = Set(streamed.withLock { $0.keys }).union(sent.withLock { $0 }).sorted()
        try await uncancelled { [backend, reservation] in
            guard mayExist || !paths.isEmpty else { return try await backend.release(reservation) }
            // A run that exists, whatever the answer was, must be whole.
            if !mayExist { try? await backend.withdraw(reservation, paths) }
            // A write whose answer was lost may yet arrive: it is found by the reservation, which therefore stays.
            try await backend.discard(reservation)
        }
    }

    // MARK: Parts

    private func describe(_ info: RunManifestInfo, in context: RunContext) async throws -> RunManifest {
        let found = try FolderWalk.files(in: reservation.filesFolder).filter { file in
            // Left by an attempt to commit that failed.
            file.name != RunFamily.manifestName
        }
        let streamed = try finishedStreams()
        if found.isEmpty, streamed.isEmpty {
            throw IFError(.emptyData, "the run has no files; write some or abandon it", file: reservation.filesFolder)
        }
        for file in found where try FileStatus.of(file.path, following: false)?.kind == .link {
            throw IFError(.invalidData, "a run holds no links; copy the file instead", file: file.path)
        }
        for part in family.latest?.renames?.keys.sorted() ?? [] {
            let names = found.map(\.name) + streamed.map(\.path)
            guard names.contains(where: { $0 == part || $0.hasPrefix(part + "/") }) else {
                throw IFError(
                    .invalidData, "the run lacks '\(part)', which latest/ shows; write it before the commit",
                    file: reservation.filesFolder)
            }
        }
        let digests = try await FileDigest.sha256(ofFiles: found.map(\.path), in: context)
        let tails = try found.map { try FileDigest.tail(ofFile: $0.path, size: $0.status.size) }
        return RunManifest(
            schemaVersion: RunManifest.currentSchema, family: family.prefix, run: name, startedAt: timestamp.date,
            committedAt: StoreJSON.rounded(context.now()), inputs: info.inputs, configuration: info.configuration,
            seed: info.seed, version: info.version, timings: info.timings, notes: info.notes,
            files: (found.indices.map { index in
                RunFile(
                    path: found[index].name, size: found[index].status.size, sha256: digests[index],
                    tailSHA256: tails[index])
            } + streamed)
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
    }

    private func finishedStreams() throws -> [RunFile] {
        try streamed.withLock { streamed in
            try streamed.map { path, file in
                guard let file else {
                    throw IFError(
                        .conflict,
                        "a file of the run is still being written, or was given up; finish it, or abandon the run",
                        key: path)
                }
                return file
            }
        }
    }

    private func requireOpen() throws {
        guard case .open = state.withLock({ $0 }) else { throw closed() }
    }

    private func closed() -> IFError {
        IFError(.conflict, "this run is committed or abandoned already; begin another", key: "\(family.prefix)/\(name)")
    }
}
