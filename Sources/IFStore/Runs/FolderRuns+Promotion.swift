internal import FoundationEssentials
internal import IFCore

extension FolderRuns {
    /// What a family's files say once they agree.
    struct Settled {
        var current: Promotion?
        var lastGeneration: Int
        var done: [String] = []
    }

    func promote(_ family: RunFamily, _ request: PromotionRequest) async throws -> Promotion? {
        try await locked(family) {
            let settled = try settle(family)
            guard let manifest = try manifest(family, request.run) else {
                throw IFError(
                    .notFound, "there is no such run with a manifest; list the runs to see which there are",
                    file: path(family, request.run))
            }
            if let current = settled.current {
                if current.run == request.run { return current }
                if request.isOvertaken(by: current, in: family) { return nil }
            }
            let promotion = Promotion(
                schemaVersion: 1, family: family.prefix, run: request.run,
                manifestSHA256: FileDigest.sha256(manifest), generation: settled.lastGeneration + 1,
                promotedAt: StoreJSON.rounded(request.now), writer: request.writer, reason: request.reason)
            try writeHistory(family, promotion)
            try RunStep.historyWritten.reached()
            try swapLink(family, promotion)
            try writePointer(family, promotion)
            try RunStep.pointerWritten.reached()
            return promotion
        }
    }

    // MARK: The link

    /// The run that `latest` leads to, `nil` where there is no link.
    func linkedRun(_ family: RunFamily) throws -> String? {
        guard let target = try FileOperations.readLink(path(family, family.latestName)),
            let name = target.split(separator: "/").last
        else { return nil }
        // A view's name begins with its generation.
        let run = target.hasPrefix(".latest/") ? name.drop { $0 != "-" }.dropFirst() : name
        return family.timestamp(ofRun: String(run)) == nil ? nil : String(run)
    }

    private func swapLink(_ family: RunFamily, _ promotion: Promotion) throws {
        let target = try buildView(family, promotion) ?? promotion.run
        try RunStep.viewBuilt.reached()
        let link = path(family, family.latestName)
        let temporary = FileOperations.temporaryPath(in: folder(family), prefix: FileOperations.lockedPrefix)
        try FileOperations.makeLink(at: temporary, to: target)
        try RunStep.linkMade.reached()
        if try FileStatus.of(link, following: false)?.kind == .folder {
            // A folder of another tool stands where the link belongs. It is kept; a death between this move and
            // the next one is mended from the history.
            try FileOperations.move(link, to: path(family, ".replaced-\(family.latestName)-\(UUID().uuidString)"))
        }
        try FileOperations.move(temporary, to: link, action: "swap the link")
        try RunStep.linkSwapped.reached()
        try FileOperations.syncFolder(folder(family))
    }

    /// Builds the folder of links that shows parts of a run under other names; `nil` where names are the same.
    private func buildView(_ family: RunFamily, _ promotion: Promotion) throws -> String? {
        guard let renames = family.latest?.renames else { return nil }
        let name = ".latest/" + promotion.historyName.dropLast(".json".count)
        let view = path(family, name)
        try FileOperations.remove(view)
        try FileOperations.makeFolders(view, isDurable: false)
        var folders: Set<String> = [view]
        let all = Array(renames) + [(key: RunFamily.manifestName, value: RunFamily.manifestName)]
        for (runPath, latestPath) in all {
            let link = "\(view)/\(latestPath)"
            try FileOperations.makeFolders(FileOperations.parent(of: link), isDurable: false)
            let ups = String(repeating: "../", count: 1 + latestPath.split(separator: "/").count)
            try FileOperations.makeLink(at: link, to: "\(ups)\(promotion.run)/\(runPath)")
            folders.insert(FileOperations.parent(of: link))
        }
        for folder in folders { try FileOperations.syncFolder(folder) }
        try FileOperations.syncFolder(path(family, ".latest"))
        return name
    }

    /// Removes views that no reader can still be walking through.
    func sweepViews(_ family: RunFamily, now: Date) throws -> [String] {
        guard family.latest?.renames != nil else { return [] }
        let current = try FileOperations.readLink(path(family, family.latestName))
        for name in try FileOperations.names(in: path(family, ".latest")) where ".latest/\(name)" != current {
            let view = path(family, ".latest/\(name)")
            guard let status = try FileStatus.of(view, following: false),
                now.timeIntervalSince(status.modificationDate) > 600
            else { continue }
            try FileOperations.remove(view)
        }
        return []
    }

    // MARK: Pointer and history

    func current(_ family: RunFamily) async throws -> Promotion? { try promotionInForce(family) }

    private func promotionInForce(_ family: RunFamily) throws -> Promotion? {
        let pointer = readPointer(family)
        guard let run = try linkedRun(family) else { return pointer }
        if let pointer, pointer.run == run { return pointer }
        let entry = try historyNames(family).last { $0.hasSuffix("-\(run).json") }
        if let entry { return try readHistory(family, entry) }
        // A link made by hand.
        let manifest = try manifest(family, run).map(FileDigest.sha256) ?? ""
        let made = try FileStatus.of(path(family, family.latestName), following: false)?.modificationDate
        return Promotion(
            schemaVersion: 1, family: family.prefix, run: run, manifestSHA256: manifest,
            generation: try lastGeneration(family, pointer) + 1,
            promotedAt: StoreJSON.rounded(made ?? Date(timeIntervalSince1970: 0)), writer: "unknown", reason: "repair")
    }

    func promotions(_ family: RunFamily) async throws -> [Promotion] {
        guard let current = try promotionInForce(family) else { return [] }
        var promotions = try historyNames(family).map { try readHistory(family, $0) }
            .filter { $0.generation <= current.generation }
        if promotions.last != current { promotions.append(current) }
        return promotions
    }

    /// Brings pointer and history in step with the link. Call with the lock held.
    func settle(_ family: RunFamily) throws -> Settled {
        let pointer = readPointer(family)
        var done: [String] = []
        if try linkedRun(family) == nil { done += try restoreLink(family, pointer) }
        let linked = try linkedRun(family)
        if let last = try historyNames(family).last {
            let entry = try readHistory(family, last)
            if let pointer, entry.generation > pointer.generation, entry.run != linked {
                try FileOperations.remove(path(family, "\(family.historyName)/\(last)"))
                done.append("removed the record of a promotion of \(entry.run) that never came true")
            }
        }
        guard linked != nil, var current = try promotionInForce(family) else {
            return Settled(current: nil, lastGeneration: try lastGeneration(family, pointer), done: done)
        }
        let last = try lastGeneration(family, pointer)
        if current.generation < last {
            // Someone moved the link by hand to an earlier run.
            current.generation = last + 1
            current.reason = "repair"
        }
        if current.generation > last {
            try writeHistory(family, current)
            done.append("recorded that latest was moved to \(current.run) by other means")
        }
        if current != pointer {
            try writePointer(family, current)
            done.append("brought the pointer in step with latest, \(current.run)")
        }
        return Settled(current: current, lastGeneration: current.generation, done: done)
    }

    /// Makes the link again that a copying tool left out, from the pointer or the history.
    private func restoreLink(_ family: RunFamily, _ pointer: Promotion?) throws -> [String] {
        var promotion = pointer
        if promotion == nil, let last = try historyNames(family).last { promotion = try readHistory(family, last) }
        guard let promotion, try manifest(family, promotion.run) != nil else { return [] }
        try swapLink(family, promotion)
        return ["made the link \(family.latestName) to \(promotion.run) again"]
    }

    func lastGeneration(_ family: RunFamily, _ pointer: Promotion?) throws -> Int {
        let logged = try historyNames(family).last.flatMap { Int($0.prefix { $0 != "-" }) } ?? 0
        return max(logged, pointer?.generation ?? 0)
    }

    func historyNames(_ family: RunFamily) throws -> [String] {
        try FileOperations.names(in: path(family, family.historyName)).filter { name in
            !name.hasPrefix(".") && name.hasSuffix(".json") && Int(name.prefix { $0 != "-" }) != nil
        }
    }

    private func readHistory(_ family: RunFamily, _ name: String) throws -> Promotion {
        let file = path(family, "\(family.historyName)/\(name)")
        return try StoreJSON.decode(Promotion.self, from: try FileOperations.read(file), file: file)
    }

    private func writeHistory(_ family: RunFamily, _ promotion: Promotion) throws {
        let folder = path(family, family.historyName)
        try FileOperations.makeFolders(folder)
        try FileOperations.replaceFile(
            "\(folder)/\(promotion.historyName)", with: try StoreJSON.encode(promotion),
            prefix: FileOperations.lockedPrefix)
    }

    /// The pointer; an unreadable one counts as none, for it can be made again from link and history.
    private func readPointer(_ family: RunFamily) -> Promotion? {
        let file = path(family, family.pointerName)
        return (try? FileOperations.read(file)).flatMap {
            try? StoreJSON.decode(Promotion.self, from: $0, file: file)
        }
    }

    private func writePointer(_ family: RunFamily, _ promotion: Promotion) throws {
        try FileOperations.replaceFile(
            path(family, family.pointerName), with: try StoreJSON.encode(promotion),
            prefix: FileOperations.lockedPrefix)
    }

    // MARK: Repair

    func repair(_ family: RunFamily, now: Date) async throws -> [String] {
        guard try FileStatus.of(folder(family))?.kind == .folder else { return [] }
        return try await locked(family) {
            var done = try sweep(family, now: now)
            for folder in [folder(family), path(family, family.historyName)] {
                done += try FileOperations.removeAbandonedFiles(in: folder).map { "removed the leftover \($0)" }
            }
            let settled = try settle(family)
            done += settled.done
            guard let current = settled.current, try manifest(family, current.run) == nil else { return done }
            // The latest run is gone: the newest earlier one that is still there takes its place.
            for name in try historyNames(family).reversed() {
                var promotion = try readHistory(family, name)
                guard let manifest = try manifest(family, promotion.run) else { continue }
                promotion.manifestSHA256 = FileDigest.sha256(manifest)
                promotion.generation = settled.lastGeneration + 1
                promotion.promotedAt = StoreJSON.rounded(now)
                promotion.reason = "repair"
                try writeHistory(family, promotion)
                try swapLink(family, promotion)
                try writePointer(family, promotion)
                return done + ["latest run \(current.run) is gone; latest is \(promotion.run) again"]
            }
            return done + ["latest run \(current.run) is gone and no earlier one is left; write a new run"]
        }
    }
}
