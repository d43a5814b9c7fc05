internal import FoundationEssentials
internal import IFCore

/// Keys that the Security Token Service gives for a token of another identity provider: EKS roles for service
/// accounts (`AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`).
struct WebIdentityCredentials: AWSCredentialSource {
    let environment: AWSEnvironment
    let transport: any HTTPTransport

    var name: String { "web identity" }

    func load() async throws -> AWSCredentials? {
        guard let path = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
        guard let role = environment["AWS_ROLE_ARN"] else {
            throw IFError(.accessDenied, "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN; set both")
        }
        // Read each time: the file is renewed.
        let token = try SecretFile.read(path, naming: "AWS_WEB_IDENTITY_TOKEN_FILE")
        let form = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", environment["AWS_ROLE_SESSION_NAME"] ?? "insightflow"), ("WebIdentityToken", token),
        ].map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        // The token is the proof; the request carries no signature.
        var request = HTTPRequest(
            method: "POST", url: try endpoint() + "/",
            headers: [HTTPField("Content-Type", "application/x-www-form-urlencoded")], body: .data(Data(form.utf8)))
        request.limits = HTTPLimits(connect: 5, total: 30)
        let response = try await answer(to: request)
        let document = XMLElement.parse(response.body)
        guard response.isSuccess else {
            let code = document?.first("Code")?.text ?? "HTTP \(response.status)"
            throw IFError(.accessDenied, "the Security Token Service refused the web identity token: \(code)")
        }
        guard let keys = document?.first("Credentials"), let access = keys.first("AccessKeyId")?.text,
            let secret = keys.first("SecretAccessKey")?.text
        else { throw IFError(.accessDenied, "the Security Token Service answered without keys") }
        return AWSCredentials(
            accessKey: access, secretKey: secret, sessionToken: keys.first("SessionToken")?.text,
            expiration: (keys.first("Expiration")?.text).flatMap(AWSTime.parse))
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

    private func endpoint() throws -> String {
        if var url = try environment.endpoint(of: "sts") {
            while url.hasSuffix("/") { url.removeLast() }
            return url
        }
        let region = try environment.region() ?? "us-east-1"
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
