internal import Crypto
internal import FoundationEssentials
internal import IFCore

/// The access token that `aws sso login` leaves in `~/.aws/sso/cache`, with what renews it. It describes itself without
/// its secrets.
///
/// The form of the file is that of botocore 1.44 (`tokens.py`), which other tools of AWS read and write, too.
struct SignOnToken: Codable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var startUrl: String?
    var region: String?
    var accessToken: String
    var expiresAt: String
    var clientId: String?
    var clientSecret: String?
    var registrationExpiresAt: String?
    var refreshToken: String?

    /// When the token ceases to work, `nil` where the file holds no time.
    var expiration: Date? { Self.time(expiresAt) }

    /// Whether all is there that renewal takes, and the registration of the client still counts.
    func isRenewable(_ now: Date) -> Bool {
        guard refreshToken != nil, clientId != nil, clientSecret != nil,
            let registration = registrationExpiresAt.flatMap(Self.time)
        else { return false }
        return registration > now
    }

    /// ISO 8601, or with `UTC` for `Z`, as the first versions of the AWS CLI wrote it.
    private static func time(_ text: String) -> Date? {
        AWSTime.parse(text.hasSuffix("UTC") ? text.dropLast(3) + "Z" : text)
    }

    var description: String { "SignOnToken(expiresAt: \(expiresAt))" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["expiresAt": expiresAt]) }
}

/// Where the tokens of `aws sso login` are kept.
struct SignOnCache {
    /// `~/.aws/sso/cache`.
    let folder: String

    /// The file of a session's token, or of a start address where the profile names no session.
    func path(of name: String) -> String {
        "\(folder)/\(Hexadecimal.encode(Insecure.SHA1.hash(data: Data(name.utf8)))).json"
    }

    /// The token in a file; `nil` where there is none or it is none.
    func token(at path: String) -> SignOnToken? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDecoder().decode(SignOnToken.self, from: data)
    }

    /// Replaces a token, whole or not at all; nobody but the user can read it.
    ///
    /// - Throws: ``IFError/Code/inputOutput``.
    func store(_ token: SignOnToken, at path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(token)
        try SecretFile.replace(path, with: data)
    }
}

/// Tokens that this process has renewed and could not write: without them, what renews the next ones would be lost.
final class SignOnMemory: Sendable {
    static let shared = SignOnMemory()
    private let tokens = Locked<[String: SignOnToken]>([:])

    func keep(_ token: SignOnToken?, at path: String) { tokens.withLock { $0[path] = token } }

    /// The token of the file, or the remembered one where it lasts longer. Without a file there is none: signing off removes
    /// it.
    func newer(than found: SignOnToken?, at path: String) -> SignOnToken? {
        guard let found, let kept = tokens.withLock({ $0[path] }), let end = kept.expiration else { return found }
        return (found.expiration.map { $0 >= end } ?? false) ? found : kept
    }
}
