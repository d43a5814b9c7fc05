internal import IFCore

/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary ones, `AWS_SESSION_TOKEN`.
public struct EnvironmentCredentials: AWSCredentialSource {
    private let environment: AWSEnvironment

    /// Creates a source that looks at this environment.
    public init(_ environment: AWSEnvironment) { self.environment = environment }

    /// The place, as a person would name it.
    public var name: String { "environment" }

    /// The credentials, `nil` where neither variable is set.
    ///
    /// - Throws: ``IFError/Code/accessDenied`` where only one of them is.
    public func load() throws -> AWSCredentials? {
        switch (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) {
        case (nil, nil):
            return nil
        case (let access?, let secret?):
            return AWSCredentials(
                accessKey: access, secretKey: secret, sessionToken: environment["AWS_SESSION_TOKEN"])
        default:
            throw IFError(
                .accessDenied, "set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither of them")
        }
    }
}
