internal import FoundationEssentials
internal import IFCore

/// Keys of a role that IAM Identity Center gives to somebody who has signed on with `aws sso login`: profiles with
/// `sso_account_id` and `sso_role_name`, and either an `sso_session` or `sso_start_url` and `sso_region`.
///
/// Requests and cache are those of botocore 1.44 (`credentials.SSOProvider`, `tokens.SSOTokenProvider`): GetRoleCredentials
/// with the cached access token, which is renewed fifteen minutes before its end where the profile names a session.
struct SignOnCredentials {
    let environment: AWSEnvironment
    let transport: any HTTPTransport
    let profile: String
    let settings: [String: String]
    var now: @Sendable () -> Date = { Date() }

    /// A token is renewed so many seconds before it expires.
    private static let renewal: TimeInterval = 15 * 60

    /// Whether a profile gets its keys so.
    static func isMeant(by settings: [String: String]) -> Bool {
        settings["sso_account_id"] != nil || settings["sso_role_name"] != nil
    }

    /// The role's keys.
    ///
    /// - Throws: ``IFError/Code/accessDenied``, naming the profile, and the command that signs on where that is what is
    ///   missing; never with a token.
    func load() async throws -> AWSCredentials {
        let settings = try complete()
        let token = try await token(settings)
        var endpoint = try endpoint(of: "sso", host: "portal.sso", settings.region)
        endpoint += "/federation/credentials?role_name=\(PercentEncoding.encode(settings.role))"
        endpoint += "&account_id=\(PercentEncoding.encode(settings.account))"
        var request = HTTPRequest(
            method: "GET", url: endpoint, headers: [HTTPField("x-amz-sso_bearer_token", token.accessToken)])
        request.limits = HTTPLimits(connect: 5, total: 30)
        let service = "IAM Identity Center"
        let response = try await transport.answer(to: request, from: service)
        guard response.isSuccess else { throw refusal(response, settings) }
        guard let keys = try? JSONDecoder().decode(RoleAnswer.self, from: response.body).roleCredentials else {
            throw IFError(.accessDenied, "\(service) answered \(Self.name(profile)) without keys; check sso_region")
        }
        return AWSCredentials(
            accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey, sessionToken: keys.sessionToken,
            expiration: Date(timeIntervalSince1970: keys.expiration / 1000))
    }

    /// The answer to GetRoleCredentials.
    private struct RoleAnswer: Decodable {
        struct Keys: Decodable {
            var accessKeyId: String
            var secretAccessKey: String
            var sessionToken: String
            /// Milliseconds since 1970.
            var expiration: Double
        }
        var roleCredentials: Keys
    }

    private func refusal(_ response: HTTPResponse, _ settings: Settings) -> IFError {
        let code = AWSServiceFailure(response, service: "").code
        if response.status == 401 { return signOn("was refused (\(code))") }
        return IFError(
            .accessDenied,
            "IAM Identity Center does not give the role \(settings.role) of account \(settings.account) to "
                + "\(Self.name(profile)): \(code); check sso_account_id and sso_role_name")
    }

    // MARK: Settings

    private struct Settings {
        var account: String
        var role: String
        var region: String
        var start: String
        /// `nil` for profiles of the older form, which name no session; their tokens are not renewed.
        var session: String?
    }

    /// The profile's settings joined with those of its session.
    private func complete() throws -> Settings {
        var settings = settings
        let session = settings["sso_session"]
        if let session {
            guard let shared = try environment.signOnSession(session) else {
                throw IFError(
                    .accessDenied,
                    "\(Self.name(profile)) names the sso-session '\(session)', which is not there; add [sso-session "
                        + "\(session)], or run 'aws configure sso --profile \(profile)'")
            }
            for (key, value) in shared {
                guard settings[key] ?? value == value else {
                    throw IFError(
                        .accessDenied,
                        "\(key) of \(Self.name(profile)) is not that of its sso-session '\(session)'; remove one")
                }
                settings[key] = value
            }
        }
        let missing = ["sso_account_id", "sso_role_name", "sso_start_url", "sso_region"].filter {
            settings[$0]?.isEmpty ?? true
        }
        guard let account = settings["sso_account_id"], let role = settings["sso_role_name"],
            let start = settings["sso_start_url"], let region = settings["sso_region"], missing.isEmpty
        else {
            throw IFError(
                .accessDenied,
                "\(Self.name(profile)) lacks \(missing.joined(separator: ", ")) for single sign-on; add it")
        }
        guard region.allSatisfy({ $0 == "-" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }) else {
            // It becomes a part of the host that the token goes to.
            throw IFError(.accessDenied, "sso_region of \(Self.name(profile)) is no region; correct it")
        }
        return Settings(account: account, role: role, region: region, start: start, session: session)
    }

    /// Where a service is; its own domain, unless it is redirected (`AWS_ENDPOINT_URL_SSO`, `AWS_ENDPOINT_URL_SSO_OIDC`).
    private func endpoint(of service: String, host: String, _ region: String) throws -> String {
        let endpoint =
            try environment.endpoint(of: service).map {
                try AWSEndpoint(
                    $0, service: "IAM Identity Center",
                    variables: "AWS_ENDPOINT_URL_\(service.uppercased()) or AWS_ENDPOINT_URL")
            } ?? AWSEndpoint(host: "\(host).\(region).\(AWSPartition.domain(of: region))")
        return endpoint.origin + endpoint.base
    }

    // MARK: Token

    /// A valid token, from the cache or renewed.
    private func token(_ settings: Settings) async throws -> SignOnToken {
        let cache = SignOnCache(folder: environment.signOnCache)
        let path = cache.path(of: settings.session ?? settings.start)
        guard var token = SignOnMemory.shared.newer(than: cache.token(at: path), at: path) else {
            throw signOn("has not signed on: there is no token")
        }
        guard var expiration = token.expiration else { throw signOn("has a token without an expiry") }
        if settings.session != nil, expiration.timeIntervalSince(now()) < Self.renewal, token.isRenewable(now()),
            let renewed = try await renew(token, settings, cache, path), let end = renewed.expiration
        {
            (token, expiration) = (renewed, end)
        }
        guard expiration > now() else { throw signOn("has to sign on again: its token has expired") }
        return token
    }

    /// The answer to CreateToken.
    private struct TokenAnswer: Decodable {
        var accessToken: String
        /// Seconds.
        var expiresIn: Double
        var refreshToken: String?
    }

    /// A new token, `nil` where the service gives none: then the old one serves as long as it lasts.
    private func renew(
        _ token: SignOnToken, _ settings: Settings, _ cache: SignOnCache, _ path: String
    ) async throws -> SignOnToken? {
        let fields = [
            "clientId": token.clientId, "clientSecret": token.clientSecret, "grantType": "refresh_token",
            "refreshToken": token.refreshToken,
        ]
        var request = HTTPRequest(
            method: "POST", url: try endpoint(of: "sso_oidc", host: "oidc", settings.region) + "/token",
            headers: [HTTPField("Content-Type", "application/json")],
            body: .data(try JSONEncoder().encode(fields.compactMapValues { $0 })))
        request.limits = HTTPLimits(connect: 5, total: 30)
        let response: HTTPResponse
        do {
            response = try await transport.answer(to: request, from: "IAM Identity Center")
        } catch let error as IFError {
            // The old token may still do; if not, the reason is that nobody answered.
            guard let end = token.expiration, end > now() else { throw error }
            return nil
        }
        guard response.isSuccess, let answer = try? JSONDecoder().decode(TokenAnswer.self, from: response.body) else {
            // Another process may have renewed it meanwhile, and with it what renews it.
            let present = cache.token(at: path)
            return present == token ? nil : present
        }
        var renewed = token
        renewed.startUrl = settings.start
        renewed.region = settings.region
        renewed.accessToken = answer.accessToken
        renewed.expiresAt = now().addingTimeInterval(answer.expiresIn).formatted(.iso8601)
        // As botocore does: what renews the token once may not do so a second time.
        renewed.refreshToken = answer.refreshToken
        do {
            try cache.store(renewed, at: path)
            SignOnMemory.shared.keep(nil, at: path)
        } catch {
            // A home that cannot be written, as in containers: this process goes on with what it remembers.
            SignOnMemory.shared.keep(renewed, at: path)
        }
        return renewed
    }

    private func signOn(_ what: String) -> IFError {
        IFError(.accessDenied, "\(Self.name(profile)) \(what); run 'aws sso login --profile \(profile)'")
    }

    private static func name(_ profile: String) -> String { "profile \(profile)" }
}
