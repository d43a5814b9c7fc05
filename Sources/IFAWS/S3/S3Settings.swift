internal import IFCore

/// How a bucket is spoken to.
public struct S3Settings: Hashable, Sendable {
    /// Where the bucket's name stands in an address.
    public struct Addressing: Hashable, Sendable {
        let name: String

        /// In the host, but in the path for other endpoints than AWS's and for buckets with dots, which no certificate
        /// covers.
        public static let automatic = Addressing(name: "automatic")
        /// `https://host/bucket/key`.
        public static let path = Addressing(name: "path")
        /// `https://bucket.host/key`.
        public static let virtualHost = Addressing(name: "virtualHost")
    }

    /// How S3 encrypts what it stores.
    public struct Encryption: Hashable, Sendable {
        let algorithm: String?
        /// Name of the key, where one is named.
        package let key: String?

        /// As the bucket says; nowadays never unencrypted.
        public static let bucketDefault = Encryption(algorithm: nil, key: nil)
        /// With keys of S3 (SSE-S3).
        public static let managedByS3 = Encryption(algorithm: "AES256", key: nil)
        /// With a key of the Key Management Service (SSE-KMS); without a name, with the account's for S3.
        public static func managedByKMS(_ key: String? = nil) -> Encryption {
            Encryption(algorithm: "aws:kms", key: key)
        }
    }

    /// What is done about servers that ask for patience, beside trying again later.
    public struct RetryMode: Hashable, Sendable {
        let name: String

        /// Nothing: each request waits for itself. AWS's usual mode.
        public static let standard = RetryMode(name: "standard")
        /// Requests are held back to the rate that the server bears, which is found out as AWS's own SDKs do. For many
        /// clients on one prefix, or servers that allow little; a single client on AWS is seldom faster for it.
        public static let adaptive = RetryMode(name: "adaptive")
    }

    /// The region, such as `eu-central-1`. A bucket elsewhere is found by the server's redirect.
    public var region: String
    /// `scheme://host[:port]` of a server other than AWS's; `nil` for AWS.
    public var endpoint: String?
    /// Where the bucket's name stands in an address.
    public var addressing: Addressing
    /// How S3 encrypts what it stores.
    public var encryption: Encryption
    /// Whether the caller pays for requests, as some public buckets demand.
    public var requesterPays: Bool
    /// Bytes of a part where objects are sent or fetched in parts; at least 5 MiB. Grown so that 10,000 parts suffice.
    public var partSize: Int
    /// The largest object that is copied with one request, in bytes: 5 GiB, the most that S3 allows, unless set lower. Larger
    /// ones are copied in parts.
    public var copyThreshold = 5 << 30
    /// Bytes of a part where an object is copied in parts; grown so that 10,000 parts suffice.
    public var copyPartSize = 1 << 30
    /// Parts and small objects under way at once.
    public var parallelTransfers: Int
    /// How often a request is tried.
    public var attempts: Int
    /// Whether requests are held back once the server asks for patience.
    public var retryMode = RetryMode.standard

    /// Creates settings; the defaults suit AWS.
    public init(
        region: String = "us-east-1", endpoint: String? = nil, addressing: Addressing = .automatic,
        encryption: Encryption = .bucketDefault, requesterPays: Bool = false, partSize: Int = 16 << 20,
        parallelTransfers: Int = 8, attempts: Int = 5
    ) {
        precondition(partSize >= 5 << 20, "S3 takes parts of at least 5 MiB")
        precondition(parallelTransfers > 0 && attempts > 0, "at least one transfer and one attempt are needed")
        self.region = region
        self.endpoint = endpoint
        self.addressing = addressing
        self.encryption = encryption
        self.requesterPays = requesterPays
        self.partSize = partSize
        self.parallelTransfers = parallelTransfers
        self.attempts = attempts
    }

    /// Settings that follow AWS's variables and profile: region, endpoint, `AWS_MAX_ATTEMPTS`, `AWS_RETRY_MODE`; and
    /// InsightFlow's own: `INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION` (`AES256` or `aws:kms`), `INSIGHTFLOW_S3_KMS_KEY_ID`,
    /// `INSIGHTFLOW_S3_REQUESTER_PAYS` (`true` or `false`).
    ///
    /// - Throws: ``IFError/Code/notFound`` for a profile that is named and missing;
    ///   ``IFError/Code/invalidArgument`` for a retry mode that AWS does not know, and for values that are not those named here.
    public init(_ environment: AWSEnvironment) throws {
        self.init()
        region = try environment.region() ?? region
        endpoint = try environment.endpoint(of: "s3")
        encryption = try Self.encryption(by: environment)
        requesterPays = try Self.requesterPays(by: environment)
        if let text = environment["AWS_MAX_ATTEMPTS"], let number = Int(text), number > 0 { attempts = number }
        switch try environment.retryMode() {
        case nil, "standard", "legacy": break
        case "adaptive": retryMode = .adaptive
        case .some(let other):
            throw IFError(
                .invalidArgument, "'\(other)' is no retry mode; set AWS_RETRY_MODE to standard or adaptive")
        }
    }
}
