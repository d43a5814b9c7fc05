public import FoundationEssentials

/// Keys that sign requests. They describe themselves without their secrets, so that no log shows them.
public struct AWSCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Who signs; no secret.
    public let accessKey: String
    /// What signs.
    let secretKey: String
    /// Proof that the keys were handed out for a time.
    let sessionToken: String?
    /// When the keys cease to work, `nil` where they do not.
    public let expiration: Date?

    /// Creates credentials.
    public init(accessKey: String, secretKey: String, sessionToken: String? = nil, expiration: Date? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }

    /// A text of a server's without these secrets: it should not repeat them, and they do not come out even if it does.
    func redacted(_ text: String) -> String {
        [secretKey, sessionToken ?? ""].filter { !$0.isEmpty }.reduce(text) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "[removed]")
        }
    }

    /// The access key alone.
    public var description: String { "AWSCredentials(accessKey: \(accessKey))" }
    /// The access key alone.
    public var debugDescription: String { description }
    /// The access key alone.
    public var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey]) }
}

/// A place that may have credentials.
public protocol AWSCredentialSource: Sendable {
    /// The place, as a person would name it.
    var name: String { get }

    /// The credentials, `nil` where the place is not set up.
    ///
    /// - Throws: Where it is set up and does not work. The search ends there: falling through to the next place would
    ///   act as somebody else.
    func load() async throws -> AWSCredentials?
}

/// Credentials given in code.
public struct FixedCredentials: AWSCredentialSource {
    private let credentials: AWSCredentials

    /// Creates a source of these credentials.
    public init(_ credentials: AWSCredentials) { self.credentials = credentials }

    /// The place, as a person would name it.
    public var name: String { "given keys" }

    /// The credentials.
    public func load() -> AWSCredentials? { credentials }
}
