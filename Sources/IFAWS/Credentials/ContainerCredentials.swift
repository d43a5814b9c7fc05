internal import FoundationEssentials
internal import IFCore

/// Keys from the endpoint beside a container: ECS and SageMaker (`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`), EKS Pod
/// Identity (`AWS_CONTAINER_CREDENTIALS_FULL_URI`).
struct ContainerCredentials: AWSCredentialSource {
    let environment: AWSEnvironment
    let transport: any HTTPTransport
    /// Where the relative address counts from.
    var base = "http://169.254.170.2"

    var name: String { "container" }

    func load() async throws -> AWSCredentials? {
        guard let url = try url() else { return nil }
        var request = HTTPRequest(method: "GET", url: url)
        request.isDirect = true
        request.limits = HTTPLimits(connect: 1, total: 5)
        if let token = try authorizationToken() { request.headers.append(HTTPField("Authorization", token)) }
        let place = "the container's credential endpoint"
        for attempt in 1... {
            do {
                let response = try await transport.send(request)
                if response.status >= 500, attempt < 3 { continue }
                return try CredentialDocument.credentials(in: response, from: place)
            } catch let failure as HTTPFailure where failure.isTransient && attempt < 3 {
                try await Task.sleep(for: .milliseconds(100))
            } catch let failure as HTTPFailure {
                throw IFError(.accessDenied, "\(place) did not answer: \(failure.message)")
            }
        }
        return nil
    }

    private func url() throws -> String? {
        if let relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] { return base + relative }
        guard let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        guard Self.isTrusted(full) else {
            throw IFError(
                .accessDenied,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that is neither local nor reached over https; the "
                    + "token is not sent there")
        }
        return full
    }

    /// The token, read each time because the file is renewed.
    private func authorizationToken() throws -> String? {
        let token: String
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            token = try SecretFile.read(path, naming: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        } else if let value = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
            token = value
        } else {
            return nil
        }
        guard !token.contains(where: \.isNewline) else {
            throw IFError(.accessDenied, "the container's authorization token holds a line break; renew it")
        }
        return token
    }

    /// Whether a token may go to this address: over TLS, or to the machine itself or AWS's own link-local hosts.
    static func isTrusted(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
        guard !authority.contains("@") else { return false }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        let trusted = ["localhost", "127.0.0.1", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        return trusted.contains(host.lowercased())
    }
}
