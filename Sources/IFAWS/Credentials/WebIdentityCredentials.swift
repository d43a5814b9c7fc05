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
        // The token is the proof; the request carries no signature.
        return try await SecurityTokenService(environment: environment, transport: transport).credentials(
            [
                ("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", role),
                ("RoleSessionName", environment["AWS_ROLE_SESSION_NAME"] ?? "insightflow"), ("WebIdentityToken", token),
            ], keys: nil, proof: "web identity token")
    }
}
