internal import FoundationEssentials
internal import IFCore

/// Keys of an EC2 instance's role, by version 2 of its metadata service; version 1, which any page that is fetched on
/// the instance's behalf could ask, is never used.
struct InstanceCredentials: AWSCredentialSource {
    let environment: AWSEnvironment
    let transport: any HTTPTransport

    var name: String { "EC2 instance" }

    func load() async throws -> AWSCredentials? {
        if environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" { return nil }
        let token: HTTPResponse
        do {
            token = try await send(
                "PUT", "/latest/api/token", [HTTPField("X-aws-ec2-metadata-token-ttl-seconds", "21600")])
        } catch is HTTPFailure {
            return nil  // Not on EC2.
        }
        guard token.isSuccess else { return nil }
        let headers = [HTTPField("X-aws-ec2-metadata-token", String(decoding: token.body, as: UTF8.self))]
        let place = "the instance's metadata service"
        do {
            let path = "/latest/meta-data/iam/security-credentials/"
            let roles = try await send("GET", path, headers)
            if roles.status == 404 { return nil }  // No role.
            guard roles.isSuccess,
                let role = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline).first
            else { throw IFError(.accessDenied, "\(place) named no role (HTTP \(roles.status))") }
            let answer = try await send("GET", path + PercentEncoding.encode(role), headers)
            return try CredentialDocument.credentials(in: answer, from: place)
        } catch let failure as HTTPFailure {
            throw IFError(.accessDenied, "\(place) stopped answering: \(failure.message)")
        }
    }

    private func send(_ method: String, _ path: String, _ headers: [HTTPField]) async throws -> HTTPResponse {
        let attempts =
            try environment.setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts").flatMap {
                Int($0)
            } ?? 1
        let seconds =
            try environment.setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout").flatMap { Double($0) }
            ?? 1
        var request = HTTPRequest(method: method, url: try base() + path, headers: headers)
        request.isDirect = true
        request.limits = HTTPLimits(connect: seconds, total: seconds)
        var attempt = 1
        while true {
            do {
                return try await transport.send(request)
            } catch is HTTPFailure where attempt < attempts {
                attempt += 1
            }
        }
    }

    private func base() throws -> String {
        if var endpoint = try environment.setting(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
        {
            while endpoint.hasSuffix("/") { endpoint.removeLast() }
            return endpoint
        }
        let mode = try environment.setting(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
        return mode?.lowercased() == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    }
}
