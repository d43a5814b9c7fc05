public import IFStore

/// A SageMaker Processing job to be submitted: an image, what it runs, its machines, what it reads and writes.
public struct ProcessingJob: Hashable, Sendable {
    /// Objects that are copied to the machines before the container starts.
    public struct Input: Hashable, Sendable {
        /// How objects come to several machines.
        public struct Distribution: Hashable, Sendable {
            /// The name as AWS knows it.
            public let name: String

            /// Every machine gets all of them.
            public static let replicated = Distribution(name: "FullyReplicated")
            /// Every object goes to one machine.
            public static let shardedByKey = Distribution(name: "ShardedByS3Key")
        }

        /// Unique among the job's inputs.
        public var name: String
        /// `s3://` location; all objects whose keys begin so.
        public var location: String
        /// Folder in the container.
        public var localPath: String
        /// How objects come to several machines.
        public var distribution: Distribution

        /// Creates an input.
        public init(
            name: String, location: String, localPath: String, distribution: Distribution = .replicated
        ) {
            self.name = name
            self.location = location
            self.localPath = localPath
            self.distribution = distribution
        }
    }

    /// A folder of the container that is copied to a bucket.
    public struct Output: Hashable, Sendable {
        /// Unique among the job's outputs.
        public var name: String
        /// Folder in the container.
        public var localPath: String
        /// `s3://` location.
        public var location: String
        /// Whether files are copied as they are written, instead of when the container has ended well.
        public var isContinuous: Bool

        /// Creates an output.
        public init(name: String, localPath: String, location: String, isContinuous: Bool = false) {
            self.name = name
            self.localPath = localPath
            self.location = location
            self.isContinuous = isContinuous
        }
    }

    /// The machines.
    public struct Cluster: Hashable, Sendable {
        /// Such as `ml.m5.xlarge`.
        public var instanceType: String
        /// 1 to 100.
        public var instanceCount: Int
        /// Disk of each in GB, 1 to 16,384.
        public var volumeGB: Int

        /// Creates a description.
        public init(instanceType: String, instanceCount: Int = 1, volumeGB: Int = 30) {
            self.instanceType = instanceType
            self.instanceCount = instanceCount
            self.volumeGB = volumeGB
        }
    }

    /// Unique in account and region; at most 63 letters, digits and single hyphens.
    public var name: String
    /// Address of the container image.
    public var image: String
    /// What the container runs; the image's own entry point where empty.
    public var entrypoint: [String] = []
    /// Arguments of the entry point.
    public var arguments: [String] = []
    /// Environment variables. Everyone who can describe the job reads them.
    public var environment: [String: String] = [:]
    /// Role that the job acts as.
    public var role: String
    /// At most 10.
    public var inputs: [Input] = []
    /// At most 10.
    public var outputs: [Output] = []
    /// The key of the Key Management Service with which outputs are encrypted; as the bucket says where `nil`.
    public var outputKey: String?
    /// The machines.
    public var cluster: Cluster
    /// Seconds after which the job is stopped, 1 to 777,600.
    public var maximumSeconds: Int
    /// Tags for bookkeeping, at most 50.
    public var tags: [String: String] = [:]

    /// Creates a job; what has a default is empty.
    public init(name: String, image: String, role: String, cluster: Cluster, maximumSeconds: Int) {
        self.name = name
        self.image = image
        self.role = role
        self.cluster = cluster
        self.maximumSeconds = maximumSeconds
    }

    /// The body of CreateProcessingJob. Parts that are empty are left out where AWS takes no empty ones.
    public var request: JSONValue {
        var specification: [String: JSONValue] = ["ImageUri": .string(image)]
        if !entrypoint.isEmpty { specification["ContainerEntrypoint"] = .array(entrypoint.map { .string($0) }) }
        if !arguments.isEmpty { specification["ContainerArguments"] = .array(arguments.map { .string($0) }) }
        var results: [String: JSONValue] = ["Outputs": .array(outputs.map(\.request))]
        if let outputKey { results["KmsKeyId"] = .string(outputKey) }
        var body: [String: JSONValue] = [
            "ProcessingJobName": .string(name),
            "ProcessingResources": [
                "ClusterConfig": [
                    "InstanceType": .string(cluster.instanceType),
                    "InstanceCount": .integer(cluster.instanceCount),
                    "VolumeSizeInGB": .integer(cluster.volumeGB),
                ]
            ],
            "AppSpecification": .object(specification),
            "RoleArn": .string(role),
            "ProcessingInputs": .array(inputs.map(\.request)),
            "ProcessingOutputConfig": .object(results),
            "Environment": .object(environment.mapValues { .string($0) }),
            "StoppingCondition": ["MaxRuntimeInSeconds": .integer(maximumSeconds)],
        ]
        if !tags.isEmpty {
            body["Tags"] = .array(
                tags.sorted { $0.key < $1.key }.map { ["Key": .string($0.key), "Value": .string($0.value)] })
        }
        return .object(body)
    }
}

extension ProcessingJob.Input {
    var request: JSONValue {
        [
            "InputName": .string(name), "AppManaged": false,
            "S3Input": [
                "S3Uri": .string(location), "LocalPath": .string(localPath), "S3DataType": "S3Prefix",
                "S3InputMode": "File", "S3DataDistributionType": .string(distribution.name),
                "S3CompressionType": "None",
            ],
        ]
    }
}

extension ProcessingJob.Output {
    var request: JSONValue {
        [
            "OutputName": .string(name), "AppManaged": false,
            "S3Output": [
                "S3Uri": .string(location), "LocalPath": .string(localPath),
                "S3UploadMode": .string(isContinuous ? "Continuous" : "EndOfJob"),
            ],
        ]
    }
}
