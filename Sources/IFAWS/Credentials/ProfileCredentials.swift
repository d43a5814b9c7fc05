internal import IFCore

/// Keys in the profile that `AWS_PROFILE` names, or in `default`.
///
/// Profiles that get their keys from single sign-on, another role or a program are refused with a way out.
public struct ProfileCredentials: AWSCredentialSource {
    private let environment: AWSEnvironment

    /// Creates a source that looks at this environment's files.
    public init(_ environment: AWSEnvironment) { self.environment = environment }

    /// The place, as a person would name it.
    public var name: String { "profile \(environment.profileName.name)" }

    /// The credentials, `nil` where the profile has none.
    ///
    /// - Throws: ``IFError/Code/unsupported``, ``IFError/Code/accessDenied``; ``IFError/Code/notFound`` where a
    ///   profile was asked for and is missing.
    public func load() throws -> AWSCredentials? {
        guard let profile = try environment.profile() else { return nil }
        if profile["sso_session"] != nil || profile["sso_start_url"] != nil { throw unsupported("single sign-on") }
        if profile["role_arn"] != nil { throw unsupported("another role (role_arn)") }
        let inCredentialsFile = try environment.profileInCredentialsFile()?["aws_access_key_id"] != nil
        if profile["credential_process"] != nil, !inCredentialsFile {
            throw unsupported("a program (credential_process)")
        }
        switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
        case (nil, nil):
            return nil
        case (let access?, let secret?) where !access.isEmpty && !secret.isEmpty:
            let token = profile["aws_session_token"].flatMap { $0.isEmpty ? nil : $0 }
            return AWSCredentials(accessKey: access, secretKey: secret, sessionToken: token)
        default:
            throw IFError(
                .accessDenied, "\(name) needs both aws_access_key_id and aws_secret_access_key; complete it")
        }
    }

    private func unsupported(_ way: String) -> IFError {
        IFError(
            .unsupported,
            "\(name) gets its keys from \(way), which this version cannot do; run "
                + "'aws configure export-credentials --format env' and use the variables it prints")
    }
}
