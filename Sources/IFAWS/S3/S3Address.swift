internal import IFCore

/// Host and path under which a bucket is reached.
struct S3Address: Hashable, Sendable {
    /// `scheme://host[:port]`.
    var origin: String
    /// What the header `Host` says.
    var host: String
    /// What precedes the key, encoded: `/bucket`, or nothing.
    var path: String

    /// The address of a bucket in a region.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` for an endpoint that is no address.
    init(bucket: String, region: String, settings: S3Settings) throws(IFError) {
        let endpoint = try Self.endpoint(settings, region)
        let usesPath =
            switch settings.addressing {
            case .path: true
            case .virtualHost: false
            default: settings.endpoint != nil || !Self.isHostLabel(bucket)
            }
        host = usesPath ? endpoint.host : "\(bucket).\(endpoint.host)"
        origin = "\(endpoint.scheme)://\(host)"
        path = usesPath ? "\(endpoint.base)/\(PercentEncoding.encode(bucket))" : endpoint.base
    }

    private static func endpoint(_ settings: S3Settings, _ region: String) throws(IFError) -> AWSEndpoint {
        guard let endpoint = settings.endpoint else {
            return AWSEndpoint(host: "s3.\(region).\(AWSPartition.domain(of: region))")
        }
        return try AWSEndpoint(endpoint, service: "S3", variables: "AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL")
    }

    /// Whether the bucket's name can stand before the host's: certificates cover one label, in lower case.
    private static func isHostLabel(_ bucket: String) -> Bool {
        bucket.utf8.count <= 63 && bucket.first != "-" && bucket.last != "-"
            && bucket.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}
