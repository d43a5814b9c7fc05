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
        let (scheme, host, base) = try Self.endpoint(settings, region)
        let usesPath =
            switch settings.addressing {
            case .path: true
            case .virtualHost: false
            default: settings.endpoint != nil || !Self.isHostLabel(bucket)
            }
        self.host = usesPath ? host : "\(bucket).\(host)"
        origin = "\(scheme)://\(self.host)"
        path = usesPath ? "\(base)/\(PercentEncoding.encode(bucket))" : base
    }

    private static func endpoint(
        _ settings: S3Settings, _ region: String
    ) throws(IFError) -> (scheme: String, host: String, base: String) {
        guard let endpoint = settings.endpoint else {
            return ("https", "s3.\(region).\(AWSPartition.domain(of: region))", "")
        }
        guard let range = endpoint.firstRange(of: "://") else { throw invalid(endpoint) }
        let scheme = endpoint[..<range.lowerBound].lowercased()
        let rest = endpoint[range.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        let base = rest.dropFirst(authority.count)
        guard scheme == "http" || scheme == "https", !authority.isEmpty,
            !authority.contains(where: { $0 == "@" || $0 == "?" || $0 == "#" || $0.isWhitespace })
        else { throw invalid(endpoint) }
        // Clients leave the usual port out of the header Host, and the signature covers it.
        let usual = scheme == "http" ? ":80" : ":443"
        let host = authority.hasSuffix(usual) ? authority.dropLast(usual.count) : authority
        let path = base.split(separator: "/").map { "/" + PercentEncoding.encode($0) }.joined()
        return (scheme, String(host), path)
    }

    private static func invalid(_ endpoint: String) -> IFError {
        // An address may carry a password; it is not repeated.
        IFError(
            .invalidArgument,
            "the S3 endpoint is no address such as https://host or http://host:port; correct "
                + "AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL")
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
