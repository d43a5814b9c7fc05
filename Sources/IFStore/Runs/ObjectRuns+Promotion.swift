internal import FoundationEssentials
internal import IFCore

extension ObjectRuns {
    private struct Pointer {
        var promotion: Promotion
        var version: String
    }

    func promote(_ family: RunFamily, _ request: PromotionRequest) async throws -> Promotion? {
        // The reservation of a run that its writer promotes is there until afterwards; any other run could be removed now.
        if request.baseGeneration != nil { return try await promoteInUse(family, request) }
        guard let mark = try await mark(family, request.run, for: .promotion) else {
            throw IFError(
                .conflict, "this run is being removed; promote another", key: key(family, request.run))
        }
        do {
            let promotion = try await promoteInUse(family, request)
            await unmark(mark)
            return promotion
        } catch {
            await unmark(mark)
            throw error
        }
    }

    /// Promotes a run that nobody removes meanwhile.
    private func promoteInUse(_ family: RunFamily, _ request: PromotionRequest) async throws -> Promotion? {
        guard let manifest = try await manifestData(family, request.run) else {
            throw IFError(
                .notFound, "there is no such run with a manifest; list the runs to see which there are",
                key: key(family, request.run))
        }
        var promotion = Promotion(
            schemaVersion: 1, family: family.prefix, run: request.run, manifestSHA256: FileDigest.sha256(manifest),
            generation: 1, promotedAt: StoreJSON.rounded(request.now), writer: request.writer, reason: request.reason)
        while true {
            try Task.checkCancellation()
            let pointer = try await readPointer(family)
            if let current = pointer?.promotion {
                if current.run == request.run {
                    try await project(family, request)
                    return current
                }
                if request.isOvertaken(by: current, in: family) { return nil }
                // The pointer is about to go: make sure that history remembers it.
                try await backfill(family, current)
            }
            promotion.generation = try await nextGeneration(family, after: pointer?.promotion)
            if try await swap(family, promotion, expecting: pointer?.version) { break }
            try await Task.sleep(for: .milliseconds(Int.random(in: 2...20)))
        }
        try RunStep.pointerSwapped.reached()
        try await backfill(family, promotion)
        try RunStep.historyBackfilled.reached()
        try await project(family, request)
        return promotion
    }

    private func nextGeneration(_ family: RunFamily, after current: Promotion?) async throws -> Int {
        if let current { return current.generation + 1 }
        return (try await history(family).last?.generation ?? 0) + 1
    }

    /// Writes the pointer if it still has `version`; answers whether this write won.
    private func swap(_ family: RunFamily, _ promotion: Promotion, expecting version: String?) async throws -> Bool {
        let condition: WriteCondition = version.map { .ifVersion($0) } ?? .ifAbsent
        do {
            try await store.put(try StoreJSON.encode(promotion), at: key(family, family.pointerName), if: condition)
            return true
        } catch {
            // Never repeat a conditional write blindly: its answer may have been lost. The pointer tells who won.
            if let found = try? await readPointer(family), found.promotion == promotion { return true }
            guard let error = error as? IFError, error.code == .conflict || error.code == .notFound else { throw error }
            return false
        }
    }

    private func readPointer(_ family: RunFamily) async throws -> Pointer? {
        let key = key(family, family.pointerName)
        while let before = try await store.stat(key) {
            guard let data = try await data(key), let after = try await store.stat(key) else { continue }
            // Content and version must belong together.
            guard before.version == after.version else { continue }
            return Pointer(
                promotion: try StoreJSON.decode(Promotion.self, from: data, file: key), version: after.version)
        }
        return nil
    }

    func current(_ family: RunFamily) async throws -> Promotion? {
        let key = key(family, family.pointerName)
        guard let data = try await data(key) else { return nil }
        return try StoreJSON.decode(Promotion.self, from: data, file: key)
    }

    // MARK: History

    private func backfill(_ family: RunFamily, _ promotion: Promotion) async throws {
        let key = key(family, "\(family.historyName)/\(promotion.historyName)")
        if try await store.stat(key) != nil { return }
        do {
            try await store.put(try StoreJSON.encode(promotion), at: key, if: .ifAbsent)
        } catch let error as IFError where error.code == .conflict {
            return  // Someone else remembered it.
        }
    }

    private func history(_ family: RunFamily) async throws -> [Promotion] {
        var promotions: [Promotion] = []
        for object in try await store.list(key(family, family.historyName) + "/") {
            promotions.append(
                try StoreJSON.decode(Promotion.self, from: try await store.get(object.key), file: object.key))
        }
        return promotions.sorted { $0.generation < $1.generation }
    }

    func promotions(_ family: RunFamily) async throws -> [Promotion] {
        var promotions = try await history(family)
        if let current = try await current(family), !promotions.contains(current) { promotions.append(current) }
        return promotions.sorted { $0.generation < $1.generation }
    }

    // MARK: The plain copy

    /// Brings `latest/` in step with the pointer: overwrite, prune, manifest last; again while the pointer moves.
    func project(_ family: RunFamily, _ request: PromotionRequest? = nil) async throws {
        guard let layout = family.latest else { return }
        while let pointer = try await readPointer(family) {
            let current = pointer.promotion.run
            guard let data = try await manifestData(family, current) else { return }
            let manifest = try RunManifest.read(data, file: key(family, current))
            // Local files are those of the caller's run, not of one that overtook it.
            let folder = request?.run == current ? request?.localFiles : nil
            var kept: Set<String> = []
            for file in manifest.files {
                guard let path = layout.latestPath(ofRunPath: file.path) else { continue }
                let target = key(family, "latest/\(path)")
                kept.insert(target)
                try await copy(
                    key(family, "\(current)/\(file.path)"), to: target, from: folder.map { "\($0)/\(file.path)" })
                try RunStep.latestObjectCopied.reached()
            }
            let last = key(family, "latest/\(RunFamily.manifestName)")
            let old = try await store.list(key(family, "latest/")).map(\.key).filter {
                !kept.contains($0) && $0 != last
            }
            try await store.deleteAll(old)
            try RunStep.latestPruned.reached()
            try await store.put(data, at: last, if: .always)
            try RunStep.latestManifestWritten.reached()
            if try await readPointer(family)?.version == pointer.version { return }
        }
    }

    private func copy(_ source: String, to target: String, from file: String?) async throws {
        if let copying = store as? any CopyingStore {
            try await copying.copy(source, to: target)
        } else if let file, try FileStatus.of(file) != nil {
            try await store.put(contentsOf: file, at: target, if: .always)
        } else {
            try FileOperations.makeFolders(scratch)
            let temporary = FileOperations.temporaryPath(in: scratch)
            defer { try? FileOperations.remove(temporary) }
            try await store.download(source, to: temporary)
            try await store.put(contentsOf: temporary, at: target, if: .always)
        }
    }

    /// Whether the plain copy shows the run that the pointer names, byte for byte.
    ///
    /// Two writers that copied side by side and died may have left a mixture of files of the same sizes. Where the store
    /// cannot say that two objects are the same, as S3 cannot of one that was sent in parts, the copy is read.
    private func isProjected(_ family: RunFamily, _ current: Promotion) async throws -> Bool {
        guard let layout = family.latest else { return true }
        guard let data = try await manifestData(family, current.run) else { return true }
        guard try await self.data(key(family, "latest/\(RunFamily.manifestName)")) == data else { return false }
        var copies = try await objects(family, "latest")
        copies[RunFamily.manifestName] = nil
        let originals = store is any CopyingStore ? try await objects(family, current.run) : [:]
        var unsure: [(path: String, sha256: String)] = []
        for file in try RunManifest.read(data, file: key(family, current.run)).files {
            guard let path = layout.latestPath(ofRunPath: file.path) else { continue }
            guard let copy = copies.removeValue(forKey: path), copy.size == file.size else { return false }
            if copy.version != originals[file.path]?.version { unsure.append((path, file.sha256)) }
        }
        guard copies.isEmpty else { return false }
        return try await digests(family, "latest", unsure.map(\.path), in: RunContext()) == unsure.map(\.sha256)
    }

    /// The objects of a run, or of the plain copy, by relative path.
    private func objects(_ family: RunFamily, _ name: String) async throws -> [String: ArtifactInfo] {
        let prefix = key(family, name) + "/"
        return Dictionary(
            try await store.list(prefix).map { (String($0.key.dropFirst(prefix.count)), $0) }, uniquingKeysWith: { $1 })
    }

    // MARK: Repair

    func repair(_ family: RunFamily, now: Date) async throws -> [String] {
        var done = try await sweep(family, now: now)
        guard var current = try await current(family) else { return done }
        if try await manifestData(family, current.run) == nil {
            var replacement: Promotion?
            for earlier in try await promotions(family).reversed() where replacement == nil {
                guard try await manifestData(family, earlier.run) != nil else { continue }
                replacement = try await promote(
                    family,
                    PromotionRequest(run: earlier.run, writer: UUID().uuidString, reason: "repair", now: now))
            }
            guard let replacement else {
                return done + ["latest run \(current.run) is gone and no earlier one is left; write a new run"]
            }
            done.append("latest run \(current.run) is gone; latest is \(replacement.run) again")
            current = replacement
        }
        try await backfill(family, current)
        if try await !isProjected(family, current) {
            try await project(family)
            done.append("copied \(current.run) to latest/ again")
        }
        return done
    }
}
