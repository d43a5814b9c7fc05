import Foundation
import IFAWS
import IFCore
import IFJobs
import IFStore
import Testing

@testable import IFPipeline

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
