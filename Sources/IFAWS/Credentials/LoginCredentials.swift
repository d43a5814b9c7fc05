internal import Crypto
internal import FoundationEssentials
internal import IFCore
internal import IFStore

/// Keys of somebody who has signed in to the console with `aws login`: profiles with `login_session`.
///
/// The file in `~/.aws/login/cache` (`AWS_LOGIN_CACHE_DIRECTORY`) holds keys for a quarter of an hour and what renews them.
/// Requests and file are those of botocore 1.44 (`credentials.LoginProvider`); that the renewal comes from who signed in is
/// proved by a signature of its own (RFC 9449, "OAuth 2.0 Demonstrating Proof of Possession").
struct LoginCredentials {
    let environment: AWSEnvironment
    let transport: any HTTPTransport
    let profile: String
    let session: String
    var now: @Sendable () -> Date = { Date() }

    /// Keys are renewed so many seconds before they expire.
    private static let renewal: TimeInterval = 5 * 60
    private static let service = "AWS Sign-In"

    /// The keys.
    ///
    /// - Throws: ``IFError/Code/accessDenied``, naming the profile and, where that is what is missing, the command that signs
    ///   in; never with a key or token.
    func load() async throws -> AWSCredentials {
        let digest = Hexadecimal.encode(SHA256.hash(data: Data(session.utf8)))
        let path = "\(environment.loginCache)/\(digest).json"
        guard let token = LoginMemory.shared.newer(than: Self.token(at: path), at: path) else {
            throw signIn("has not signed in: there is no token")
        }
        guard let keys = Self.keys(in: token) else { throw signIn("has a token without keys") }
        if let end = keys.expiration, end.timeIntervalSince(now()) > Self.renewal { return keys }
        return try await renew(token, keys, path)
    }

    private static func token(at path: String) -> [String: JSONValue]? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return try? JSONDecoder().decode([String: JSONValue].self, from: data)
    }

    /// The keys that a token holds.
    static func keys(in token: [String: JSONValue]) -> AWSCredentials? {
        guard case .object(let access)? = token["accessToken"], let key = access["accessKeyId"]?.plainText,
            let secret = access["secretAccessKey"]?.plainText, let proof = access["sessionToken"]?.plainText,
            let end = (access["expiresAt"]?.plainText).flatMap(AWSTime.parse)
        else { return nil }
        return AWSCredentials(accessKey: key, secretKey: secret, sessionToken: proof, expiration: end)
    }

    // MARK: Renewal

    /// The answer to CreateOAuth2Token.
    private struct Answer: Decodable {
        struct Keys: Decodable {
            var accessKeyId: String
            var secretAccessKey: String
            var sessionToken: String
        }
        var accessToken: Keys
        /// Seconds.
        var expiresIn: Double
        var refreshToken: String
    }

    private func renew(
        _ token: [String: JSONValue], _ old: AWSCredentials, _ path: String
    ) async throws -> AWSCredentials {
        guard let client = token["clientId"]?.plainText, let refresh = token["refreshToken"]?.plainText,
            let pem = token["dpopKey"]?.plainText, let key = try? P256.Signing.PrivateKey(pemRepresentation: pem)
        else { throw signIn("has a token that cannot be renewed") }
        let address = try address(token["signInRegion"]?.plainText) + "/v1/token"
        let fields = ["clientId": client, "grantType": "refresh_token", "refreshToken": refresh]
        var request = HTTPRequest(
            method: "POST", url: address,
            headers: [
                HTTPField("Content-Type", "application/json"), HTTPField("DPoP", try proof(of: key, for: address)),
            ], body: .data(try JSONEncoder().encode(fields)))
        request.limits = HTTPLimits(connect: 5, total: 30)
        let lasts = { (keys: AWSCredentials) in keys.expiration.map { $0 > now() } ?? false }
        let response: HTTPResponse
        do {
            response = try await transport.answer(to: request, from: Self.service)
        } catch let error as IFError {
            guard lasts(old) else { throw error }
            return old
        }
        guard response.isSuccess, let answer = try? JSONDecoder().decode(Answer.self, from: response.body) else {
            // Another process may have renewed them meanwhile, and with them what renews them.
            let present = LoginMemory.shared.newer(than: Self.token(at: path), at: path).flatMap(Self.keys) ?? old
            guard lasts(present) else {
                throw signIn("has to sign in again: renewal was refused (HTTP \(response.status))")
            }
            return present
        }
        var token = token
        var access: [String: JSONValue] = [:]
        if case .object(let present)? = token["accessToken"] { access = present }
        access["accessKeyId"] = .string(answer.accessToken.accessKeyId)
        access["secretAccessKey"] = .string(answer.accessToken.secretAccessKey)
        access["sessionToken"] = .string(answer.accessToken.sessionToken)
        access["expiresAt"] = .string(now().addingTimeInterval(answer.expiresIn).formatted(.iso8601))
        token["accessToken"] = .object(access)
        token["refreshToken"] = .string(answer.refreshToken)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try SecretFile.replace(path, with: try encoder.encode(token))
            LoginMemory.shared.keep(nil, at: path)
        } catch {
            // A home that cannot be written, as in containers: this process goes on with what it remembers.
            LoginMemory.shared.keep(token, at: path)
        }
        guard let keys = Self.keys(in: token) else { throw signIn("got keys without an end") }
        return keys
    }

    /// Where the service is, by the rules of botocore's data (`signin/endpoint-rule-set-1`).
    private func address(_ signInRegion: String?) throws -> String {
        if let address = try environment.endpoint(of: "signin") {
            let endpoint = try AWSEndpoint(
                address, service: Self.service, variables: "AWS_ENDPOINT_URL_SIGNIN or AWS_ENDPOINT_URL")
            return endpoint.origin + endpoint.base
        }
        let region = try signInRegion ?? environment.region() ?? "us-east-1"
        guard region.allSatisfy({ $0 == "-" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }) else {
            // It becomes a part of the host that the token goes to.
            throw signIn("has a token with a region that is none")
        }
        let domain =
            switch AWSPartition.domain(of: region) {
            case "amazonaws.com.cn": "signin.amazonaws.cn"
            case "amazonaws.com": region.hasPrefix("us-gov-") ? "signin.amazonaws-us-gov.com" : "signin.aws.amazon.com"
            default:
                throw IFError(
                    .unsupported, "\(Self.service) of \(region) is not known; set AWS_ENDPOINT_URL_SIGNIN", key: region)
            }
        return "https://\(region).\(domain)"
    }

    /// A signed statement that this request is made, now, by who has the key.
    private func proof(of key: P256.Signing.PrivateKey, for address: String) throws -> String {
        let point = key.publicKey.rawRepresentation
        let header: JSONValue = [
            "typ": "dpop+jwt", "alg": "ES256",
            "jwk": [
                "kty": "EC", "crv": "P-256", "x": .string(Self.base64(point.prefix(32))),
                "y": .string(Self.base64(point.suffix(32))),
            ],
        ]
        let payload: JSONValue = [
            "htm": "POST", "htu": .string(address), "iat": .integer(Int(now().timeIntervalSince1970)),
            "jti": .string(UUID().uuidString.lowercased()),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = try [header, payload].map { Self.base64(try encoder.encode($0)) }.joined(separator: ".")
        return "\(text).\(Self.base64(try key.signature(for: Data(text.utf8)).rawRepresentation))"
    }

    /// Base64 for addresses, without padding (RFC 7515).
    private static func base64(_ data: Data) -> String {
        String(
            data.base64EncodedString().prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    private func signIn(_ what: String) -> IFError {
        IFError(.accessDenied, "profile \(profile) \(what); run 'aws login --profile \(profile)'")
    }
}

extension JSONValue {
    /// A text, `nil` for values of other types.
    fileprivate var plainText: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
