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
        let response = try await answer(to: try request(.data(Data(text.utf8)), keys))
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
            expiration: (found.first("Expiration")?.text).flatMap(AWSTime.parse))
    }

    private func request(_ body: HTTPBody, _ keys: AWSCredentials?) throws -> HTTPRequest {
        let region = try self.region ?? environment.region() ?? "us-east-1"
        let origin = try endpoint(region)
        var request = HTTPRequest(
            method: "POST", url: origin + "/",
            headers: [HTTPField("Content-Type", "application/x-www-form-urlencoded")], body: body)
        request.limits = HTTPLimits(connect: 5, total: 30)
        guard let keys else { return request }
        let date = now()
        // Clients leave the usual port out of the header Host, and the signature covers it.
        var host = request.authority
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")]
        where origin.hasPrefix(scheme) && host.hasSuffix(port) { host.removeLast(port.count) }
        request.headers += [HTTPField("Host", host), HTTPField("X-Amz-Date", AWSTime.compact(date))]
        if let token = keys.sessionToken { request.headers.append(HTTPField("X-Amz-Security-Token", token)) }
        let path = String(request.url.dropFirst(origin.count - pathLength(origin)))
        let signed = SignatureV4.Request(
            method: "POST", path: path, headers: request.headers, payload: try BodyDigests(body).sha256, date: date)
        let authorization = SignatureV4(region: region, service: "sts").authorization(signed, keys)
        request.headers.append(HTTPField("Authorization", authorization))
        return request
    }

    /// Bytes of the path that an endpoint of another server may have.
    private func pathLength(_ origin: String) -> Int {
        guard let scheme = origin.firstRange(of: "://") else { return 0 }
        return origin[scheme.upperBound...].drop { $0 != "/" }.count
    }

    private func answer(to request: HTTPRequest) async throws -> HTTPResponse {
        for attempt in 1... {
            do {
                let response = try await transport.send(request)
                if attempt == 3 || !(response.status >= 500 || response.status == 429) { return response }
            } catch let failure as HTTPFailure {
                guard failure.isTransient, attempt < 3 else {
                    throw IFError(.accessDenied, "the Security Token Service did not answer: \(failure.message)")
                }
            }
            try await Task.sleep(for: .milliseconds(200 * attempt))
        }
        preconditionFailure("the third attempt ends the loop")
    }

    private func endpoint(_ region: String) throws -> String {
        if var url = try environment.endpoint(of: "sts") {
            while url.hasSuffix("/") { url.removeLast() }
            return url
        }
        return "https://sts.\(region).\(AWSPartition.domain(of: region))"
    }
}

/// Parts of AWS with domains of their own.
enum AWSPartition {
    static func domain(of region: String) -> String {
        if region.hasPrefix("cn-") { return "amazonaws.com.cn" }
        if region.hasPrefix("us-iso-") { return "c2s.ic.gov" }
        if region.hasPrefix("us-isob-") { return "sc2s.sgov.gov" }
        return "amazonaws.com"
    }
}
