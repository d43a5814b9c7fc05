import Foundation
import IFCore
import IFJobs
import IFStore
import IFTesting
import Testing

@Suite("The request of a job") struct ProcessingJobTests {
    static func job() -> ProcessingJob {
        var job = ProcessingJob(
            name: "insightflow-ratings-20261123-024056-a1b2", image: "image:tag",
            role: "arn:aws:iam::111122223333:role/recsys", cluster: .init(instanceType: "ml.m5.xlarge"),
            maximumSeconds: 7200)
        job.entrypoint = ["smspark-submit", "/opt/ml/processing/input/code/x.py"]
        job.arguments = ["--top", "3"]
        job.environment = ["A_1": "b"]
        job.inputs = [.init(name: "op", location: "s3://shop/raw/op", localPath: "/opt/ml/processing/input/op")]
        job.outputs = [.init(name: "features", localPath: "/opt/ml/processing/output", location: "s3://shop/out")]
        return job
    }

    @Test func becomesJSON() throws {
        let expected = """
            {"ProcessingJobName": "insightflow-ratings-20261123-024056-a1b2",
             "ProcessingResources": {"ClusterConfig":
               {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}},
             "AppSpecification": {"ImageUri": "image:tag", "ContainerArguments": ["--top", "3"],
               "ContainerEntrypoint": ["smspark-submit", "/opt/ml/processing/input/code/x.py"]},
             "RoleArn": "arn:aws:iam::111122223333:role/recsys",
             "ProcessingInputs": [{"InputName": "op", "AppManaged": false, "S3Input": {
               "S3Uri": "s3://shop/raw/op", "LocalPath": "/opt/ml/processing/input/op", "S3DataType": "S3Prefix",
               "S3InputMode": "File", "S3DataDistributionType": "FullyReplicated", "S3CompressionType": "None"}}],
             "ProcessingOutputConfig": {"Outputs": [{"OutputName": "features", "AppManaged": false, "S3Output": {
               "S3Uri": "s3://shop/out", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}}]},
             "Environment": {"A_1": "b"},
             "StoppingCondition": {"MaxRuntimeInSeconds": 7200}}
            """
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(expected.utf8))
        #expect(Self.job().request == value)
        var plain = Self.job()
        plain.entrypoint = []
        plain.arguments = []
        plain.inputs[0].distribution = .shardedByKey
        plain.outputs[0].isContinuous = true
        plain.tags = ["team": "recsys"]
        plain.outputKey = "alias/recsys"
        guard case .object(let body) = plain.request else { throw IFError(.invalidData, "no object") }
        // AWS takes no empty lists of these.
        #expect(body["AppSpecification"] == ["ImageUri": "image:tag"])
        #expect(body["Tags"] == [["Key": "team", "Value": "recsys"]])
        let text = String(decoding: try JSONEncoder().encode(plain.request), as: UTF8.self)
        #expect(text.contains(#""KmsKeyId":"alias"#))
        #expect(text.contains("ShardedByS3Key") && text.contains("Continuous"))
    }

    /// The same job as the SageMaker SDK for Python writes it, where that file is at hand: every key and every value.
    @Test(
        .enabled(
            if: SharedData.has(ProcessingJobTests.reference), "\(SharedData.missing(ProcessingJobTests.reference))"))
    func isWhatTheSDKWrites() throws {
        let expected = try JSONDecoder().decode(
            JSONValue.self, from: Data(contentsOf: URL(filePath: SharedData.path(Self.reference))))
        let body = try Reader(expected)
        let cluster = try body["ProcessingResources"]["ClusterConfig"]
        var job = ProcessingJob(
            name: try body["ProcessingJobName"].text, image: try body["AppSpecification"]["ImageUri"].text,
            role: try body["RoleArn"].text,
            cluster: .init(
                instanceType: try cluster["InstanceType"].text, instanceCount: try cluster["InstanceCount"].number,
                volumeGB: try cluster["VolumeSizeInGB"].number),
            maximumSeconds: try body["StoppingCondition"]["MaxRuntimeInSeconds"].number)
        job.entrypoint = try body["AppSpecification"]["ContainerEntrypoint"].list.map { try $0.text }
        job.arguments = try body["AppSpecification"]["ContainerArguments"].list.map { try $0.text }
        job.inputs = try body["ProcessingInputs"].list.map { input in
            .init(
                name: try input["InputName"].text, location: try input["S3Input"]["S3Uri"].text,
                localPath: try input["S3Input"]["LocalPath"].text)
        }
        job.outputs = try body["ProcessingOutputConfig"]["Outputs"].list.map { output in
            .init(
                name: try output["OutputName"].text, localPath: try output["S3Output"]["LocalPath"].text,
                location: try output["S3Output"]["S3Uri"].text,
                isContinuous: try output["S3Output"]["S3UploadMode"].text == "Continuous")
        }
        #expect(job.request == expected)
        try job.validate()
    }

    static let reference = "tools/aws/processing_job_from_sdk.json"

    // MARK: Limits

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var change: @Sendable (inout ProcessingJob) -> Void
        var testDescription: String { what }
    }

    static let name64 = String(repeating: "a", count: 64)
    static let text257 = String(repeating: "x", count: 257)
    static let place = ProcessingJob.Input(
        name: "n", location: "s3://b/k", localPath: "/opt/ml/processing/input/n")

    @Test(arguments: [
        Case(what: "name") { $0.name = ProcessingJobTests.name64 }, Case(what: "name") { $0.name = "" },
        Case(what: "letters, digits and hyphens") { $0.name = "a_b" },
        Case(what: "letters, digits and hyphens") { $0.name = "-a" },
        Case(what: "ends with a letter or digit") { $0.name = "a-" },
        Case(what: "image") { $0.image = "" },
        Case(what: "role") { $0.role = "" },
        Case(what: "aws.role_arn") { $0.role = "arn:aws:iam::111122223333:user/somebody" },
        Case(what: "arguments: number") { $0.arguments = [String](repeating: "a", count: 101) },
        Case(what: "argument 2") { $0.arguments = ["a", ProcessingJobTests.text257] },
        Case(what: "entry point 1") { $0.entrypoint = [ProcessingJobTests.text257] },
        Case(what: "value of KEY") { $0.environment = ["KEY": ProcessingJobTests.text257] },
        Case(what: "1A") { $0.environment = ["1A": "x"] },
        Case(what: "inputs: number") { job in
            job.inputs = (0..<11).map {
                .init(name: "i\($0)", location: "s3://b/\($0)", localPath: "/opt/ml/processing/\($0)")
            }
        },
        Case(what: "outputs: number") { job in
            job.outputs = (0..<11).map {
                .init(name: "o\($0)", localPath: "/opt/ml/processing/\($0)", location: "s3://b/\($0)")
            }
        },
        Case(what: "two inputs") { $0.inputs = [ProcessingJobTests.place, ProcessingJobTests.place] },
        Case(what: "s3://") { $0.inputs[0].location = "file:///x" },
        Case(what: "/opt/ml/processing/") { $0.outputs[0].localPath = "/tmp/x" },
        Case(what: "location") { $0.inputs[0].location = "s3://b/" + String(repeating: "k", count: 1024) },
        Case(what: "instance_count") { $0.cluster.instanceCount = 101 },
        Case(what: "volume_gb") { $0.cluster.volumeGB = 16_385 },
        Case(what: "max_runtime_sec") { $0.maximumSeconds = 777_601 },
        Case(what: "tags") { job in job.tags = Dictionary(uniqueKeysWithValues: (0..<51).map { ("t\($0)", "") }) },
    ])
    func limitsAreCheckedBeforeAnythingIsSent(_ test: Case) async throws {
        var job = Self.job()
        try job.validate()
        test.change(&job)
        let error = #expect(throws: IFError.self) { try job.validate() }
        #expect(error?.code == .invalidArgument)
        #expect(error?.description.contains(test.what) == true, "\(error?.description ?? "")")
    }

    @Test func atTheLimitsAllIsWell() throws {
        var job = Self.job()
        job.name = String(repeating: "a", count: 63)
        job.arguments = [String](repeating: String(repeating: "x", count: 256), count: 100)
        job.inputs = (0..<10).map {
            .init(name: "i\($0)", location: "s3://b/\($0)", localPath: "/opt/ml/processing/\($0)")
        }
        job.cluster.instanceCount = 100
        job.maximumSeconds = 777_600
        try job.validate()
    }

    @Test func imagesLieInTheRegistryOfTheRegion() throws {
        #expect(
            try ContainerImage.spark.address(in: "us-west-2")
                == "153931337802.dkr.ecr.us-west-2.amazonaws.com/sagemaker-spark-processing:3.3-cpu-py39-v1.3")
        #expect(
            try ContainerImage.scikitLearn.address(in: "cn-north-1")
                == "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.2-1-cpu-py3")
        let error = #expect(throws: IFError.self) { try ContainerImage.spark.address(in: "mars-1") }
        #expect(error?.code == .unsupported && error?.location.key == "mars-1")
    }
}

/// Walks a JSON value.
struct Reader {
    let value: JSONValue

    init(_ value: JSONValue) throws { self.value = value }

    subscript(_ key: String) -> Reader {
        get throws {
            guard case .object(let members) = value else { throw IFError(.typeMismatch, "no object at \(key)") }
            guard let member = members[key] else { throw IFError(.missingColumn, "\(key) is missing") }
            return try Reader(member)
        }
    }

    var text: String {
        get throws {
            guard case .string(let text) = value else { throw IFError(.typeMismatch, "no text") }
            return text
        }
    }

    var number: Int {
        get throws {
            guard case .integer(let number) = value else { throw IFError(.typeMismatch, "no number") }
            return number
        }
    }

    var list: [Reader] {
        get throws {
            guard case .array(let items) = value else { throw IFError(.typeMismatch, "no list") }
            return try items.map(Reader.init)
        }
    }
}
