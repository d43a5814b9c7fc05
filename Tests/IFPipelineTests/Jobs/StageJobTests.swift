import Foundation
import IFAWS
import IFCore
import IFJobs
import IFTesting
import Testing

@testable import IFPipeline
@testable import IFStore

@Suite("Stages as jobs") struct StageJobTests {
    private static let yaml = """
        aws: {region: eu-west-1, role_arn: "arn:aws:iam::123456789012:role/recsys", default_bucket: shop}
        input: {path: "s3://shop/raw"}
        s3: {base_output: "s3://shop/recsys", scripts_prefix: code}
        processing: {instance_type: ml.m5.xlarge, instance_count: 3, volume_gb: 40, max_runtime_sec: 3600, image: "registry/if:1"}
        training: {instance_type: ml.r5.4xlarge, max_runtime_sec: 9000}
        inference: {instance_type: ml.c5.xlarge, instance_count: 2}
        """
    private static let now = Date(timeIntervalSince1970: 1_795_401_656)
    private static let environment = AWSEnvironment(variables: [
        "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    ])

    private func stages(
        _ yaml: String = yaml, input: String? = nil, root: String? = nil, file: Data? = nil
    ) throws -> StageJobs {
        try StageJobs(
            configuration: RecsysConfiguration.parse(yaml: yaml).configuration, input: input, root: root,
            configurationFile: file, environment: Self.environment)
    }

    @Test func machinesFollowTheStage() throws {
        let configuration = try RecsysConfiguration.parse(yaml: Self.yaml).configuration
        #expect(
            configuration.machines(for: .train) == .init(instanceType: "ml.r5.4xlarge", instanceCount: 3, volumeGB: 40))
        #expect(
            configuration.machines(for: .rerank) == .init(instanceType: "ml.c5.xlarge", instanceCount: 2, volumeGB: 40))
        #expect(
            configuration.machines(for: .impute) == .init(instanceType: "ml.m5.xlarge", instanceCount: 3, volumeGB: 40))
        #expect(
            configuration.maximumSeconds(for: .train) == 9000 && configuration.maximumSeconds(for: .segment) == 3600)
        let plain = RecsysConfiguration.default
        #expect(plain.machines(for: .train) == .init(instanceType: "ml.m5.xlarge", instanceCount: 1, volumeGB: 30))
        #expect(plain.maximumSeconds(for: .train) == 7200)
    }

    @Test func aStageInItsOwnImage() async throws {
        let file = Data("seg: {k: 3}\n".utf8)
        var options = StageJobOptions()
        options.environment = ["OMP_NUM_THREADS": "4"]
        let plan = try await stages(file: file).plan(.train, options, now: Self.now)
        try plan.job.validate()
        #expect(plan.job.name.hasPrefix("insightflow-train-20261123-024056-") && plan.job.name.utf8.count == 42)
        #expect(plan.job.image == "registry/if:1" && plan.job.entrypoint == ["insightflow-job"])
        #expect(
            plan.job.arguments == [
                "train", "--config", "/opt/ml/processing/input/config/recsys.yaml", "--seed", "42", "--progress",
                "json",
                "--strict",
            ])
        let id = plan.job.name.suffix(8)
        let code = "s3://shop/code/train/20261123-024056/\(id)/recsys.yaml"
        #expect(plan.uploads == [.init(location: code, data: file)])
        #expect(
            plan.job.inputs == [.init(name: "config", location: code, localPath: "/opt/ml/processing/input/config")])
        #expect(plan.job.outputs.isEmpty)
        #expect(plan.job.environment["INSIGHTFLOW_STAGE"] == "train")
        #expect(plan.job.environment["INSIGHTFLOW_ROOT"] == "s3://shop")
        #expect(plan.job.environment["OMP_NUM_THREADS"] == "4")
        #expect(plan.job.maximumSeconds == 9000 && plan.job.role.hasSuffix("role/recsys"))
        // Twice the machines would do the same work twice.
        #expect(plan.job.cluster.instanceCount == 1)
        #expect(plan.notes.count == 1 && plan.notes[0].contains("instead of 3"))
    }

    /// A second is long enough for several submissions: none may meet another's name or files.
    @Test func jobsOfOneSecondAreDifferentJobs() async throws {
        let stages = try stages(file: Data("seg: {k: 3}\n".utf8))
        for stage in StageName.allCases {
            var names: Set<String> = []
            var places: Set<String> = []
            var ids: Set<String> = []
            for _ in 0..<20 {
                let plan = try await stages.plan(stage, .init(), now: Self.now)
                try plan.job.validate()
                names.insert(plan.job.name)
                places.formUnion(plan.uploads.map(\.location))
                ids.insert(try #require(plan.job.environment["INSIGHTFLOW_SUBMISSION"]))
            }
            #expect(names.count == 20 && places.count == 20 && ids.count == 20)
            // Names sort by time.
            let later = try await stages.plan(stage, .init(), now: Self.now.addingTimeInterval(1))
            #expect(names.allSatisfy { $0 < later.job.name })
        }
        // A name of one's own gets files of its own, too, each time it is tried.
        var options = StageJobOptions()
        options.name = "mine"
        let first = try await stages.plan(.train, options, now: Self.now)
        let second = try await stages.plan(.train, options, now: Self.now)
        #expect(first.job.name == "mine" && second.job.name == "mine" && first.uploads != second.uploads)
    }

    @Test func whatWasGivenIsPassedOn() async throws {
        var options = StageJobOptions()
        options.compat = true
        options.force = true
        options.seed = 7
        options.name = "mine"
        options.image = "other:2"
        let plan = try await stages(
            Self.yaml + "\neval: {top_k: 5}\n", input: "s3://other/in", root: "s3://other/out"
        ).plan(.evaluate, options, now: Self.now)
        #expect(plan.job.name == "mine" && plan.job.image == "other:2")
        #expect(
            plan.job.arguments == [
                "evaluate", "--root", "s3://other/out", "--input", "s3://other/in", "--seed", "7", "--progress", "json",
                "--compat", "--force", "--strict",
            ])
        #expect(plan.job.inputs.isEmpty && plan.uploads.isEmpty)
    }

    @Test func placesAreBuckets() async throws {
        let local = #expect(throws: IFError.self) { try stages(root: "folder") }
        #expect(local?.code == .invalidArgument && local?.location.key == "folder")
        let nowhere = #expect(throws: IFError.self) { try stages("s3: {base_output: \"s3://shop/recsys\"}") }
        #expect(nowhere?.code == .invalidConfiguration && nowhere?.location.key == "aws.region")
        let input = await #expect(throws: IFError.self) {
            try await stages(input: "folder").plan(.ratings, .init(), now: Self.now)
        }
        #expect(input?.code == .invalidArgument && input?.location.key == "folder")
        let none = await #expect(throws: IFError.self) {
            try await stages(
                "aws: {region: r, role_arn: \"arn:aws:iam::123456789012:role/x\"}\nprocessing: {image: i}",
                root: "s3://shop/x"
            ).plan(.segment, .init(), now: Self.now)
        }
        #expect(none?.code == .invalidArgument && none?.location.key == "segment")
    }

    @Test func whatAScriptCannotDoIsRefused() async throws {
        var options = StageJobOptions()
        options.script = "x.py"
        let error = await #expect(throws: IFError.self) {
            try await stages().plan(.report, options, now: Self.now)
        }
        #expect(error?.code == .unsupported && error?.message.contains("impute, ratings, train") == true)
        options.script = "/nonexistent/x.py"
        let missing = await #expect(throws: IFError.self) {
            try await stages().plan(.ratings, options, now: Self.now)
        }
        #expect(missing?.code == .notFound && missing?.location.file == "/nonexistent/x.py")
    }

    @Test func everyStageThatAScriptCanDoHasItsFamilies() throws {
        let stages = try stages()
        for stage in StageName.allCases {
            guard let outputs = stages.scriptOutputs(stage) else { continue }
            let families = outputs.compactMap { output in stages.layout.named.first { $0.name == output.family }?.family
            }
            #expect(families == stages.layout.families(of: stage))
            #expect(Set(outputs.map(\.localPath)).count == outputs.count)
        }
    }

    @Test func aJobThatHasNotEndedOrIsNotOursIsRefused() async throws {
        func state(_ status: ProcessingJobStatus, _ variables: [String: String]) -> ProcessingJobState {
            ProcessingJobState(
                name: "n", arn: "a", status: status, created: Self.now, image: "i", instanceType: "t", instanceCount: 1,
                environment: variables, inputs: [], outputs: [])
        }
        let running = await #expect(throws: IFError.self) {
            try await stages().finish(state(.inProgress, ["INSIGHTFLOW_STAGE": "train"]))
        }
        #expect(running?.message.contains("has not ended") == true)
        let other = await #expect(throws: IFError.self) { try await stages().finish(state(.completed, [:])) }
        #expect(other?.message.contains("not submitted by insightflow") == true)
    }

    @Test func variablesOfThePipelineAreNotForOthers() async throws {
        for name in ["INSIGHTFLOW_FORM", "INSIGHTFLOW_SUBMISSION", "INSIGHTFLOW_ANYTHING"] {
            var options = StageJobOptions()
            options.environment = ["A": "1", name: "x"]
            let error = await #expect(throws: IFError.self) {
                try await stages().plan(.train, options, now: Self.now)
            }
            #expect(error?.code == .invalidArgument && error?.location.key == name)
        }
        // A root may be longer than a variable.
        let long = "s3://shop/" + String(repeating: "a/", count: 200)
        let plan = try await stages(root: long).plan(.train, .init(), now: Self.now)
        let mark = try #require(plan.job.environment["INSIGHTFLOW_ROOT"])
        #expect(mark.hasPrefix("sha256:") && mark.count == 71)
        let other = try stages(root: long + "b").rootMark
        #expect(other != mark)
    }

    // MARK: After the end

    private func state(
        _ stages: StageJobs, _ variables: [String: String] = [:], status: ProcessingJobStatus = .completed,
        ended: Date? = nil
    ) -> ProcessingJobState {
        let own = ["INSIGHTFLOW_STAGE": "train", "INSIGHTFLOW_FORM": "image", "INSIGHTFLOW_ROOT": stages.rootMark]
        var state = ProcessingJobState(
            name: "n", arn: "arn:n", status: status, created: Self.now, image: "i", instanceType: "t", instanceCount: 1,
            environment: own.merging(variables) { $1 }, inputs: [], outputs: [])
        state.ended = ended
        return state
    }

    /// A run of the models that was committed at a time, with these notes.
    private func makeRun(
        _ runs: RunStore, _ layout: ArtifactLayout, at seconds: Double, _ notes: [String: JSONValue],
        promoting: Bool = true
    ) async throws -> String {
        let time = Self.now.addingTimeInterval(seconds)
        let writer = try await runs.begin(layout.models, now: time)
        try writer.put(Data("x".utf8), at: "model.bin")
        let context = RunContext(now: { time })
        return try await writer.commit(manifest: RunManifestInfo(notes: notes), promoting: promoting, in: context).key
    }

    @Test func anotherRootIsRefusedWhateverBecameOfTheJob() async throws {
        let here = try stages(root: "s3://shop/here")
        let there = try stages(root: "s3://shop/there")
        for status in [ProcessingJobStatus.completed, .failed, .stopped] {
            let error = await #expect(throws: IFError.self) {
                try await there.finish(state(here, status: status, ended: Self.now))
            }
            #expect(error?.code == .invalidArgument && error?.message.contains("another root") == true)
            #expect(error?.location.file == "s3://shop/here")
        }
    }

    @Test func aJobIsToldItsOwnRunAndWhetherAnotherIsTheLatest() async throws {
        let stages = try stages()
        let runs = RunStore(store: MemoryStore())
        let early = try await makeRun(runs, stages.layout, at: 10, [:])
        let own = try await makeRun(runs, stages.layout, at: 100, ["submission": "aaaa"])
        let mine = state(stages, ["INSIGHTFLOW_SUBMISSION": "aaaa"], ended: Self.now.addingTimeInterval(110))
        var outcome = try await stages.published(mine, .train, runs)
        #expect(outcome.runs == [own] && outcome.overtaken == [] && outcome.wasPublished)
        // Others come afterwards; the job's run is still its own.
        let later = try await makeRun(runs, stages.layout, at: 200, ["submission": "bbbb"])
        outcome = try await stages.published(mine, .train, runs)
        #expect(outcome.runs == [own] && outcome.overtaken == [own])
        // A stage that found its run made already: the one that was the latest at the job's end.
        let idle = state(stages, ["INSIGHTFLOW_SUBMISSION": "cccc"], ended: Self.now.addingTimeInterval(50))
        outcome = try await stages.published(idle, .train, runs)
        #expect(outcome.runs == [early] && outcome.overtaken == [early])
        let last = state(stages, ["INSIGHTFLOW_SUBMISSION": "dddd"], ended: Self.now.addingTimeInterval(300))
        outcome = try await stages.published(last, .train, runs)
        #expect(outcome.runs == [later] && outcome.overtaken == [])
        // Of another configuration there is nothing here.
        let none = await #expect(throws: IFError.self) {
            try await stages.published(mine, .train, RunStore(store: MemoryStore()))
        }
        #expect(none?.code == .notFound && none?.message.contains("--root and --config") == true)
    }

    @Test func whatWasPublishedBeforeTellsWhatOvertookIt() async throws {
        let stages = try stages()
        let runs = RunStore(store: MemoryStore())
        let job = state(stages, ["INSIGHTFLOW_FORM": "script"])
        #expect(try await stages.publishedBefore(job, [stages.layout.models], runs) == nil)
        // Published, but not yet the latest: it becomes so.
        let own = try await makeRun(runs, stages.layout, at: 0, ["job": "arn:n"], promoting: false)
        let first = try await stages.publishedBefore(job, [stages.layout.models], runs)
        #expect(first?.runs == [own] && first?.overtaken == [] && first?.wasPublished == true)
        #expect(try await runs.latest(stages.layout.models)?.key == own)
        let newer = try await makeRun(runs, stages.layout, at: 60, ["job": "arn:other"])
        let second = try await stages.publishedBefore(job, [stages.layout.models], runs)
        #expect(second?.runs == [own] && second?.overtaken == [own])
        #expect(try await runs.latest(stages.layout.models)?.key == newer)
    }

    /// A stage of two families whose publishing ends between them: whoever comes next makes the one that is missing.
    @Test func aFamilyThatWasPublishedBeforeACrashKeepsItsRun() async throws {
        struct Crash: Error {}
        let stages = try stages()
        let layout = stages.layout
        let job = state(stages, ["INSIGHTFLOW_STAGE": "segment", "INSIGHTFLOW_FORM": "script"])
        let families = [
            (prefix: "w/user-segments/", family: layout.userSegments),
            (prefix: "w/segment-popularity/", family: layout.segmentPopularity),
        ]
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let runs = RunStore(store: store, scratch: folder)
            for (prefix, family) in families {
                for name in Set(family.latest?.renames?.keys.map { $0 } ?? []).union(["rows"]) {
                    try await store.put(Data(prefix.utf8), at: "\(prefix)\(name)", if: .always)
                }
            }
            func publish() async throws -> StageJobOutcome {
                var watch = PublishingClaim.Watch()
                let place = PublishingClaim.Place(store: store, key: "claim")
                guard let claim = try await PublishingClaim.take(place, &watch) else {
                    throw IFError(.conflict, "the claim is held")
                }
                return try await claim.holding {
                    try await stages.publish(job, .segment, families, claim, store, scratch: folder, in: RunContext())
                }
            }
            // The first family's run is stored; its promotion, or the other family's commit, never comes.
            let stored = Locked(0)
            await #expect(throws: Crash.self) {
                try await RunStep.$observer.withValue({ step in
                    guard step == .runStored else { return }
                    let count = stored.withLock { stored -> Int in
                        stored += 1
                        return stored
                    }
                    if count == 1 { throw Crash() }
                }) { _ = try await publish() }
            }
            let first = try await runs.runs(layout.segmentPopularity).filter { $0.manifest != nil }
            #expect(first.count == 1)
            #expect(try await runs.runs(layout.userSegments).allSatisfy { $0.manifest == nil })

            let outcome = try await publish()
            let popularity = try await runs.runs(layout.segmentPopularity).filter { $0.manifest != nil }
            #expect(popularity.map(\.name) == first.map(\.name))
            let segments = try await runs.runs(layout.userSegments).filter { $0.manifest != nil }
            #expect(segments.count == 1)
            #expect(try await runs.latest(layout.segmentPopularity)?.name == first.first?.name)
            #expect(try await runs.latest(layout.userSegments)?.name == segments.first?.name)
            #expect(
                outcome.runs == [
                    "\(layout.userSegments.prefix)/\(segments[0].name)",
                    "\(layout.segmentPopularity.prefix)/\(first[0].name)",
                ])
            #expect(outcome.overtaken == [])
            let again = try await stages.publishedBefore(job, families.map(\.family), runs)
            #expect(again?.runs == outcome.runs)
        }
    }

    @Test func manifestsTellTheJobsSettings() async throws {
        let stages = try stages(Self.yaml + "\nseg: {k: 9}\n")
        let store = MemoryStore()
        let job = state(stages, ["INSIGHTFLOW_SUBMISSION": "aaaa", "INSIGHTFLOW_SEED": "7"])
        // Jobs of versions before: nothing is known, and nothing is made up.
        var info = try await stages.manifest(job, .train, store, RunContext())
        #expect(info.configuration == .null && info.seed == 7 && info.notes["settings"] == "unknown")
        let settings = StageJobs.Settings(configuration: ["seg": ["k": 3]], seed: 8, version: "0.0.1")
        let key = stages.settingsKey("n", submission: "aaaa")
        try await store.put(Data(try ArtifactJSON.pretty(settings).utf8), at: key, if: .always)
        info = try await stages.manifest(job, .train, store, RunContext())
        #expect(info.configuration == ["seg": ["k": 3]] && info.seed == 8 && info.version == "0.0.1")
        #expect(info.notes["submission"] == "aaaa" && info.notes["settings"] == nil)
        try await store.put(Data("{}".utf8), at: key, if: .always)
        let torn = await #expect(throws: IFError.self) {
            try await stages.manifest(job, .train, store, RunContext())
        }
        #expect(torn?.code == .corruptFile)
    }

    // MARK: Batches

    @Test func recordsAreMadeByTheTemplate() throws {
        let template = #"{"n": 1, "messages": [{"content": [{"text": "A {profile} B {profile}"}]}]}"#
        let export = try BedrockExport(stages: stages(), model: "m", template: Data(template.utf8))
        let line = #"{"recordId":"REC1","modelInput":{"user_id":7,"segment":2}}"#
        let records = try export.records(of: Data((line + "\n" + line + "\n").utf8))
        let found = records.split(separator: UInt8(ascii: "\n"))
        #expect(found.count == 2)
        let profile = #"{\"segment\":2,\"user_id\":7}"#
        #expect(
            String(decoding: found[0], as: UTF8.self)
                == #"{"modelInput":{"messages":[{"content":[{"text":"A \#(profile) B \#(profile)"}]}],"n":1},"recordId":"REC1"}"#
        )
        for wrong in ["{}", "[]", "text", #"{"a":"profile"}"#, #"["{profile}"]"#] {
            #expect(throws: IFError.self) {
                try BedrockExport(stages: try stages(), model: "m", template: Data(wrong.utf8))
            }
        }
    }
}
