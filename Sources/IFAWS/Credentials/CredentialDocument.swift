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
            expiration: document.expiration.flatMap(AWSTime.parse))
    }
}
