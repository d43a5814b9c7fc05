import Crypto
import Foundation
import IFCore
import IFStore
import IFTesting
import Testing

@testable import IFAWS

/// Profiles whose keys `aws login` got.
@Suite("Console sign-in") struct LoginTests {
    /// Now, for all these tests: on a slow machine no keys expire meanwhile. Near the true time, which botocore goes by.
    static let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))

    private static let session = "arn:aws:iam::123456789012:user/shop"
    private static let renewed = """
        {"accessToken": {"accessKeyId": "ASIANEW", "secretAccessKey": "new-secret", "sessionToken": "new-token"},
         "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "new-refresh"}
        """
    private static let secrets = ["old-secret", "old-token", "old-refresh", "new-secret", "new-token", "new-refresh"]

    private struct Home {
        let folder: String
        let key: P256.Signing.PrivateKey
        var path: String {
            let digest = SHA256.hash(data: Data(LoginTests.session.utf8)).map { String(format: "%02x", $0) }.joined()
            return "\(folder)/.aws/login/cache/\(digest).json"
        }

        func token() throws -> [String: JSONValue] {
            try JSONDecoder().decode([String: JSONValue].self, from: Data(contentsOf: URL(filePath: path)))
        }

        func write(_ token: [String: JSONValue]) throws {
            try JSONEncoder().encode(token).write(to: URL(filePath: path))
        }
    }

    private func withHome(
        lasting seconds: Double?, _ changes: [String: JSONValue?] = [:], _ body: (Home) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let home = Home(folder: folder, key: P256.Signing.PrivateKey())
            try FileManager.default.createDirectory(
                atPath: "\(folder)/.aws/login/cache", withIntermediateDirectories: true)
            try Data("[profile me]\nlogin_session = \(Self.session)\n".utf8).write(
                to: URL(filePath: "\(folder)/.aws/config"))
            if let seconds {
                let end = Self.now.addingTimeInterval(seconds).formatted(.iso8601)
                var token: [String: JSONValue] = [
                    "accessToken": [
                        "accessKeyId": "ASIAOLD", "secretAccessKey": "old-secret", "sessionToken": "old-token",
                        "accountId": "123456789012", "expiresAt": .string(end),
                    ],
                    "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device",
                    "refreshToken": "old-refresh", "dpopKey": .string(home.key.pemRepresentation),
                ]
                for (name, value) in changes { token[name] = value }
                try home.write(token)
            }
            try await body(home)
        }
    }

    private func load(
        _ home: Home, _ transport: ScriptedTransport, _ variables: [String: String] = [:], later seconds: Double = 0
    ) async throws -> AWSCredentials? {
        let time = Self.now.addingTimeInterval(seconds)
        let own = ["HOME": home.folder, "AWS_PROFILE": "me", "AWS_REGION": "eu-west-1"]
        let environment = AWSEnvironment(variables: own.merging(variables) { $1 })
        return try await ProfileCredentials(environment, transport: transport, now: { time }).load()
    }

    private func decoded(_ part: Substring) throws -> Data {
        let text = part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return try #require(Data(base64Encoded: String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4)))
    }

    /// Checks the proof of a request: form, claims and signature. `key`: the one that it must hold.
    private func expectProof(_ proof: String, of key: P256.Signing.PublicKey, for address: String) throws {
        let parts = proof.split(separator: ".", omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        let header = try JSONDecoder().decode([String: JSONValue].self, from: decoded(parts[0]))
        #expect(header["typ"] == "dpop+jwt" && header["alg"] == "ES256" && Set(header.keys) == ["typ", "alg", "jwk"])
        guard case .object(let point)? = header["jwk"], case .string(let x)? = point["x"],
            case .string(let y)? = point["y"]
        else {
            Issue.record("no key in \(header)")
            return
        }
        #expect(point["kty"] == "EC" && point["crv"] == "P-256" && point.count == 4)
        #expect(try decoded(x[...]) + decoded(y[...]) == key.rawRepresentation)
        let claims = try JSONDecoder().decode([String: JSONValue].self, from: decoded(parts[1]))
        #expect(Set(claims.keys) == ["htm", "htu", "iat", "jti"])
        #expect(claims["htm"] == "POST" && claims["htu"] == .string(address))
        guard case .integer(let time)? = claims["iat"], case .string(let id)? = claims["jti"] else {
            Issue.record("no time or number in \(claims)")
            return
        }
        #expect(abs(Self.now.timeIntervalSince1970 - Double(time)) < 1800 && UUID(uuidString: id) != nil)
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: decoded(parts[2]))
        #expect(key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)))
    }

    @Test func keysAreRenewedInTimeAndKept() async throws {
        try await withHome(lasting: 3600) { (home) async throws -> Void in
            let transport = ScriptedTransport { _ in .make(200, Self.renewed) }
            #expect(try await load(home, transport)?.accessKey == "ASIAOLD" && transport.requests.isEmpty)
        }
        try await withHome(lasting: 120) { (home) async throws -> Void in
            let transport = ScriptedTransport { _ in .make(200, Self.renewed) }
            let found = try #require(try await load(home, transport))
            #expect(
                found.accessKey == "ASIANEW" && found.secretKey == "new-secret" && found.sessionToken == "new-token")
            #expect(abs(try #require(found.expiration).timeIntervalSince(Self.now) - 900) < 1)
            let request = try #require(transport.requests.first)
            #expect(request.url == "https://eu-west-1.signin.aws.amazon.com/v1/token" && transport.requests.count == 1)
            try expectProof(try #require(request.header("DPoP")), of: home.key.publicKey, for: request.url)
            guard case .object(let access)? = try home.token()["accessToken"] else {
                Issue.record("no keys were kept")
                return
            }
            #expect(access["accessKeyId"] == "ASIANEW" && access["accountId"] == "123456789012")
            #expect(try home.token()["refreshToken"] == "new-refresh" && home.token()["tokenType"] == "aws_sigv4")
            let rights = try FileManager.default.attributesOfItem(atPath: home.path)[.posixPermissions] as? NSNumber
            #expect(rights?.intValue == 0o600)
            #expect(try await load(home, transport)?.accessKey == "ASIANEW" && transport.requests.count == 1)
        }
    }

    @Test(arguments: [
        ("us-gov-west-1", "https://us-gov-west-1.signin.amazonaws-us-gov.com/v1/token"),
        ("cn-north-1", "https://cn-north-1.signin.amazonaws.cn/v1/token"), ("us-iso-east-1", nil),
        ("evil.example/", nil),
    ])
    func theRegionOfTheSignInCounts(_ region: String, _ address: String?) async throws {
        try await withHome(lasting: -10, ["signInRegion": .string(region)]) { (home) async throws -> Void in
            let transport = ScriptedTransport { _ in .make(200, Self.renewed) }
            let found = try? await load(home, transport)
            #expect((found == nil) == (address == nil))
            #expect(transport.requests.map(\.url) == [address].compactMap { $0 })
        }
    }

    @Test func whoHasNotSignedInIsToldHow() async throws {
        let refusing = ScriptedTransport { _ in .make(403, #"{"error":"TOKEN_EXPIRED","message":"old-refresh"}"#) }
        let changes: [(Double?, [String: JSONValue?])] = [
            (nil, [:]), (-10, [:]), (-10, ["dpopKey": "no key"]), (-10, ["refreshToken": nil]),
            (-10, ["accessToken": nil]), (-10, ["accessToken": "old-token"]),
        ]
        for (seconds, change) in changes {
            try await withHome(lasting: seconds, change) { (home) async throws -> Void in
                let error = await #expect(throws: IFError.self) { _ = try await load(home, refusing) }
                #expect(error?.code == .accessDenied)
                #expect(error?.message.contains("run 'aws login --profile me'") == true, "\(error?.message ?? "")")
                #expect(!Self.secrets.contains { error?.description.contains($0) == true })
            }
        }
        // Keys that cannot be renewed serve to their end.
        try await withHome(lasting: 120) { (home) async throws -> Void in
            #expect(try await load(home, refusing)?.accessKey == "ASIAOLD")
            let silent = ScriptedTransport { _ in throw HTTPFailure.network }
            #expect(try await load(home, silent)?.accessKey == "ASIAOLD")
        }
    }

    /// Rights keep nobody out who runs as root; a path that is too long does. The temporary name beside the file is that.
    @Test func whatRenewsKeysIsRememberedWhereItCannotBeWritten() async throws {
        try await withHome(lasting: 120) { (home) async throws -> Void in
            let name = try #require(home.path.split(separator: "/").last)
            var cache = "\(home.folder)/cache"
            while cache.utf8.count < 3800 { cache += "/" + String(repeating: "c", count: 150) }
            cache += "/" + String(repeating: "c", count: 4075 - name.utf8.count - 2 - cache.utf8.count)
            try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
            let path = "\(cache)/\(name)"
            try #require(path.utf8.count == 4075)
            let old = try JSONEncoder().encode(home.token())
            try old.write(to: URL(filePath: path))
            let place = ["AWS_LOGIN_CACHE_DIRECTORY": cache]

            let third = Self.renewed.replacing("ASIANEW", with: "ASIATHIRD").replacing("new-refresh", with: "third")
            let transport = ScriptedTransport([{ _ in .make(200, Self.renewed) }, { _ in .make(200, third) }])
            #expect(try await load(home, transport, place)?.accessKey == "ASIANEW")
            #expect(try Data(contentsOf: URL(filePath: path)) == old, "it could not be written")
            #expect(try await load(home, transport, place)?.accessKey == "ASIANEW" && transport.requests.count == 1)
            #expect(try await load(home, transport, place, later: 700)?.accessKey == "ASIATHIRD")
            let sent = try transport.requests.map { request -> String? in
                guard case .data(let data) = request.body else { return nil }
                return try JSONDecoder().decode([String: String].self, from: data)["refreshToken"]
            }
            #expect(sent == ["old-refresh", "new-refresh"])
            // Signed in again since, or out.
            var token = try home.token()
            guard case .object(var access)? = token["accessToken"] else {
                Issue.record("no keys")
                return
            }
            access["accessKeyId"] = "ASIAAGAIN"
            access["expiresAt"] = .string(Self.now.addingTimeInterval(7200).formatted(.iso8601))
            token["accessToken"] = .object(access)
            try JSONEncoder().encode(token).write(to: URL(filePath: path))
            #expect(try await load(home, transport, place, later: 700)?.accessKey == "ASIAAGAIN")
            try FileManager.default.removeItem(atPath: path)
            await #expect(throws: IFError.self) { _ = try await load(home, transport, place, later: 700) }
            #expect(transport.requests.count == 2)
        }
    }

    private struct Asked: Decodable, Equatable {
        var method: String
        var target: String
        var body: [String: String]?
        var authorization: String?
        var type: String?
        var proof: String?
    }

    private struct Reference: Decodable {
        var version: String
        var requests: [Asked]
        var keys: [String]?
        var error: String?
        var place: String
    }

    /// Requests, keys and what is kept are botocore's; its proof passes the same check as ours.
    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing), arguments: [3600.0, 120, -10])
    func botocoreAsksTheSame(_ seconds: Double) async throws {
        try await withHome(lasting: seconds) { (home) async throws -> Void in
            let token = try home.token()
            let output = try S3Python.output(
                of: [S3Python.script("s3/sign_on.py"), home.folder, "me", "{\"/v1/token\": [[200, \(Self.renewed)]]}"])
            let theirs = try JSONDecoder().decode(Reference.self, from: Data(output.utf8))
            let theirToken = try home.token()
            try home.write(token)

            let transport = ScriptedTransport { _ in .make(200, Self.renewed) }
            let found = try await load(home, transport, ["AWS_ENDPOINT_URL_SIGNIN": theirs.place])
            #expect(
                found.map { [$0.accessKey, $0.secretKey, $0.sessionToken ?? ""] } == theirs.keys,
                "\(theirs.error ?? "")")
            #expect(theirs.requests.count == transport.requests.count, "botocore \(theirs.version)")
            for (asked, request) in zip(theirs.requests, transport.requests) {
                guard case .data(let data) = request.body else { continue }
                #expect(try JSONDecoder().decode([String: String].self, from: data) == asked.body)
                #expect(request.method == asked.method && request.url == theirs.place + asked.target)
                #expect(request.header("Authorization") == asked.authorization)
                #expect(request.header("Content-Type") == asked.type)
                for proof in [request.header("DPoP"), asked.proof] {
                    try expectProof(try #require(proof), of: home.key.publicKey, for: theirs.place + asked.target)
                }
            }
            var tokens = [try home.token(), theirToken]
            for index in tokens.indices {
                guard case .object(var access)? = tokens[index]["accessToken"] else { continue }
                // Told by the clock.
                access["expiresAt"] = nil
                tokens[index]["accessToken"] = .object(access)
            }
            #expect(tokens[0] == tokens[1])
        }
    }
}
