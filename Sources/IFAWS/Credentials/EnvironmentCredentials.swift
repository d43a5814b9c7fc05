internal import FoundationEssentials
internal import IFCore

/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary ones, `AWS_SESSION_TOKEN` and
/// `AWS_CREDENTIAL_EXPIRATION`.
public struct EnvironmentCredentials: AWSCredentialSource {
    private let environment: AWSEnvironment

    /// Creates a source that looks at this environment.
    public init(_ environment: AWSEnvironment) { self.environment = environment }

    /// The place, as a person would name it.
    public var name: String { "environment" }

    /// The credentials, `nil` where neither variable is set.
    ///
    /// - Throws: ``IFError/Code/accessDenied`` where only one of them is, or where they have expired.
    public func load() throws -> AWSCredentials? {
        switch (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) {
        case (nil, nil):
            return nil
        case (let access?, let secret?):
            let variable = "AWS_CREDENTIAL_EXPIRATION"
            let expiration = try AWSCredentials.expiration(environment[variable], from: variable)
            // Nobody renews them: variables of a process stay as they are.
            if let expiration, expiration <= Date() {
                throw IFError(
                    .accessDenied,
                    "the keys in the environment expired at \(expiration.formatted(.iso8601)); get new ones")
            }
            return AWSCredentials(
                accessKey: access, secretKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"],
                expiration: expiration)
        default:
            throw IFError(
                .accessDenied, "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither of them")
        }
    }
}
