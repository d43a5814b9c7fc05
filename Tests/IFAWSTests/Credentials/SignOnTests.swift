import Crypto
import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

/// Profiles whose keys IAM Identity Center gives.
@Suite("Single sign-on") struct SignOnTests {
    /// Now, for all these tests: on a slow machine no keys expire meanwhile. Near the true time, which botocore goes by.
    static let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    static let config = """
        [sso-session shop]
        sso_start_url = https://shop.awsapps.com/start
        sso_region = eu-central-1
        sso_registration_scopes = sso:account:access
        [profile session]
        sso_session = shop
        sso_account_id = 123456789012
        sso_role_name = Shop Admin
        [profile plain]
        sso_start_url = https://shop.awsapps.com/start
        sso_region = cn-north-1
        sso_account_id = 123456789012
        sso_role_name = Shop/Admin+
        [profile role]
        role_arn = arn:aws:iam::1:role/x
        source_profile = session
        [profile lost]
        sso_session = nowhere
        sso_account_id = 1
        sso_role_name = r
        [profile torn]
        sso_session = shop
        sso_region = eu-west-1
        sso_account_id = 1
        sso_role_name = r
        [profile half]
        sso_session = shop
        sso_role_name = r
        [profile bare]
        sso_session = shop
        [profile elsewhere]
        sso_start_url = https://shop.awsapps.com/start
        sso_region = evil.example/
        sso_account_id = 1
        sso_role_name = r
        """

    private static let role = """
        {"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "its-secret", "sessionToken": "its-token",
         "expiration": 4070908800000}}
        """
    private static let renewed = """
        {"accessToken": "renewed-access", "tokenType": "Bearer", "expiresIn": 3600, "refreshToken": "renewed-refresh"}
        """
    private static let secrets = [
        "old-access", "old-refresh", "client-secret", "renewed-access", "renewed-refresh", "its-secret", "its-token",
    ]

    /// A home with the profiles above and a token that lasts so many seconds; `nil`: none.
    struct Home {
        let folder: String
        var variables: [String: String] { ["HOME": folder, "AWS_EC2_METADATA_DISABLED": "true"] }

        func path(of name: String) -> String {
            let digest = Insecure.SHA1.hash(data: Data(name.utf8)).map { String(format: "%02x", $0) }.joined()
            return "\(folder)/.aws/sso/cache/\(digest).json"
        }

        func token(of name: String) throws -> [String: String] {
            try JSONDecoder().decode([String: String].self, from: Data(contentsOf: URL(filePath: path(of: name))))
        }

        func write(_ token: [String: String], of name: String) throws {
            try JSONEncoder().encode(token).write(to: URL(filePath: path(of: name)))
        }
    }

    static func token(lasting seconds: Double, isRenewable: Bool = true) -> [String: String] {
        let time = { (seconds: Double) in Self.now.addingTimeInterval(seconds).formatted(.iso8601) }
        var token = [
            "startUrl": "https://shop.awsapps.com/start", "region": "eu-central-1", "accessToken": "old-access",
            "expiresAt": time(seconds),
        ]
        if isRenewable {
            token.merge([
                "clientId": "client", "clientSecret": "client-secret", "refreshToken": "old-refresh",
                "registrationExpiresAt": time(86_400),
            ]) { $1 }
        }
        return token
    }

    static func withHome(_ token: [String: String]?, _ body: (Home) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let home = Home(folder: folder)
            try FileManager.default.createDirectory(
                atPath: "\(folder)/.aws/sso/cache", withIntermediateDirectories: true)
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/.aws/config"))
            if let token {
                try home.write(token, of: "shop")
                try home.write(token, of: "https://shop.awsapps.com/start")
            }
            try await body(home)
        }
    }

    private func load(
        _ profile: String, _ home: Home, _ transport: ScriptedTransport
    ) async throws -> AWSCredentials? {
        let environment = AWSEnvironment(variables: home.variables.merging(["AWS_PROFILE": profile]) { $1 })
        return try await ProfileCredentials(environment, transport: transport, now: { Self.now }).load()
    }

    /// The error, which tells no secret.
    private func failure(
        _ profile: String, _ home: Home, _ transport: ScriptedTransport,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async -> IFError? {
        let error = await #expect(throws: IFError.self, sourceLocation: sourceLocation) {
            _ = try await load(profile, home, transport)
        }
        for secret in Self.secrets {
            #expect(error?.description.contains(secret) == false, "\(secret)", sourceLocation: sourceLocation)
        }
        #expect(error?.description.contains("profile \(profile)") == true, sourceLocation: sourceLocation)
        return error
    }

    private func body(_ request: HTTPRequest) throws -> [String: String] {
        guard case .data(let data) = request.body else { return [:] }
        return try JSONDecoder().decode([String: String].self, from: data)
    }

    @Test(arguments: [
        ("session", "https://portal.sso.eu-central-1.amazonaws.com/federation/credentials?role_name=Shop%20Admin"),
        ("plain", "https://portal.sso.cn-north-1.amazonaws.com.cn/federation/credentials?role_name=Shop%2FAdmin%2B"),
    ])
    func aTokenIsKeysOfARole(_ profile: String, _ address: String) async throws {
        try await Self.withHome(Self.token(lasting: 3600)) { (home) async throws -> Void in
            let transport = ScriptedTransport { _ in .make(200, Self.role) }
            let found = try #require(try await load(profile, home, transport))
            #expect(found.accessKey == "ASIASSO" && found.secretKey == "its-secret")
            #expect(found.sessionToken == "its-token" && found.expiration == Date(timeIntervalSince1970: 4_070_908_800))
            let request = try #require(transport.requests.first)
            #expect(transport.requests.count == 1 && request.method == "GET")
            #expect(request.url == "\(address)&account_id=123456789012")
            #expect(request.header("x-amz-sso_bearer_token") == "old-access" && request.header("Authorization") == nil)
        }
    }

    @Test func aTokenIsRenewedInTimeAndKept() async throws {
        try await Self.withHome(Self.token(lasting: 600)) { (home) async throws -> Void in
            let transport = ScriptedTransport { .make(200, $0.method == "POST" ? Self.renewed : Self.role) }
            #expect(try await load("session", home, transport)?.accessKey == "ASIASSO")
            let requests = transport.requests
            #expect(requests.map(\.method) == ["POST", "GET"])
            #expect(requests[0].url == "https://oidc.eu-central-1.amazonaws.com/token")
            #expect(
                try body(requests[0]) == [
                    "clientId": "client", "clientSecret": "client-secret", "grantType": "refresh_token",
                    "refreshToken": "old-refresh",
                ])
            #expect(requests[1].header("x-amz-sso_bearer_token") == "renewed-access")
            let kept = try home.token(of: "shop")
            #expect(kept["accessToken"] == "renewed-access" && kept["refreshToken"] == "renewed-refresh")
            #expect(kept["clientSecret"] == "client-secret" && kept["registrationExpiresAt"] != nil)
            let end = try #require(kept["expiresAt"].flatMap { try? Date($0, strategy: .iso8601) })
            #expect(abs(end.timeIntervalSince(Self.now) - 3600) < 1)
            let path = home.path(of: "shop")
            let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(rights?.intValue == 0o600)
            // Nothing but the two tokens lies there.
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home.folder)/.aws/sso/cache").count == 2)
            // It lasts an hour now.
            _ = try await load("session", home, transport)
            #expect(transport.requests.map(\.method) == ["POST", "GET", "GET"])
        }
    }

    @Test func whatCannotBeRenewedServesToItsEnd() async throws {
        let refusing = { @Sendable (request: HTTPRequest) -> HTTPResponse in
            request.method == "POST"
                ? .make(400, #"{"error":"invalid_grant","error_description":"old-refresh"}"#) : .make(200, Self.role)
        }
        try await Self.withHome(Self.token(lasting: 600)) { (home) async throws -> Void in
            let transport = ScriptedTransport(refusing)
            #expect(try await load("session", home, transport)?.accessKey == "ASIASSO")
            #expect(transport.requests.last?.header("x-amz-sso_bearer_token") == "old-access")
            // Profiles without a session are not renewed.
            let plain = ScriptedTransport(refusing)
            _ = try await load("plain", home, plain)
            #expect(plain.requests.map(\.method) == ["GET"])
        }
        try await Self.withHome(Self.token(lasting: -10)) { (home) async throws -> Void in
            for (profile, methods) in [("session", ["POST"]), ("plain", [])] {
                let transport = ScriptedTransport(refusing)
                let error = await failure(profile, home, transport)
                #expect(error?.code == .accessDenied)
                #expect(error?.message.contains("aws sso login --profile \(profile)") == true)
                #expect(transport.requests.map(\.method) == methods)
            }
        }
        // Another process renewed it between our look and our request.
        try await Self.withHome(Self.token(lasting: -10)) { (home) async throws -> Void in
            var other = Self.token(lasting: 3600)
            other["accessToken"] = "others-access"
            let written = other
            let transport = ScriptedTransport { request in
                if request.method == "POST" { try home.write(written, of: "shop") }
                return refusing(request)
            }
            #expect(try await load("session", home, transport)?.accessKey == "ASIASSO")
            #expect(transport.requests.last?.header("x-amz-sso_bearer_token") == "others-access")
        }
        // A registration that is over is not tried.
        var stale = Self.token(lasting: 600)
        stale["registrationExpiresAt"] = "2020-06-17T10:02:08UTC"
        try await Self.withHome(stale) { (home) async throws -> Void in
            let transport = ScriptedTransport(refusing)
            _ = try await load("session", home, transport)
            #expect(transport.requests.map(\.method) == ["GET"])
        }
    }

    @Test func whoHasNotSignedOnIsToldHow() async throws {
        let none = ScriptedTransport { _ in .make(200, Self.role) }
        try await Self.withHome(nil) { (home) async throws -> Void in
            for profile in ["session", "plain"] {
                let error = await failure(profile, home, none)
                #expect(error?.message.contains("run 'aws sso login --profile \(profile)'") == true)
            }
            try Data("{\"accessToken\": 1}".utf8).write(to: URL(filePath: home.path(of: "shop")))
            #expect(await failure("session", home, none)?.code == .accessDenied)
        }
        try await Self.withHome(["accessToken": "old-access", "expiresAt": "soon"]) { (home) async throws -> Void in
            #expect(await failure("session", home, none)?.message.contains("aws sso login") == true)
        }
        #expect(none.requests.isEmpty)
        try await Self.withHome(Self.token(lasting: 3600)) { (home) async throws -> Void in
            let revoked = ScriptedTransport { _ in
                .make(
                    401, #"{"message":"Session token not found: old-access"}"#,
                    ["x-amzn-errortype": "UnauthorizedException:"])
            }
            let error = await failure("session", home, revoked)
            #expect(error?.message.contains("UnauthorizedException") == true)
            #expect(error?.message.contains("aws sso login --profile session") == true)
            let closed = ScriptedTransport { _ in .make(403, #"{"message":"No access","__type":"ForbiddenException"}"#)
            }
            let other = await failure("session", home, closed)
            #expect(other?.message.contains("ForbiddenException; check sso_account_id and sso_role_name") == true)
            let silent = ScriptedTransport { _ in throw HTTPFailure.network }
            let dead = await #expect(throws: IFError.self) { try await load("session", home, silent) }
            #expect(dead?.code == .accessDenied && silent.requests.count == 3)
            let odd = ScriptedTransport { _ in .make(200, #"{"roleCredentials": {"secretAccessKey": "its-secret"}}"#) }
            #expect(await failure("session", home, odd)?.message.contains("without keys") == true)
        }
    }

    @Test(arguments: [
        ("lost", "sso-session 'nowhere', which is not there"), ("torn", "sso_region of profile torn is not that"),
        ("half", "lacks sso_account_id"), ("bare", "without sso_account_id and sso_role_name"),
        ("elsewhere", "sso_region of profile elsewhere is no region"),
    ])
    func incompleteProfilesAreErrors(_ profile: String, _ text: String) async throws {
        try await Self.withHome(Self.token(lasting: 3600)) { (home) async throws -> Void in
            let transport = ScriptedTransport { _ in .make(200, Self.role) }
            let error = await failure(profile, home, transport)
            #expect(error?.code == .accessDenied && error?.message.contains(text) == true, "\(error?.message ?? "")")
            // The token goes nowhere.
            #expect(transport.requests.isEmpty)
        }
    }

    @Test func rolesMayBeAskedForWithTheseKeys() async throws {
        try await Self.withHome(Self.token(lasting: 3600)) { (home) async throws -> Void in
            let transport = ScriptedTransport { request in
                .make(
                    200,
                    request.url.contains("portal.sso")
                        ? Self.role
                        : "<R><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey></Credentials></R>"
                )
            }
            #expect(try await load("role", home, transport)?.accessKey == "ASIAROLE")
            #expect(transport.requests.last?.header("Authorization")?.contains("Credential=ASIASSO/") == true)
        }
    }

    @Test func renewedTokensThatCannotBeWrittenAreRemembered() throws {
        let memory = SignOnMemory()
        let token = { (access: String, end: String) in SignOnToken(accessToken: access, expiresAt: end) }
        let old = token("old", "2026-11-23T01:00:00Z")
        #expect(memory.newer(than: old, at: "p") == old && memory.newer(than: nil, at: "p") == nil)
        let new = token("new", "2026-11-23T02:00:00Z")
        memory.keep(new, at: "p")
        #expect(memory.newer(than: old, at: "p") == new && memory.newer(than: old, at: "q") == old)
        // Signed on again since, or off.
        let later = token("later", "2026-11-23T03:00:00Z")
        #expect(memory.newer(than: later, at: "p") == later && memory.newer(than: nil, at: "p") == nil)
        #expect(throws: IFError.self) { try SignOnCache(folder: "/nonexistent").store(new, at: "/nonexistent/x") }
    }

    @Test func tokensDoNotShowThemselves() {
        let token = SignOnToken(
            accessToken: "old-access", expiresAt: "2026-11-23T01:00:00Z", clientSecret: "client-secret",
            refreshToken: "old-refresh")
        var dumped = ""
        dump([token] as [Any], to: &dumped)
        for text in ["\(token)", String(reflecting: token), "\(token as Optional)", dumped] {
            #expect(text.contains("2026-11-23") && !Self.secrets.contains { text.contains($0) }, "\(text)")
        }
    }

    // MARK: Servers

    /// Over connections, from variables alone, to a server that knows one token.
    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing))
    func aServerGivesKeysForATokenThatItRenews() async throws {
        let server = try #require(try LoopbackServer.withSession.get())
        var token = Self.token(lasting: -10)
        token["clientSecret"] = "a-client-secret/that+never=shows"
        token["refreshToken"] = "a-refresh-token/that+never=shows"
        try await Self.withHome(token) { (home) async throws -> Void in
            let place = "\(server.endpoint)/credentials/sso"
            let variables = home.variables.merging([
                "AWS_PROFILE": "session", "AWS_ENDPOINT_URL_SSO": place, "AWS_ENDPOINT_URL_SSO_OIDC": place,
            ]) { $1 }
            let session = try AWSSession(environment: AWSEnvironment(variables: variables))
            let found = try await session.credentials.credentials()
            #expect(found.accessKey == LoopbackServer.accessKey && found.secretKey == LoopbackServer.secretKey)
            #expect(found.sessionToken == LoopbackServer.sessionToken)
            #expect(try home.token(of: "shop")["accessToken"] == "an-access-token/that+never=shows")

            var wrong = try home.token(of: "shop")
            wrong["accessToken"] = "another-token/that+never=shows"
            try home.write(wrong, of: "shop")
            let error = await #expect(throws: IFError.self) {
                try await AWSSession(environment: AWSEnvironment(variables: variables)).credentials.credentials()
            }
            #expect(error?.message.contains("aws sso login --profile session") == true)
            #expect(error?.description.contains("that+never=shows") == false)
        }
    }

    /// A request as both sides tell it.
    private struct Asked: Decodable, Equatable {
        var method: String
        var target: String
        var body: [String: String]?
        var token: String?
        var authorization: String?
        var type: String?
    }

    private struct Reference: Decodable {
        var version: String
        var requests: [Asked]
        var keys: [String]?
        var expires: Int?
        var error: String?
    }

    /// Requests, keys and kept tokens are botocore's.
    @Test(
        .enabled(if: S3Python.interpreter != nil, S3Python.missing), arguments: ["session", "plain"],
        [3600.0, 600, -10])
    func botocoreAsksTheSame(_ profile: String, _ seconds: Double) async throws {
        for isRefused in [false, true] {
            let answers: [String: [(Int, String)]] = [
                "/token": [isRefused ? (400, #"{"error":"invalid_grant"}"#) : (200, Self.renewed)],
                "/federation/credentials": [(200, Self.role)],
            ]
            let token = Self.token(lasting: seconds)
            try await Self.withHome(token) { (home) async throws -> Void in
                let given = answers.mapValues { "[" + $0.map { "[\($0.0),\($0.1)]" }.joined(separator: ",") + "]" }
                let text = "{" + given.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
                let output = try S3Python.output(
                    of: [S3Python.script("s3/sign_on.py"), home.folder, profile, text])
                let theirs = try JSONDecoder().decode(Reference.self, from: Data(output.utf8))
                let name = profile == "session" ? "shop" : "https://shop.awsapps.com/start"
                let theirToken = try home.token(of: name)
                try home.write(token, of: name)

                let transport = ScriptedTransport { request in
                    let path = "/" + request.url.split(separator: "/").dropFirst(2).joined(separator: "/")
                    let answer = answers[String(path.prefix { $0 != "?" })]?.first ?? (404, "")
                    return .make(answer.0, answer.1)
                }
                let found = try? await load(profile, home, transport)
                let ours = try transport.requests.map { request in
                    let path = "/" + request.url.split(separator: "/").dropFirst(2).joined(separator: "/")
                    return Asked(
                        method: request.method, target: path, body: request.method == "POST" ? try body(request) : nil,
                        token: request.header("x-amz-sso_bearer_token"), authorization: request.header("Authorization"),
                        type: request.header("Content-Type"))
                }
                #expect(ours == theirs.requests, "botocore \(theirs.version)")
                #expect(found.map { [$0.accessKey, $0.secretKey, $0.sessionToken ?? ""] } == theirs.keys)
                #expect(found.flatMap(\.expiration).map { Int($0.timeIntervalSince1970) } == theirs.expires)
                #expect((found == nil) == (theirs.error != nil), "\(theirs.error ?? "")")
                var ourToken = try home.token(of: name)
                // A renewed token's end is told by the clock.
                #expect(
                    (ourToken["expiresAt"] == token["expiresAt"]) == (theirToken["expiresAt"] == token["expiresAt"]))
                ourToken["expiresAt"] = theirToken["expiresAt"]
                #expect(ourToken == theirToken)
            }
        }
    }
}
