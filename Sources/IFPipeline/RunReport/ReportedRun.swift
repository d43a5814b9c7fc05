import FoundationEssentials
import IFCharts
import IFCore
import IFImpute
import IFStore

/// The runs that a report tells of: of each stage the one that later stages read.
struct ReportedRun {
    /// A stage, and its run.
    struct Part {
        var stage: StageName
        var record: RunRecord

        /// What the stage said.
        var messages: [String] { record.manifest.sentences("messages") ?? [] }
    }

    let workspace: Workspace
    /// Stages that have a run, in their order.
    let parts: [Part]
    /// Stages without one.
    let absent: [StageName]
    /// The evaluation before the reported one, and the reranked lists before.
    let previous: [StageName: RunRecord]
    let names: ProductNames

    init(_ workspace: Workspace) async throws {
        self.workspace = workspace
        var parts: [Part] = []
        var absent: [StageName] = []
        var previous: [StageName: RunRecord] = [:]
        for stage in StageName.allCases where stage != .report {
            guard let family = try await stage.implementation.families(in: workspace).first,
                let record = try await workspace.reported(family, of: stage)
            else {
                absent.append(stage)
                continue
            }
            parts.append(Part(stage: stage, record: record))
            if stage == .evaluate || stage == .rerank { previous[stage] = try await workspace.run(before: record) }
        }
        self.parts = parts
        self.absent = absent
        self.previous = previous
        names = try await ProductNames(workspace, features: parts.first { $0.stage == .ratings }?.record)
    }

    /// The run of a stage.
    subscript(stage: StageName) -> RunRecord? { parts.first { $0.stage == stage }?.record }

    /// Everything that the page depends on, for the stage's key.
    var dependencies: [String: String] {
        var values = ["names": names.fingerprint]
        for part in parts {
            let key: String
            if case .string(let digest)? = part.record.manifest.notes["stage_key"] {
                key = digest
            } else {
                key = part.record.manifest.files.map(\.sha256).joined(separator: ";")
            }
            values["run/\(part.stage.rawValue)"] = "\(part.record.name) \(key)"
        }
        for (stage, record) in previous { values["previous/\(stage.rawValue)"] = record.name }
        return values
    }

    /// A JSON file of a run; nil where the run has no such file.
    ///
    /// - Throws: ``IFError/Code/corruptFile`` where it cannot be read.
    func json<Value: Decodable>(_ type: Value.Type, _ path: String, of record: RunRecord?) async throws -> Value? {
        try await workspace.json(type, path, of: record)
    }
}

extension Workspace {
    /// A JSON file of a run; nil where the run has no such file.
    ///
    /// - Throws: ``IFError/Code/corruptFile`` where it cannot be read.
    func json<Value: Decodable>(_ type: Value.Type, _ path: String, of record: RunRecord?) async throws -> Value? {
        guard let record, !record.files(at: path).isEmpty else { return nil }
        do {
            return try JSONDecoder().decode(type, from: try await store.read(path, of: record))
        } catch let error as DecodingError {
            throw IFError(
                .corruptFile, "the file is not what the stage writes; run the stage again with --force",
                file: "\(record.key)/\(path)", cause: error)
        }
    }
}

extension Workspace {
    /// The run of a family that a report tells of; nil where the stage was skipped, or its run is gone or damaged.
    fileprivate func reported(_ family: RunFamily, of stage: StageName) async throws -> RunRecord? {
        if isSkipped(stage) { return nil }
        return try await soundLatest(family)
    }

    /// The newest sound run of the family that began before another.
    fileprivate func run(before record: RunRecord) async throws -> RunRecord? {
        // Names of one family differ in their timestamps only, so they sort by time.
        for name in try await store.names(record.family).reversed() where name < record.name {
            do {
                return try await store.record(record.family, name)
            } catch let error as IFError where error.code == .notFound || error.code == .corruptFile {
                continue
            }
        }
        return nil
    }
}
