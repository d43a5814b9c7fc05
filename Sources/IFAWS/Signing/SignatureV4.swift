internal import Crypto
internal import FoundationEssentials

/// AWS Signature Version 4: proves with a shared secret who sent a request, and that it was not changed.
///
/// 1. The canonical request: method, path, query and headers in one agreed form, and the body's digest.
/// 2. The string to sign: date, scope and the digest of 1.
/// 3. The signing key: the secret, keyed in turn with day, region and service.
/// 4. The signature: HMAC-SHA256 of 2 with 3.
///
/// See "Create a signed AWS API request" in the AWS General Reference. S3 differs in that its paths are encoded once
/// and never tidied.
struct SignatureV4: Sendable {
    var region: String
    var service: String
    /// Where step 3 is kept from one request to the next.
    var keys = SigningKeys()

    /// What is signed.
    struct Request: Hashable, Sendable {
        var method: String
        /// Exactly as it stands in the request line, encoded once.
        var path: String
        /// Names and values before encoding.
        var query: [HTTPField] = []
        /// All headers to sign, `Host` among them.
        var headers: [HTTPField]
        /// SHA-256 of the body in hexadecimal digits, or ``unsignedPayload``.
        var payload: String
        var date: Date
    }

    /// What comes out, with the steps for comparison.
    struct Signed: Hashable, Sendable {
        var canonicalRequest: String
        var stringToSign: String
        var signature: String
        var signedHeaders: String
        var scope: String
    }

    /// The digest of an empty body.
    static let emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /// In place of a digest: the body is not part of the signature.
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// The value of the header `Authorization`.
    func authorization(_ request: Request, _ credentials: AWSCredentials) -> String {
        let signed = sign(request, credentials)
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(signed.scope), "
            + "SignedHeaders=\(signed.signedHeaders), Signature=\(signed.signature)"
    }

    /// The query, signature included, of an address that anyone may open until it expires.
    ///
    /// - Parameter seconds: 1 to 604,800, a week.
    func presignedQuery(_ request: Request, _ credentials: AWSCredentials, seconds: Int) -> [HTTPField] {
        var request = request
        let names = request.headers.map { $0.name.lowercased() }.sorted(by: Self.precedes)
        let time = AWSTime.compact(request.date)
        request.query += [
            HTTPField("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            HTTPField("X-Amz-Credential", "\(credentials.accessKey)/\(scope(time))"),
            HTTPField("X-Amz-Date", time),
            HTTPField("X-Amz-Expires", String(seconds)),
            HTTPField("X-Amz-SignedHeaders", names.joined(separator: ";")),
        ]
        if let token = credentials.sessionToken { request.query.append(HTTPField("X-Amz-Security-Token", token)) }
        return request.query + [HTTPField("X-Amz-Signature", sign(request, credentials).signature)]
    }

    func sign(_ request: Request, _ credentials: AWSCredentials) -> Signed {
        let (headers, names) = Self.canonicalHeaders(request.headers)
        let canonical = [
            request.method, canonicalPath(request.path), Self.canonicalQuery(request.query), headers, names,
            request.payload,
        ].joined(separator: "\n")
        let time = AWSTime.compact(request.date)
        let scope = scope(time)
        let text = [
            "AWS4-HMAC-SHA256", time, scope,
            Hexadecimal.encode(SHA256.hash(data: Data(canonical.utf8))),
        ].joined(separator: "\n")
        let signature = HMAC<SHA256>.authenticationCode(
            for: Data(text.utf8), using: keys.key(credentials.secretKey, scope: scope))
        return Signed(
            canonicalRequest: canonical, stringToSign: text, signature: Hexadecimal.encode(signature),
            signedHeaders: names, scope: scope)
    }

    private func scope(_ time: String) -> String {
        "\(time.prefix(8))/\(region)/\(service)/aws4_request"
    }

    private func canonicalPath(_ path: String) -> String {
        if service == "s3" { return path.isEmpty ? "/" : path }
        return PercentEncoding.encode(Self.withoutDotSegments(path), keepingSlashes: true)
    }

    /// RFC 3986, section 5.2.4, but for the end, and single slashes.
    private static func withoutDotSegments(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        // The RFC ends "/a/b/." with a slash; the AWS SDKs, and so the services, do not.
        return "/" + parts.joined(separator: "/") + (path.hasSuffix("/") && !parts.isEmpty ? "/" : "")
    }

    static func canonicalQuery(_ query: [HTTPField]) -> String {
        query.map { HTTPField(PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { $0.name == $1.name ? precedes($0.value, $1.value) : precedes($0.name, $1.name) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Lines of name and value, each ended by a line feed, and the names.
    private static func canonicalHeaders(_ headers: [HTTPField]) -> (lines: String, names: String) {
        var values: [String: [String]] = [:]
        for header in headers { values[header.name.lowercased(), default: []].append(collapsed(header.value)) }
        let names = values.keys.sorted(by: precedes)
        let lines = names.map { "\($0):\(values[$0, default: []].joined(separator: ","))\n" }
        return (lines.joined(), names.joined(separator: ";"))
    }

    /// Without space at the ends, and with one space for several.
    private static func collapsed(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 <= 0x20 }) else { return value }
        return value.utf8.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
            .map { String(decoding: Array($0), as: UTF8.self) }.joined(separator: " ")
    }

    /// By code point, which is the order of UTF-8; Swift's own order of strings is another.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
