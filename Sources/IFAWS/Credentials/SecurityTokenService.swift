internal import FoundationEssentials
internal import IFCore

/// The service that hands out temporary keys of roles.
struct SecurityTokenService {
    let environment: AWSEnvironment
    let transport: any HTTPTransport
    var region: String?
    var now: @Sendable () -> Date = { Date() }

    /// Asks for keys.
    ///
    /// - Parameters:
    ///   - form: The parameters; may hold secrets.
    ///   - keys: What signs; `nil` where a parameter is the proof.
    ///   - proof: What the service looks at, for messages: "web identity token".
    /// - Throws: ``IFError/Code/accessDenied``; never with the answer's text, which may hold keys.
    func credentials(_ form: [(String, String)], keys: AWSCredentials?, proof: String) async throws -> AWSCredentials {
        let text = ([("Version", "2011-06-15")] + form)
            .map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let response = try await transport.answer(
            to: try request(.data(Data(text.utf8)), keys), from: "the Security Token Service")
        let document = XMLElement.parse(response.body)
        guard response.isSuccess else {
            let code = document?.first("Code")?.text ?? "HTTP \(response.status)"
            throw IFError(.accessDenied, "the Security Token Service refused the \(proof): \(code)")
        }
        guard let found = document?.first("Credentials"), let access = found.first("AccessKeyId")?.text,
            let secret = found.first("SecretAccessKey")?.text
        else { throw IFError(.accessDenied, "the Security Token Service answered without keys") }
        return AWSCredentials(
            accessKey: access, secretKey: secret, sessionToken: found.first("SessionToken")?.text,
            expiration: try AWSCredentials.expiration(
                found.first("Expiration")?.text, from: "the Security Token Service"))
    }

    private func request(_ body: HTTPBody, _ keys: AWSCredentials?) throws -> HTTPRequest {
        let region = try self.region ?? environment.region() ?? "us-east-1"
        let endpoint =
            try environment.endpoint(of: "sts").map {
                try AWSEndpoint(
                    $0, service: "Security Token Service", variables: "AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL")
            } ?? AWSEndpoint(host: "sts.\(region).\(AWSPartition.domain(of: region))")
        let path = endpoint.base + "/"
        var request = HTTPRequest(
            method: "POST", url: endpoint.origin + path,
            headers: [HTTPField("Content-Type", "application/x-www-form-urlencoded")], body: body)
        request.limits = HTTPLimits(connect: 5, total: 30)
        guard let keys else { return request }
        let date = now()
        request.headers += [HTTPField("Host", endpoint.host), HTTPField("X-Amz-Date", AWSTime.compact(date))]
        if let token = keys.sessionToken { request.headers.append(HTTPField("X-Amz-Security-Token", token)) }
        let signed = SignatureV4.Request(
            method: "POST", path: path, headers: request.headers, payload: try BodyDigests(body).sha256, date: date)
        let authorization = SignatureV4(region: region, service: "sts").authorization(signed, keys)
        request.headers.append(HTTPField("Authorization", authorization))
        return request
    }
}
