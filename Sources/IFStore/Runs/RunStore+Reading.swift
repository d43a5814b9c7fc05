public import FoundationEssentials
public import IFCore

extension RunStore {
    /// The latest run, `nil` where none was promoted.
    ///
    /// - Throws: ``IFError/Code/corruptFile`` where its manifest is not the one that was promoted.
    public func latest(_ family: RunFamily) async throws -> RunRecord? {
        var attempts = 0
        while let promotion = try await backend.current(family) {
            guard let data = try await backend.manifestData(family, promotion.run) else {
                // Pruned between the look at the pointer and this one: the pointer has moved.
                attempts += 1
                if attempts < 10, try await backend.current(family) != promotion { continue }
                throw IFError(
                    .notFound, "the latest run \(promotion.run) is gone; repair the runs or roll back",
                    key: family.prefix)
            }
            guard FileDigest.sha256(data) == promotion.manifestSHA256 else {
                throw IFError(
                    .corruptFile, "the manifest is not the one that was promoted; verify the run or roll back",
                    file: "\(family.prefix)/\(promotion.run)/\(RunFamily.manifestName)")
            }
            let manifest = try RunManifest.read(data, file: "\(family.prefix)/\(promotion.run)")
            return record(family, promotion.run, manifest, promotion)
        }
        return nil
    }

    /// What was the latest at `date`: the promotion in force then, `nil` before the first.
    public func promotion(_ family: RunFamily, at date: Date) async throws -> Promotion? {
        try await backend.promotions(family).last { $0.promotedAt <= date }
    }

    /// All promotions, oldest first.
    public func history(_ family: RunFamily) async throws -> [Promotion] { try await backend.promotions(family) }

    /// A run by name.
    ///
    /// - Throws: ``IFError/Code/notFound``; ``IFError/Code/corruptFile``.
    public func record(_ family: RunFamily, _ run: String) async throws -> RunRecord {
        _ = try family.checkedTimestamp(ofRun: run)
        let file = "\(family.prefix)/\(run)/\(RunFamily.manifestName)"
        guard let data = try await backend.manifestData(family, run) else {
            throw IFError(
                .notFound, "there is no such run with a manifest; list the runs to see which there are", file: file)
        }
        return record(family, run, try RunManifest.read(data, file: file), nil)
    }

    func record(_ family: RunFamily, _ run: String, _ manifest: RunManifest, _ promotion: Promotion?) -> RunRecord {
        let timestamp = family.timestamp(ofRun: run) ?? RunTimestamp(manifest.startedAt)
        return RunRecord(
            family: family, name: run, timestamp: timestamp, manifest: manifest,
            folder: backend.localFolder(family, run), promotion: promotion)
    }

    /// The names of all runs of the family, oldest first; no manifest is read.
    package func names(_ family: RunFamily) async throws -> [String] {
        try await backend.runNames(family).filter { family.timestamp(ofRun: $0) != nil }
    }

    /// All runs of the family, oldest first, those without a sound manifest included and marked.
    public func runs(_ family: RunFamily) async throws -> [RunListing] {
        let latest = try await backend.current(family)?.run
        var listings: [RunListing] = []
        for name in try await backend.runNames(family) {
            guard let timestamp = family.timestamp(ofRun: name) else { continue }
            var manifest: RunManifest?
            var problem: String?
            do {
                let file = "\(family.prefix)/\(name)/\(RunFamily.manifestName)"
                if let data = try await backend.manifestData(family, name) {
                    manifest = try RunManifest.read(data, file: file)
                } else {
                    problem =
                        "it has no \(RunFamily.manifestName), so it is being written or removed, or another tool wrote it"
                }
            } catch let error as IFError {
                problem = error.description
            }
            listings.append(
                RunListing(
                    name: name, timestamp: timestamp, manifest: manifest, problem: problem, isLatest: name == latest))
        }
        return listings
    }

    /// Where a file or folder of the latest run can be read in place. The answer names the run itself, so
    /// everything read through it is of one run; for several parts of one run use ``latest(_:)`` once.
    ///
    /// - Parameter path: As below `latest/`, such as `orders_imputed.parquet`.
    /// - Throws: ``IFError/Code/notFound`` where nothing was promoted or the layout has no such part;
    ///   ``IFError/Code/unsupported`` where the store cannot be read in place.
    public func latestPath(_ family: RunFamily, _ path: String) async throws -> String {
        let runPath = family.latest.map { $0.runPath(ofLatestPath: path) } ?? path
        if let record = try await latest(family) {
            guard let runPath, !record.files(at: runPath).isEmpty else {
                throw IFError(
                    .notFound, "the latest run \(record.name) has no such part", key: "\(family.prefix)/latest/\(path)")
            }
            if let found = record.localPath(runPath) { return found }
            throw IFError(
                .unsupported, "this store cannot be read in place; download the part", key: "\(record.key)/\(runPath)")
        }
        // A latest/ of another tool has no pointer.
        if let found = backend.localPath(family, "latest/\(path)"), try FileStatus.of(found) != nil { return found }
        throw IFError(
            .notFound, "nothing is there yet; run the stage that writes \(family.prefix)",
            file: "\(location)/\(family.prefix)/latest/\(path)")
    }

    /// Reads a file of a run.
    ///
    /// - Throws: ``IFError/Code/notFound``.
    public func read(_ path: String, of run: RunRecord) async throws -> Data {
        try await backend.read(run.family, run.name, path)
    }

    /// The files of a run at `path` or below it, to be read by ranges; `nil` where the store cannot, or where the run can
    /// be read in place (``RunRecord/localPath(_:)``).
    ///
    /// A run's files are never replaced, so all that is read of a source is of one run. What is read at once is compared with
    /// the manifest's digests where these are known: the whole file, and its end (``RunFile/tailSHA256``). What lies between
    /// is left to the format, whose pages have checksums: use ``RunCache`` for files of other formats.
    ///
    /// - Returns: Pairs of path within the run and source, in the order of the manifest. Nothing is asked yet.
    public func sources(
        _ path: String, of run: RunRecord
    ) -> [(path: String, source: any RandomAccessSource)]? {
        var sources: [(path: String, source: any RandomAccessSource)] = []
        for file in run.files(at: path) {
            guard let source = backend.source(run.family, run.name, file) else { return nil }
            sources.append((file.path, source))
        }
        return sources
    }

    /// Copies a file of a run to a local file.
    ///
    /// - Throws: ``IFError/Code/notFound``.
    public func download(_ path: String, of run: RunRecord, to target: String) async throws {
        try await backend.download(run.family, run.name, path, to: target)
    }

    /// Whether every file of the run is there with the size that its manifest says; ``verify(_:_:in:)`` reads them.
    ///
    /// - Complexity: O(files), without reading them.
    public func isComplete(_ run: RunRecord) async throws -> Bool {
        let sizes = try await backend.sizes(run.family, run.name)
        return run.manifest.files.allSatisfy { sizes[$0.path] == $0.size }
    }

    /// Compares a run with its manifest: every file there, of its size and digest, and no other.
    ///
    /// - Returns: What is wrong; empty where all is well.
    /// - Throws: ``IFError/Code/notFound`` where there is no such run.
    /// - Complexity: O(bytes), in parallel over `context.workers` on a folder.
    public func verify(
        _ family: RunFamily, _ run: String, in context: RunContext = RunContext()
    ) async throws -> [RunProblem] {
        let manifest: RunManifest
        do {
            manifest = try await record(family, run).manifest
        } catch let error as IFError where error.code == .corruptFile || error.code == .unsupported {
            return [RunProblem(path: RunFamily.manifestName, message: error.message)]
        }
        let sizes = try await backend.sizes(family, run)
        var problems: [RunProblem] = []
        if let promotion = try await backend.promotions(family).last(where: { $0.run == run }),
            let data = try await backend.manifestData(family, run),
            FileDigest.sha256(data) != promotion.manifestSHA256
        {
            problems.append(
                RunProblem(path: RunFamily.manifestName, message: "it is not the manifest that was promoted"))
        }
        var sound: [RunFile] = []
        for file in manifest.files {
            switch sizes[file.path] {
            case nil: problems.append(RunProblem(path: file.path, message: "it is missing"))
            case file.size?: sound.append(file)
            case let size?:
                problems.append(RunProblem(path: file.path, message: "it has \(size) bytes instead of \(file.size)"))
            }
        }
        let digests = try await backend.digests(family, run, sound.map(\.path), in: context)
        for (file, digest) in zip(sound, digests) where digest != file.sha256 {
            problems.append(RunProblem(path: file.path, message: "its content is not what was written"))
        }
        let known = Set(manifest.files.map(\.path))
        for path in sizes.keys.sorted() where !known.contains(path) {
            problems.append(RunProblem(path: path, message: "the manifest does not name it"))
        }
        return problems
    }
}
