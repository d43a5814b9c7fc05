internal import FoundationEssentials
internal import IFCore

/// The JSON with which metadata services hand out keys.
struct CredentialDocument: Decodable {
    var code: String?
    var message: String?
    var accessKey: String?
    var secretKey: String?
    var token: String?
    var expiration: String?

    private enum CodingKeys: String, CodingKey {
        case code = "Code"
        case message = "Message"
        case accessKey = "AccessKeyId"
        case secretKey = "SecretAccessKey"
        case token = "Token"
        case expiration = "Expiration"
    }

    /// The credentials in an answer.
    ///
    /// - Throws: ``IFError/Code/accessDenied``; never with the answer's text, which may hold keys.
    static func credentials(in response: HTTPResponse, from place: String) throws -> AWSCredentials {
        guard response.isSuccess else {
            throw IFError(.accessDenied, "\(place) refused to give credentials (HTTP \(response.status))")
        }
        guard let document = try? JSONDecoder().decode(CredentialDocument.self, from: response.body) else {
            throw IFError(.accessDenied, "\(place) did not answer with credentials; check its address")
        }
        if let code = document.code, code != "Success" {
            throw IFError(.accessDenied, "\(place) refused to give credentials: \(code) \(document.message ?? "")")
        }
        guard let access = document.accessKey, let secret = document.secretKey else {
            throw IFError(.accessDenied, "\(place) answered without keys; check the role it is to give")
        }
        return AWSCredentials(
            accessKey: access, secretKey: secret, sessionToken: document.token,
            expiration: try AWSCredentials.expiration(document.expiration, from: place))
    }
}

extension AWSCredentials {
    /// The time at which keys cease to work, `nil` where none is told.
    ///
    /// - Parameter place: Who tells it, for messages.
    /// - Throws: ``IFError/Code/accessDenied`` for a text that is no time: taken for none, the keys would be used until a
    ///   server refuses them.
    static func expiration(_ text: String?, from place: String) throws(IFError) -> Date? {
        guard let text else { return nil }
        guard let date = AWSTime.parse(text) else {
            throw IFError(
                .accessDenied, "\(place) tells an expiry of the keys that is no ISO 8601 time with a zone; mend it")
        }
        return date
    }
}
