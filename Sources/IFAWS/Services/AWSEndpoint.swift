internal import IFCore

/// Scheme, host and path under which a service is reached.
struct AWSEndpoint: Hashable, Sendable {
    /// `http` or `https`.
    var scheme: String
    /// What the header `Host` says: the usual port left out.
    var host: String
    /// What precedes every path, encoded: `/some/path`, or nothing.
    var base: String

    /// `scheme://host[:port]`.
    var origin: String { "\(scheme)://\(host)" }

    /// A host of AWS's own.
    init(host: String) {
        scheme = "https"
        self.host = host
        base = ""
    }

    /// Reads an address such as `http://127.0.0.1:9000`.
    ///
    /// - Parameters:
    ///   - service: For messages: "S3".
    ///   - variables: What to correct, for messages.
    /// - Throws: ``IFError/Code/invalidArgument`` for an endpoint that is no address.
    init(_ address: String, service: String, variables: String) throws(IFError) {
        // An address may carry a password; it is not repeated.
        let invalid = IFError(
            .invalidArgument,
            "the \(service) endpoint is no address such as https://host or http://host:port; correct \(variables)")
        guard let range = address.firstRange(of: "://") else { throw invalid }
        let scheme = address[..<range.lowerBound].lowercased()
        let rest = address[range.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard scheme == "http" || scheme == "https", !authority.isEmpty,
            !authority.contains(where: { $0 == "@" || $0 == "?" || $0 == "#" || $0.isWhitespace })
        else { throw invalid }
        self.scheme = scheme
        // Clients leave the usual port out of the header Host, and the signature covers it.
        let usual = scheme == "http" ? ":80" : ":443"
        host = String(authority.hasSuffix(usual) ? authority.dropLast(usual.count) : authority)
        base = rest.dropFirst(authority.count).split(separator: "/").map { "/" + PercentEncoding.encode($0) }.joined()
    }
}
