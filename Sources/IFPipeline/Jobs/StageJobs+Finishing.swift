import FoundationEssentials
import IFAWS
public import IFCore
public import IFJobs
import IFStore

/// What became of a job's results.
public struct StageJobOutcome: Hashable, Sendable {
    /// The job's runs, such as `recsys/models/als-20261123-024056`; of a stage that found its run made already, that one.
    /// Empty for a job that did not end well.
    public var runs: [String] = []
    /// Where the reason of a failure lies; `nil` for a job that ended well.
    public var reason: String?
    /// Whether the runs had been published before.
    public var wasPublished = false
    /// Those of ``runs`` that are not the latest: a newer one is, or somebody decided so.
    public var overtaken: [String] = []

    /// Nothing yet.
    public init() {}
}

extension StageJobs {
    /// The stage of a job that this pipeline submitted, `nil` for others.
    public static func stage(of state: ProcessingJobState) -> StageName? {
        state.environment[Mark.stage].flatMap(StageName.init(rawValue:))
    }

    /// Does what follows the end of a job. Safe to repeat, after a crash, and from several machines at once: one publishes,
    /// the others wait for it.
    ///
    /// - A script that ended well: its results become a run of each family and then the latest, by way of this machine,
    ///   which computes their digests. What waited in the bucket is removed once the runs exist.
    ///   With `reporting.publish_after_eval` the charts of all evaluations follow one of `evaluate` or `rerank`.
    /// - A stage in a container of InsightFlow has published its run itself, or found it made already; it is named.
    /// - A job that failed or was stopped: its reason and the end of its log go to `recsys/debug/job-NAME/diag/`. No
    ///   latest is touched.
    ///
    /// - Parameter state: The job's final state.
    /// - Throws: ``IFError/Code/invalidArgument`` for a job that has not ended, or that another pipeline or root
    ///   submitted; ``IFError/Code/notFound`` where a stage's own run is not there;
    ///   ``IFError/Code/emptyData`` where a script wrote nothing; what storing throws.
    public func finish(_ state: ProcessingJobState, in context: RunContext = RunContext()) async throws
        -> StageJobOutcome
    {
        guard state.status.isFinal else {
            throw IFError(.invalidArgument, "the job has not ended; wait for it first", key: state.name)
        }
        guard let stage = Self.stage(of: state) else {
            throw IFError(
                .invalidArgument, "the job was not submitted by insightflow, so nothing is known of its results",
                key: state.name)
        }
        if let mark = state.environment[Mark.root], mark != rootMark { throw elsewhere(state, mark) }
        guard state.status == .completed else {
            var outcome = StageJobOutcome()
            outcome.reason = try await keepReason(of: state, stage)
            return outcome
        }
        guard state.environment[Mark.form] == Mark.script else {
            return try await published(state, stage, RunStore(store: try store()))
        }
        var outcome = try await publish(state, stage, in: context)
        if configuration.reporting.publishAfterEval, stage == .evaluate || stage == .rerank {
            let store = try store()
            let charts = ChartPublication(RunStore(store: store), artifacts: store, layout: layout)
            if let published = try await charts.publish(unlessShown: outcome.runs, in: context) {
                outcome.runs.append(published.run)
            }
        }
        return outcome
    }

    private func elsewhere(_ state: ProcessingJobState, _ place: String) -> IFError {
        IFError(
            .invalidArgument,
            "the job wrote to another root; give the --root and --config with which it was submitted", file: place,
            key: state.name)
    }

    /// The runs that a container of InsightFlow made in this job. Where it found nothing to do, those that were the latest at
    /// the job's end.
    func published(
        _ state: ProcessingJobState, _ stage: StageName, _ runs: RunStore
    ) async throws -> StageJobOutcome {
        var outcome = StageJobOutcome()
        outcome.wasPublished = true
        let submission = state.environment[Mark.submission].map { JSONValue.string($0) }
        for family in layout.families(of: stage) {
            let found = try await runs.runs(family)
            var own: RunListing?
            if let submission { own = found.last { $0.manifest?.notes["submission"] == submission } }
            // The clocks of the machine and of AWS may differ a little.
            if own == nil, let end = state.ended?.addingTimeInterval(1),
                let promotion = try await runs.promotion(family, at: end)
            {
                own = found.first { $0.name == promotion.run }
            }
            if let own { try await outcome.add(own.name, of: family, in: runs) }
        }
        guard !outcome.runs.isEmpty else {
            throw IFError(
                .notFound,
                "the job ended well, but none of its runs is here; give the --root and --config with which it was submitted",
                file: "\(root)", key: state.name)
        }
        return outcome
    }

    // MARK: Success

    private func publish(
        _ state: ProcessingJobState, _ stage: StageName, in context: RunContext
    ) async throws -> StageJobOutcome {
        let store = try store()
        let runs = RunStore(store: store)
        let families = try families(of: state)
        let place = PublishingClaim.Place(store: store, key: claimKey(state.name))
        var watch = PublishingClaim.Watch()
        while true {
            if let outcome = try await publishedBefore(state, families.map(\.family), runs) {
                try await removeStaging(state.name, store)
                return outcome
            }
            guard let claim = try await PublishingClaim.take(place, &watch) else {
                try await Task.sleep(for: .seconds(1))
                continue
            }
            let outcome: StageJobOutcome
            do {
                outcome = try await claim.holding {
                    // Whoever held the claim before has let it go after publishing.
                    if let outcome = try await publishedBefore(state, families.map(\.family), runs) { return outcome }
                    return try await publish(state, stage, families, claim, store, in: context)
                }
            } catch is PublishingClaim.Lost {
                continue
            } catch {
                // The run may have come to exist all the same.
                guard let found = try? await publishedBefore(state, families.map(\.family), runs) else { throw error }
                outcome = found
            }
            try await removeStaging(state.name, store)
            return outcome
        }
    }

    /// Makes the results runs. The right to do so is held.
    ///
    /// A family whose run somebody made who then died, or lost the claim, keeps it; the others are made beside it.
    func publish(
        _ state: ProcessingJobState, _ stage: StageName, _ families: [(prefix: String, family: RunFamily)],
        _ claim: PublishingClaim, _ store: any ArtifactStore, scratch: String? = nil, in context: RunContext
    ) async throws -> StageJobOutcome {
        let runs = RunStore(store: store, scratch: scratch)
        let made = try await made(state, families.map(\.family), runs)
        let missing = families.filter { place in !made.contains { $0.family == place.family } }
        var outcome = StageJobOutcome()
        let manifest = try await manifest(state, stage, store, context)
        let writers = try await runs.begin(missing.map(\.family), now: state.created)
        do {
            for ((place, _), writer) in zip(missing, writers) { try await fetch(place, into: writer, store, context) }
            for (family, name) in made.reversed() { try await keep(name, of: family, runs, &outcome) }
            // The main family comes last: by its run the job is known to be published.
            for writer in writers.reversed() {
                // Named after its submission: what was submitted later and is the latest already stays so.
                let latest = try await runs.latest(writer.family)
                // Uploading takes its time: the claim has to count when the run comes to exist.
                let record = try await writer.commit(
                    manifest: manifest, promoting: latest.map { $0.timestamp < writer.timestamp } ?? true, in: context
                ) { try await claim.requireHeld() }
                if record.promotion == nil { outcome.overtaken.append(record.key) }
                outcome.runs.append(record.key)
            }
        } catch {
            for writer in writers { try? await writer.abandon() }
            throw error
        }
        outcome.runs.reverse()
        outcome.overtaken.reverse()
        return outcome
    }

    /// The runs of a job that have been published, `nil` until there is one of the main family, which comes last.
    ///
    /// Where publishing ended between a run and its promotion, the run becomes the latest now; not so where it was the
    /// latest once or a newer one was, for then somebody decided otherwise.
    func publishedBefore(
        _ state: ProcessingJobState, _ families: [RunFamily], _ runs: RunStore
    ) async throws -> StageJobOutcome? {
        var outcome = StageJobOutcome()
        outcome.wasPublished = true
        let found = try await made(state, families, runs)
        guard let main = families.first, found.contains(where: { $0.family == main }) else { return nil }
        for (family, name) in found { try await keep(name, of: family, runs, &outcome) }
        return outcome
    }

    /// The runs that were made of a job's results, in the order of the families.
    private func made(
        _ state: ProcessingJobState, _ families: [RunFamily], _ runs: RunStore
    ) async throws -> [(family: RunFamily, name: String)] {
        var found: [(family: RunFamily, name: String)] = []
        for family in families {
            for run in try await runs.runs(family) where run.manifest?.notes["job"] == .string(state.arn) {
                found.append((family, run.name))
            }
        }
        return found
    }

    /// Takes a run that was made before as one of the job's; it becomes the latest unless that was decided already.
    private func keep(
        _ name: String, of family: RunFamily, _ runs: RunStore, _ outcome: inout StageJobOutcome
    ) async throws {
        if try await !runs.history(family).contains(where: { $0.run >= name }) {
            _ = try await runs.promote(family, name)
        }
        try await outcome.add(name, of: family, in: runs)
    }

    /// The families of a job's outputs, and where their results wait below the root.
    private func families(of state: ProcessingJobState) throws -> [(prefix: String, family: RunFamily)] {
        let staging = stagingPrefix(state.name)
        return try state.outputs.compactMap { output in
            guard let family = layout.named.first(where: { $0.name == output.name })?.family else { return nil }
            let prefix = "\(staging)/\(output.name)/"
            guard output.location == location(prefix) else {
                throw elsewhere(state, output.location)
            }
            return (prefix, family)
        }
    }

    private func fetch(
        _ prefix: String, into writer: RunWriter, _ store: any ArtifactStore, _ context: RunContext
    ) async throws {
        let objects = try await store.list(prefix).filter { !$0.key.hasSuffix("/") }
        guard !objects.isEmpty else {
            throw IFError(
                .emptyData,
                "the job ended well but wrote nothing here; let the script write below /opt/ml/processing/output",
                file: location(prefix))
        }
        let done = ProgressTally(stage: "publish", total: objects.count, unit: "objects", context.progress)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, object) in objects.enumerated() {
                if index >= 8 { try await group.next() }
                let target = try writer.localPath(for: String(object.key.dropFirst(prefix.count)))
                group.addTask {
                    try await store.download(object.key, to: target)
                    done.add(1)
                }
            }
            try await group.waitForAll()
        }
    }

    /// The settings of a script's job as they were submitted, `nil` where they are not there, as with jobs of versions
    /// before. Those of whoever publishes may be others, and are not taken for them.
    func settings(of state: ProcessingJobState, _ store: any ArtifactStore) async throws -> Settings? {
        guard let submission = state.environment[Mark.submission] else { return nil }
        let key = settingsKey(state.name, submission: submission)
        do {
            let data = try await store.get(key)
            guard let settings = try? JSONDecoder().decode(Settings.self, from: data) else {
                throw IFError(
                    .corruptFile, "the settings of the job are not what was stored; submit it again", key: key)
            }
            return settings
        } catch let error as IFError where error.code == .notFound {
            return nil
        }
    }

    func manifest(
        _ state: ProcessingJobState, _ stage: StageName, _ store: any ArtifactStore, _ context: RunContext
    ) async throws -> RunManifestInfo {
        let settings = try await settings(of: state, store)
        let inputs = state.inputs.filter { !["code", "conf"].contains($0.name) }
            .map { RunInput(name: $0.name, location: $0.location) }
        var info = RunManifestInfo(
            inputs: inputs, configuration: settings?.configuration ?? .null,
            seed: settings?.seed ?? state.environment[Mark.seed].flatMap { UInt64($0) } ?? 0,
            version: settings?.version ?? PipelineVersion.current,
            timings: ["job": state.seconds(until: context.now())])
        info.notes["stage"] = .string(stage.rawValue)
        info.notes["job"] = .string(state.arn)
        info.notes["submission"] = state.environment[Mark.submission].map { .string($0) }
        info.notes["image"] = .string(state.image)
        if settings == nil { info.notes["settings"] = "unknown" }
        return info
    }

    private func removeStaging(_ job: String, _ store: S3Store) async throws {
        try await store.delete(store.list("\(stagingPrefix(job))/").map(\.key))
    }

    // MARK: Failure

    /// The content of `failure.json`.
    private struct Reason: Encodable {
        var job: String
        var arn: String
        var stage: String
        var status: String
        var failureReason: String?
        var exitMessage: String?
        var createdAt: String
        var startedAt: String?
        var endedAt: String?
        var image: String

        private enum CodingKeys: String, CodingKey {
            case job, arn, stage, status, image
            case failureReason = "failure_reason"
            case exitMessage = "exit_message"
            case createdAt = "created_at_utc"
            case startedAt = "started_at_utc"
            case endedAt = "ended_at_utc"
        }
    }

    /// Lines of the log that are kept.
    private static let linesKept = 2000

    private func keepReason(of state: ProcessingJobState, _ stage: StageName) async throws -> String {
        let store = try store()
        let folder = "\(layout.debug.prefix)/job-\(state.name)/diag"
        let reason = Reason(
            job: state.name, arn: state.arn, stage: stage.rawValue, status: state.status.rawValue,
            failureReason: state.failureReason, exitMessage: state.exitMessage,
            createdAt: ArtifactJSON.timestamp(state.created), startedAt: state.started.map(ArtifactJSON.timestamp),
            endedAt: state.ended.map(ArtifactJSON.timestamp), image: state.image)
        try await store.put(Data(try ArtifactJSON.pretty(reason).utf8), at: "\(folder)/failure.json")
        // The reason counts even where logs may not be read.
        var position = JobLogs.Position()
        do {
            let lines = try await logs().readLast(Self.linesKept, of: state.name, from: &position)
            let text = lines.map { "\(ArtifactJSON.timestamp($0.time)) \($0.stream) \($0.text)\n" }.joined()
            try await store.put(Data(text.utf8), at: "\(folder)/driver_log.txt")
        } catch let error as IFError where error.code != .conflict {
            try await store.put(Data("The log could not be read: \(error)\n".utf8), at: "\(folder)/driver_log.txt")
        }
        if let submission = state.environment[Mark.submission] {
            try await store.delete(settingsKey(state.name, submission: submission))
        }
        return location("\(folder)/failure.json")
    }
}

extension StageJobOutcome {
    /// Notes a run of the job, and whether another is the latest.
    fileprivate mutating func add(_ name: String, of family: RunFamily, in store: RunStore) async throws {
        let key = "\(family.prefix)/\(name)"
        runs.append(key)
        if try await store.latest(family)?.name != name { overtaken.append(key) }
    }
}

extension ArtifactLayout {
    /// The families that tell what a stage has made, main family first.
    func families(of stage: StageName) -> [RunFamily] {
        switch stage {
        case .impute: [imputed]
        case .checkImputation: [imputationCheck]
        case .ratings: [features]
        case .train: [models]
        case .evaluate: [evaluation]
        case .rerank: [reranked]
        case .segment: [userSegments, segmentPopularity]
        case .export: [exports, segmentCharts]
        case .report: [reports]
        }
    }
}
