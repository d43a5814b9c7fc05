internal import FoundationEssentials
internal import IFCore

/// Keys in the profile that `AWS_PROFILE` names, or in `default`, or to which it leads: those of a role (`role_arn`) that the
/// Security Token Service gives for the keys of another profile (`source_profile`) or place (`credential_source`), or for a
/// token of another identity provider (`web_identity_token_file`); those that IAM Identity Center gives to who has signed
/// on (`sso_account_id`, `sso_role_name`); those of `aws login` (`login_session`); those that a program prints
/// (`credential_process`).
///
/// Profiles that get their keys from a role that demands a code are refused with a way out.
public struct ProfileCredentials: AWSCredentialSource {
    private let environment: AWSEnvironment
    private let transport: (any HTTPTransport)?
    private let now: @Sendable () -> Date

    /// Creates a source that looks at this environment's files.
    public init(_ environment: AWSEnvironment) { self.init(environment, transport: nil) }

    init(
        _ environment: AWSEnvironment, transport: (any HTTPTransport)?, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.environment = environment
        self.transport = transport
        self.now = now
    }

    /// The place, as a person would name it.
    public var name: String { Self.name(environment.profileName.name) }

    private static func name(_ profile: String) -> String { "profile \(profile)" }

    /// The credentials, `nil` where the profile has none.
    ///
    /// - Throws: ``IFError/Code/unsupported``, ``IFError/Code/accessDenied``; ``IFError/Code/notFound`` where a
    ///   profile was asked for and is missing.
    public func load() async throws -> AWSCredentials? {
        let (name, isExplicit) = environment.profileName
        return try await load(name, isExplicit: isExplicit, asking: [])
    }

    /// - Parameter asking: The profiles whose roles are to be had with this one's keys.
    private func load(_ profile: String, isExplicit: Bool, asking: [String]) async throws -> AWSCredentials? {
        guard let settings = try environment.profile(named: profile, isExplicit: isExplicit) else { return nil }
        // A profile that is its own source has keys of its own beside the role's name.
        if asking.last != profile {
            if let file = settings["web_identity_token_file"] {
                return try await webIdentity(file, profile, settings)
            }
            if let role = settings["role_arn"] { return try await assume(role, profile, settings, asking) }
        }
        if SignOnCredentials.isMeant(by: settings) {
            return try await SignOnCredentials(
                environment: environment, transport: try connection(), profile: profile, settings: settings, now: now
            ).load()
        }
        if try environment.profileInCredentialsFile(profile)?["aws_access_key_id"] == nil {
            if let session = settings["login_session"] {
                return try await LoginCredentials(
                    environment: environment, transport: try connection(), profile: profile, session: session,
                    now: now
                ).load()
            }
            if let command = settings["credential_process"] {
                return try await ProgramCredentials.load(command, profile: profile)
            }
        }
        return try keys(of: profile, settings)
    }

    /// The keys that stand in a profile, `nil` where none do: secret and token are of the file that has the access key, the
    /// credentials file first. A token of the other file belongs to other keys.
    private func keys(of profile: String, _ settings: [String: String]) throws -> AWSCredentials? {
        var file = try environment.profileInCredentialsFile(profile)
        if file?["aws_access_key_id"] == nil { file = try environment.profileInConfigurationFile(profile) }
        switch (file?["aws_access_key_id"], file?["aws_secret_access_key"]) {
        case (nil, nil) where settings["aws_secret_access_key"] == nil:
            guard settings["sso_session"] == nil, settings["sso_start_url"] == nil else {
                throw IFError(
                    .accessDenied,
                    "\(Self.name(profile)) signs on without sso_account_id and sso_role_name; add them, as 'aws configure "
                        + "sso --profile \(profile)' does")
            }
            return nil
        case (let access?, let secret?) where !access.isEmpty && !secret.isEmpty:
            // The older name first, as botocore looks.
            let token = (file?["aws_security_token"] ?? file?["aws_session_token"]).flatMap { $0.isEmpty ? nil : $0 }
            return AWSCredentials(accessKey: access, secretKey: secret, sessionToken: token)
        default:
            throw IFError(
                .accessDenied,
                "\(Self.name(profile)) needs both aws_access_key_id and aws_secret_access_key in one file; complete it")
        }
    }

    private func connection() throws -> any HTTPTransport {
        try transport ?? CurlEngine(try environment.connectionSettings())
    }

    // MARK: Roles

    private func assume(
        _ role: String, _ profile: String, _ settings: [String: String], _ asking: [String]
    ) async throws -> AWSCredentials {
        if settings["mfa_serial"] != nil { throw unsupported(profile, "a role that demands a code (mfa_serial)") }
        let transport = try connection()
        let keys = try await keys(for: profile, settings, asking, transport)
        var form = [
            ("Action", "AssumeRole"), ("RoleArn", role),
            ("RoleSessionName", settings["role_session_name"] ?? "insightflow"),
        ]
        if let id = settings["external_id"] { form.append(("ExternalId", id)) }
        if let text = settings["duration_seconds"] {
            guard let seconds = Int(text), seconds > 0 else {
                throw IFError(
                    .accessDenied, "duration_seconds of \(Self.name(profile)) is no number of seconds; correct it")
            }
            form.append(("DurationSeconds", String(seconds)))
        }
        return try await service(settings, transport).credentials(
            form, keys: keys, proof: "role of \(Self.name(profile))")
    }

    private func webIdentity(
        _ file: String, _ profile: String, _ settings: [String: String]
    ) async throws -> AWSCredentials {
        guard let role = settings["role_arn"] else {
            throw IFError(
                .accessDenied, "\(Self.name(profile)) has web_identity_token_file without role_arn; complete it")
        }
        return try await WebIdentityCredentials.assume(
            role, tokenFile: environment.expanded(file),
            naming: "web_identity_token_file of \(Self.name(profile))", session: settings["role_session_name"],
            service(settings, try connection()))
    }

    private func service(_ settings: [String: String], _ transport: any HTTPTransport) -> SecurityTokenService {
        SecurityTokenService(
            environment: environment, transport: transport,
            region: environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? settings["region"])
    }

    /// The keys with which a role is asked for.
    private func keys(
        for profile: String, _ settings: [String: String], _ asking: [String], _ transport: any HTTPTransport
    ) async throws -> AWSCredentials {
        let found: AWSCredentials?
        switch (settings["source_profile"], settings["credential_source"]) {
        case (let source?, nil):
            guard !asking.contains(source) else {
                throw IFError(
                    .accessDenied,
                    "the profiles \((asking + [profile, source]).joined(separator: ", ")) ask one another for keys in a "
                        + "circle; correct source_profile")
            }
            found = try await load(source, isExplicit: true, asking: asking + [profile])
        case (nil, "Environment"):
            found = try EnvironmentCredentials(environment).load()
        case (nil, "EcsContainer"):
            found = try await ContainerCredentials(environment: environment, transport: transport).load()
        case (nil, "Ec2InstanceMetadata"):
            found = try await InstanceCredentials(environment: environment, transport: transport).load()
        default:
            throw IFError(
                .accessDenied,
                "\(Self.name(profile)) has role_arn and needs either source_profile or a credential_source of Environment, "
                    + "EcsContainer or Ec2InstanceMetadata; complete it")
        }
        guard let found else {
            throw IFError(
                .accessDenied, "the source of \(Self.name(profile)) has no keys to ask for its role with; add them")
        }
        return found
    }

    private func unsupported(_ profile: String, _ way: String) -> IFError {
        IFError(
            .unsupported,
            "\(Self.name(profile)) gets its keys from \(way), which this version cannot do; run "
                + "'aws configure export-credentials --profile \(profile) --format env' and use the variables it prints"
        )
    }
}
