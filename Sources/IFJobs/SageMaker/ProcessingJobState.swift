public import FoundationEssentials
internal import IFCore

/// Where a job is in its life.
public struct ProcessingJobStatus: RawRepresentable, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The name as AWS knows it.
    public let rawValue: String

    /// Creates a status by name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Machines are being had, or work.
    public static let inProgress = ProcessingJobStatus(rawValue: "InProgress")
    /// Ended well; outputs are in their buckets.
    public static let completed = ProcessingJobStatus(rawValue: "Completed")
    /// Ended badly.
    public static let failed = ProcessingJobStatus(rawValue: "Failed")
    /// Asked to stop.
    public static let stopping = ProcessingJobStatus(rawValue: "Stopping")
    /// Stopped by somebody or by its time limit.
    public static let stopped = ProcessingJobStatus(rawValue: "Stopped")

    /// All there are today.
    public static var all: [ProcessingJobStatus] { [.inProgress, .completed, .failed, .stopping, .stopped] }

    /// Whether nothing will change any more.
    public var isFinal: Bool { [.completed, .failed, .stopped].contains(self) }

    /// The name.
    public var description: String { rawValue }
}

/// What AWS tells of a job.
public struct ProcessingJobState: Hashable, Sendable {
    /// A place that the job reads or writes.
    public struct Place: Hashable, Sendable {
        /// Its name in the job.
        public var name: String
        /// `s3://` location; empty for places of other kinds.
        public var location: String
    }

    /// The name.
    public var name: String
    /// The resource name.
    public var arn: String
    /// Where it is in its life.
    public var status: ProcessingJobStatus
    /// Why it failed, in AWS's words.
    public var failureReason: String?
    /// The last words of the container.
    public var exitMessage: String?
    /// When it was submitted.
    public var created: Date
    /// When its container started.
    public var started: Date?
    /// When it ended.
    public var ended: Date?
    /// The container image.
    public var image: String
    /// Machines.
    public var instanceType: String
    /// How many.
    public var instanceCount: Int
    /// Environment variables.
    public var environment: [String: String]
    /// What it reads.
    public var inputs: [Place]
    /// What it writes.
    public var outputs: [Place]

    /// Creates a state.
    package init(
        name: String, arn: String, status: ProcessingJobStatus, created: Date, image: String, instanceType: String,
        instanceCount: Int, environment: [String: String], inputs: [Place], outputs: [Place]
    ) {
        self.name = name
        self.arn = arn
        self.status = status
        self.created = created
        self.image = image
        self.instanceType = instanceType
        self.instanceCount = instanceCount
        self.environment = environment
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Whether this is what came of submitting a job, as far as AWS tells.
    package func isOf(_ job: ProcessingJob) -> Bool {
        name == job.name && image == job.image && environment == job.environment
            && instanceType == job.cluster.instanceType && instanceCount == job.cluster.instanceCount
            && inputs == job.inputs.map { Place(name: $0.name, location: $0.location) }
            && outputs == job.outputs.map { Place(name: $0.name, location: $0.location) }
    }

    /// Seconds from the start of the container, or else the submission, to the end or `now`.
    public func seconds(until now: Date) -> Double {
        max(0, (ended ?? now).timeIntervalSince(started ?? created))
    }
}

/// A job in a list.
public struct ProcessingJobSummary: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The resource name.
    public var arn: String
    /// Where it is in its life.
    public var status: ProcessingJobStatus
    /// Why it failed.
    public var failureReason: String?
    /// When it was submitted.
    public var created: Date
    /// When it ended.
    public var ended: Date?
}

// MARK: - JSON

extension ProcessingJobState {
    /// The answer to DescribeProcessingJob, as far as it is needed. Times are seconds since 1970.
    struct Answer: Decodable {
        struct Resources: Decodable {
            struct Cluster: Decodable {
                var InstanceType: String?
                var InstanceCount: Int?
            }
            var ClusterConfig: Cluster?
        }
        struct Specification: Decodable {
            var ImageUri: String
        }
        struct S3: Decodable {
            var S3Uri: String
        }
        struct Input: Decodable {
            var InputName: String
            var S3Input: S3?
        }
        struct Output: Decodable {
            var OutputName: String
            var S3Output: S3?
        }
        struct OutputConfiguration: Decodable {
            var Outputs: [Output]
        }
        var ProcessingJobName: String
        var ProcessingJobArn: String
        var ProcessingJobStatus: String
        var FailureReason: String?
        var ExitMessage: String?
        var CreationTime: Double
        var ProcessingStartTime: Double?
        var ProcessingEndTime: Double?
        var AppSpecification: Specification
        var ProcessingResources: Resources
        var Environment: [String: String]?
        var ProcessingInputs: [Input]?
        var ProcessingOutputConfig: OutputConfiguration?
    }

    init(_ answer: Answer) {
        let date = { (seconds: Double) in Date(timeIntervalSince1970: seconds) }
        name = answer.ProcessingJobName
        arn = answer.ProcessingJobArn
        status = ProcessingJobStatus(rawValue: answer.ProcessingJobStatus)
        failureReason = answer.FailureReason
        exitMessage = answer.ExitMessage
        created = date(answer.CreationTime)
        started = answer.ProcessingStartTime.map(date)
        ended = answer.ProcessingEndTime.map(date)
        image = answer.AppSpecification.ImageUri
        instanceType = answer.ProcessingResources.ClusterConfig?.InstanceType ?? ""
        instanceCount = answer.ProcessingResources.ClusterConfig?.InstanceCount ?? 1
        environment = answer.Environment ?? [:]
        inputs = (answer.ProcessingInputs ?? []).map { Place(name: $0.InputName, location: $0.S3Input?.S3Uri ?? "") }
        outputs = (answer.ProcessingOutputConfig?.Outputs ?? []).map {
            Place(name: $0.OutputName, location: $0.S3Output?.S3Uri ?? "")
        }
    }
}

extension ProcessingJobSummary {
    struct Answer: Decodable {
        var ProcessingJobName: String
        var ProcessingJobArn: String
        var ProcessingJobStatus: String
        var FailureReason: String?
        var CreationTime: Double
        var ProcessingEndTime: Double?
    }

    init(_ answer: Answer) {
        name = answer.ProcessingJobName
        arn = answer.ProcessingJobArn
        status = ProcessingJobStatus(rawValue: answer.ProcessingJobStatus)
        failureReason = answer.FailureReason
        created = Date(timeIntervalSince1970: answer.CreationTime)
        ended = answer.ProcessingEndTime.map { Date(timeIntervalSince1970: $0) }
    }
}
