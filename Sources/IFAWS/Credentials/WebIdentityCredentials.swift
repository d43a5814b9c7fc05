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
        return try await Self.assume(
            role, tokenFile: path, naming: "AWS_WEB_IDENTITY_TOKEN_FILE",
            session: environment["AWS_ROLE_SESSION_NAME"],
            SecurityTokenService(environment: environment, transport: transport))
    }

    /// The keys of a role for the token in a file.
    ///
    /// - Parameter setting: What names the file, for messages.
    static func assume(
        _ role: String, tokenFile: String, naming setting: String, session: String?, _ service: SecurityTokenService
    ) async throws -> AWSCredentials {
        // Read each time: the file is renewed.
        let token = try SecretFile.read(tokenFile, naming: setting)
        // The token is the proof; the request carries no signature.
        return try await service.credentials(
            [
                ("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", role),
                ("RoleSessionName", session ?? "insightflow"), ("WebIdentityToken", token),
            ], keys: nil, proof: "web identity token")
    }
}
