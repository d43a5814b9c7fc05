public import FoundationEssentials
import IFAWS
import IFCore
import IFJobs
import IFStore

extension StageJobs {
    /// Variables by which a job is known again.
    enum Mark {
        /// What the names of all of them begin with.
        static let prefix = "INSIGHTFLOW_"
        static let stage = "INSIGHTFLOW_STAGE"
        static let form = "INSIGHTFLOW_FORM"
        /// Tells one submission from all others, whatever its job is called.
        static let submission = "INSIGHTFLOW_SUBMISSION"
        /// Where the job's runs go.
        static let root = "INSIGHTFLOW_ROOT"
        /// The seed, for scripts.
        static let seed = "INSIGHTFLOW_SEED"
        static let script = "script"
        static let image = "image"
    }

    /// The submission that this process carries out in a container, `nil` elsewhere.
    static func submission(
        in variables: [String: String] = ProcessInfo.processInfo.environment
    ) -> String? {
        variables[Mark.submission].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The root as a job's variable tells it: its location, or a digest where that is longer than AWS takes.
    var rootMark: String {
        let text = root.description
        return text.unicodeScalars.count <= 256 ? text : "sha256:" + FileDigest.sha256(Data(text.utf8))
    }

    /// What a submission says of itself, kept beside its results until these are published.
    struct Settings: Codable {
        var configuration: JSONValue
        var seed: UInt64
        var version: String
    }

    static let folder = "/opt/ml/processing"

    /// Makes the job of a stage. Buckets are looked at for inputs and latest runs; nothing is written.
    ///
    /// - Parameter now: For names.
    /// - Throws: ``IFError/Code/invalidArgument`` for a variable whose name is one of the pipeline's own;
    ///   ``IFError/Code/invalidConfiguration`` where a key that is needed is missing;
    ///   ``IFError/Code/unsupported`` for a stage that a script cannot do; ``IFError/Code/notFound`` where an input is
    ///   missing.
    public func plan(_ stage: StageName, _ options: StageJobOptions, now: Date) async throws -> StageJobPlan {
        if let name = options.environment.keys.sorted().first(where: { $0.hasPrefix(Mark.prefix) }) {
            throw IFError(
                .invalidArgument,
                "variables whose names begin with \(Mark.prefix) are the pipeline's own; choose another",
                key: name)
        }
        let submission = Submission(stage, RunTimestamp(now))
        let name = options.name ?? submission.name
        var plan: StageJobPlan
        if let script = options.script {
            plan = try await scriptPlan(stage, script, options, name, submission)
        } else {
            plan = try imagePlan(stage, options, name, submission)
        }
        plan.job.environment.merge(options.environment) { _, given in given }
        plan.job.environment[Mark.stage] = stage.rawValue
        plan.job.environment[Mark.submission] = submission.id
        plan.job.environment[Mark.root] = rootMark
        return plan
    }

    /// One submission of a stage. A second is long enough for several, so each has a part that is its own.
    private struct Submission {
        let stage: StageName
        let timestamp: RunTimestamp
        /// 32 random bits as hexadecimal digits.
        let id: String

        init(_ stage: StageName, _ timestamp: RunTimestamp) {
            self.stage = stage
            self.timestamp = timestamp
            id = String(UUID().uuidString.lowercased().prefix(8))
        }

        /// `insightflow-train-20261123-024056-9f3c1a2b`: a person reads stage and time, and names sort by time.
        var name: String { "insightflow-\(stage.rawValue)-\(timestamp)-\(id)" }
    }

    private func emptyPlan(_ stage: StageName, _ name: String, image: String) throws -> StageJobPlan {
        let job = ProcessingJob(
            name: name, image: image, role: try configuration.jobRole(), cluster: configuration.machines(for: stage),
            maximumSeconds: configuration.maximumSeconds(for: stage))
        return StageJobPlan(stage: stage, job: job, uploads: [], notes: [])
    }

    /// Where the code of a job goes: `s3://scripts_bucket/scripts_prefix/STAGE/TS/ID/`.
    private func codeLocation(_ submission: Submission) throws -> String {
        let bucket = configuration.s3.scriptsBucket ?? configuration.aws.defaultBucket ?? root.bucket
        // Some files name the bucket, others its location.
        let place = try S3Location(S3Location.isS3(bucket) ? bucket : "s3://\(bucket)")
        let prefix = configuration.s3.scriptsPrefix ?? "scripts"
        return try place.appending(prefix).appending(
            "\(submission.stage.rawValue)/\(submission.timestamp)/\(submission.id)"
        ).description
    }

    // MARK: A container of InsightFlow

    private func imagePlan(
        _ stage: StageName, _ options: StageJobOptions, _ name: String, _ submission: Submission
    ) throws -> StageJobPlan {
        guard let image = options.image ?? configuration.processing.image else {
            throw IFError(
                .invalidConfiguration,
                "name the container image of InsightFlow in your registry, or give a script with --script (Docs/Jobs.md)",
                key: "processing.image")
        }
        var plan = try emptyPlan(stage, name, image: image)
        plan.job.entrypoint = ["insightflow-job"]
        var arguments = [stage.rawValue]
        if let file = configurationFile {
            let location = try "\(codeLocation(submission))/recsys.yaml"
            plan.uploads.append(.init(location: location, data: file))
            plan.job.inputs.append(
                .init(name: "config", location: location, localPath: "\(Self.folder)/input/config"))
            arguments += ["--config", "\(Self.folder)/input/config/recsys.yaml"]
        }
        if let givenRoot { arguments += ["--root", givenRoot] }
        try requireInputInBucket(for: stage)
        if let givenInput { arguments += ["--input", givenInput] }
        arguments += ["--seed", String(options.seed), "--progress", "json"]
        if options.compat { arguments.append("--compat") }
        if options.force { arguments.append("--force") }
        switch configuration.input.validation {
        case .lenient: arguments.append("--lenient")
        default: arguments.append("--strict")
        }
        plan.job.arguments = arguments
        plan.job.environment = [
            Mark.form: Mark.image, "AWS_REGION": region, "TMPDIR": "\(Self.folder)/tmp",
        ]
        // As this process stores objects, so shall the job.
        plan.job.environment.merge(environment.storeVariables) { own, _ in own }
        let count = plan.job.cluster.instanceCount
        if count > 1 {
            // A second machine would do the same work again: no stage's result is made of results of parts of its
            // input.
            plan.job.cluster.instanceCount = 1
            plan.notes.append(
                "'\(stage.rawValue)' computes over all of its input at once, so it runs on one machine instead of \(count); "
                    + "choose a larger one if need be")
        }
        return plan
    }

    /// A stage that reads the input needs it in a bucket.
    private func requireInputInBucket(for stage: StageName) throws {
        let source = configuration.inputSource(given: givenInput, root: givenRoot)
        for path in [source.path].compactMap({ $0 }) + source.tables.values where !S3Location.isS3(path) {
            throw IFError(
                .invalidArgument, "a job reads buckets; give the input as s3://bucket/prefix", key: path)
        }
        if source.path == nil, stage.readsInput {
            throw IFError(
                .invalidArgument, "this stage reads orders; give --input s3://… or set input.path", key: stage.rawValue)
        }
    }

    // MARK: A script in a container of AWS's

    private func scriptPlan(
        _ stage: StageName, _ script: String, _ options: StageJobOptions, _ name: String, _ submission: Submission
    ) async throws -> StageJobPlan {
        guard let outputs = scriptOutputs(stage) else {
            let able = StageName.allCases.filter { scriptOutputs($0) != nil }.map(\.rawValue).joined(separator: ", ")
            throw IFError(
                .unsupported, "no script takes the place of this stage; those that one can are \(able)",
                key: stage.rawValue)
        }
        let usesSpark = stage != .impute
        let image = usesSpark ? ContainerImage.spark : .scikitLearn
        var plan = try emptyPlan(stage, name, image: options.image ?? image.address(in: region))
        let code = try codeLocation(submission)
        let file = try Self.read(script)
        plan.uploads.append(.init(location: "\(code)/code/\(file.name)", data: file.data))
        plan.job.inputs = try await scriptInputs(stage, &plan.notes)
        try shard(options.sharded, in: &plan)
        plan.job.environment = [Mark.form: Mark.script, Mark.seed: String(options.seed)]
        plan.job.outputKey = try S3Settings(environment).encryption.key
        // Whoever publishes may have other settings; the manifest tells those of the job.
        let settings = Settings(
            configuration: try configuration.manifestValue, seed: options.seed, version: PipelineVersion.current)
        plan.uploads.append(
            .init(
                location: location(settingsKey(name, submission: submission.id)),
                data: Data(try ArtifactJSON.pretty(settings).utf8)))
        if usesSpark {
            plan.job.entrypoint = ["smspark-submit"]
            try addModules(options.modules, to: &plan, code)
            try addSparkSettings(to: &plan, code)
        } else {
            guard options.modules.isEmpty else {
                throw IFError(
                    .invalidArgument, "modules are given to Spark; the scikit-learn container takes one script",
                    key: "--py-files")
            }
            plan.job.entrypoint = ["python3"]
        }
        plan.job.entrypoint.append("\(Self.folder)/input/code/\(file.name)")
        plan.job.inputs.append(
            .init(name: "code", location: "\(code)/code/\(file.name)", localPath: "\(Self.folder)/input/code"))
        plan.job.arguments = options.arguments
        for (name, local) in outputs {
            plan.job.outputs.append(
                .init(
                    name: name, localPath: local,
                    location: location("\(stagingPrefix(plan.job.name))/\(name)/")))
        }
        if usesSpark {
            let events = "\(Self.folder)/spark-events/"
            plan.job.entrypoint.insert(contentsOf: ["--local-spark-event-logs-dir", events], at: 1)
            plan.job.outputs.append(
                .init(
                    name: "spark-events", localPath: events,
                    location: location("\(layout.debug.prefix)/spark-events"), isContinuous: true))
        }
        return plan
    }

    private func shard(_ names: [String], in plan: inout StageJobPlan) throws {
        for name in names {
            guard let index = plan.job.inputs.firstIndex(where: { $0.name == name }) else {
                throw IFError(
                    .invalidArgument,
                    "the stage has no such input; there is \(plan.job.inputs.map(\.name).joined(separator: ", "))",
                    key: "--shard \(name)")
            }
            plan.job.inputs[index].distribution = .shardedByKey
        }
    }

    private func addModules(_ modules: [String], to plan: inout StageJobPlan, _ code: String) throws {
        guard !modules.isEmpty else { return }
        var locations: [String] = []
        for module in modules {
            let file = try Self.read(module)
            locations.append("\(code)/modules/\(file.name)")
            plan.uploads.append(.init(location: "\(code)/modules/\(file.name)", data: file.data))
        }
        plan.job.entrypoint += ["--py-files", locations.joined(separator: ",")]
    }

    /// Spark reads its settings from a file of its own form.
    private func addSparkSettings(to plan: inout StageJobPlan, _ code: String) throws {
        guard let partitions = configuration.processing.shufflePartitions else { return }
        let settings: JSONValue = [
            [
                "Classification": "spark-defaults",
                "Properties": ["spark.sql.shuffle.partitions": .string(String(partitions))],
            ]
        ]
        let location = "\(code)/conf/configuration.json"
        plan.uploads.append(.init(location: location, data: Data(try ArtifactJSON.line(settings).utf8)))
        plan.job.inputs.append(.init(name: "conf", location: location, localPath: "\(Self.folder)/input/conf"))
    }

    private static func read(_ path: String) throws -> (name: String, data: Data) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        do {
            return (name, try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw IFError(.notFound, "the script cannot be read; check its path", file: path, cause: error)
        }
    }

    /// The families that a script's results go to, each with the folder of the container that holds them; `nil` for
    /// stages that a script cannot do.
    func scriptOutputs(_ stage: StageName) -> [(family: String, localPath: String)]? {
        func one(_ family: String) -> [(family: String, localPath: String)] { [(family, "\(Self.folder)/output")] }
        switch stage {
        case .impute: return one("imputed")
        case .ratings: return one("features")
        case .train: return one("models")
        case .evaluate: return one("evaluation")
        case .rerank: return one("reranked")
        case .segment:
            return ["user-segments", "segment-popularity"].map { ($0, "\(Self.folder)/output/\($0)") }
        default: return nil
        }
    }
}

extension StageName {
    /// Whether the stage reads orders and lines, rather than results of other stages alone.
    var readsInput: Bool { ![.train, .export, .report].contains(self) }
}
