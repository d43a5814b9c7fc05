extension RecsysConfiguration {
    /// `aws`: account and region.
    public struct AWS: Codable, Hashable, Sendable {
        /// Region, such as `eu-west-1`.
        public var region: String?
        /// Role that jobs run as.
        public var roleArn: String?
        /// Bucket where no other is named.
        public var defaultBucket: String?

        /// All defaults.
        public init() {}
    }

    /// `processing`: machines of the processing jobs.
    public struct Processing: Codable, Hashable, Sendable {
        /// Instance type, such as `ml.m5.xlarge`.
        public var instanceType: String?
        /// Instances, at least 1.
        public var instanceCount: Int?
        /// Disk per instance in GB, at least 1.
        public var volumeGb: Int?
        /// Longest run time in seconds, at least 1.
        public var maxRuntimeSec: Int?
        /// Partitions of a shuffle, at least 1.
        public var shufflePartitions: Int?
        /// Container image of InsightFlow in a registry; jobs without a script of their own run in it. InsightFlow's
        /// own key.
        public var image: String?

        /// All defaults.
        public init() {}
    }

    /// `training`: the model and the machines of its job.
    public struct Training: Codable, Hashable, Sendable {
        /// Instance type, such as `ml.m5.4xlarge`.
        public var instanceType: String?
        /// Instances, at least 1.
        public var instanceCount: Int?
        /// Disk per instance in GB, at least 1.
        public var volumeGb: Int?
        /// Longest run time in seconds, at least 1.
        public var maxRuntimeSec: Int?
        /// The factor model.
        public var als = ALS()

        /// All defaults.
        public init() {}
    }

    /// `inference`: recommending and the machines of its job.
    public struct Inference: Codable, Hashable, Sendable {
        /// Instance type.
        public var instanceType: String?
        /// Instances, at least 1.
        public var instanceCount: Int?
        /// Length of the lists, at least 1; see ``RecsysConfiguration/topK``.
        public var topK: Int?

        /// All defaults.
        public init() {}
    }
}

extension RecsysConfiguration.AWS: ConfigurationSection {
    static var fields: [Field<Self>] {
        [.text("region", \.region), .text("role_arn", \.roleArn), .text("default_bucket", \.defaultBucket)]
    }
}

extension RecsysConfiguration.Processing: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .text("instance_type", \.instanceType),
            .integer("instance_count", \.instanceCount, .atLeast(1)),
            .integer("volume_gb", \.volumeGb, .atLeast(1)),
            .integer("max_runtime_sec", \.maxRuntimeSec, .atLeast(1)),
            .integer("shuffle_partitions", \.shufflePartitions, .atLeast(1)),
            .text("image", \.image),
        ]
    }
}

extension RecsysConfiguration.Training: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .text("instance_type", \.instanceType),
            .integer("instance_count", \.instanceCount, .atLeast(1)),
            .integer("volume_gb", \.volumeGb, .atLeast(1)),
            .integer("max_runtime_sec", \.maxRuntimeSec, .atLeast(1)),
            .section("als", \.als),
        ]
    }
}

extension RecsysConfiguration.Inference: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .text("instance_type", \.instanceType),
            .integer("instance_count", \.instanceCount, .atLeast(1)),
            .integer("top_k", \.topK, .atLeast(1)),
        ]
    }
}
