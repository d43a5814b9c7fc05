import Foundation
import IFTesting
import Testing

extension SecretsTests {
    /// A place that keys come from, as files of a home and variables.
    private struct Source {
        var name: String
        /// Of the profile `shop`, in ~/.aws/config.
        var profile = ""
        var files: [String: String] = [:]
        var variables: [String: String] = [:]
        /// What must stay secret, beside the server's keys.
        var secrets: [String] = []
        var works = true
    }

    private static let refresh = "a-refresh-token/that+never=shows"
    private static let access = "an-access-token/that+never=shows"
    private static let client = "a-client-secret/that+never=shows"
    private static let wrong = "a-wrong-secret/that+never=shows"

    /// The keys as a document of one of the sources has them.
    private static func json(_ fields: [String: String]) throws -> String {
        String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
    }

    private static func signOn(refresh: String, _ endpoint: String) throws -> Source {
        let token = try json([
            "startUrl": "https://shop.awsapps.com/start", "region": "eu-central-1", "accessToken": "\(wrong)-old",
            "expiresAt": "2020-01-01T00:00:00Z", "clientId": "client", "clientSecret": client,
            "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": refresh,
        ])
        // Named by the SHA-1 of the session's name.
        let path = ".aws/sso/cache/5042d146667518a1a5017644946b8650aafca44c.json"
        return Source(
            name: "aws sso login",
            profile: """
                sso_session = shop
                sso_account_id = 123456789012
                sso_role_name = Shop Admin
                [sso-session shop]
                sso_start_url = https://shop.awsapps.com/start
                sso_region = eu-central-1
                """, files: [path: token],
            variables: [
                "AWS_ENDPOINT_URL_SSO": "\(endpoint)/credentials/sso",
                "AWS_ENDPOINT_URL_SSO_OIDC": "\(endpoint)/credentials/sso",
            ], secrets: [refresh, access, client, wrong], works: refresh == Self.refresh)
    }

    private static func login(until end: String, works: Bool) throws -> Source {
        let keys = try json([
            "accessKeyId": LoopbackServer.accessKey, "secretAccessKey": LoopbackServer.secretKey,
            "sessionToken": LoopbackServer.sessionToken, "accountId": "123456789012", "expiresAt": end,
        ])
        // Where they have to be renewed, the key of the proof is none.
        let token =
            #"{"accessToken":\#(keys),"tokenType":"aws_sigv4","clientId":"c","#
            + #""refreshToken":"\#(refresh)","dpopKey":"\#(wrong)"}"#
        // Named by the SHA-256 of the session's name.
        let name = "cdeca9923c5df338f56738a1cadf6dc7503852e01d60f8ca5bf6c0092511408c"
        return Source(
            name: "aws login", profile: "login_session = arn:aws:iam::123456789012:user/shop",
            files: [".aws/login/cache/\(name).json": token], secrets: [refresh, wrong], works: works)
    }

    private static func sources(_ home: String, _ endpoint: String) throws -> [Source] {
        let printed = try json([
            "AccessKeyId": LoopbackServer.accessKey, "SecretAccessKey": LoopbackServer.secretKey,
            "SessionToken": LoopbackServer.sessionToken, "Expiration": "2099-01-01T00:00:00Z",
        ]).replacing("{", with: #"{"Version":1,"#)
        let keys = { (secret: String) in
            "aws_access_key_id = \(LoopbackServer.accessKey)\naws_secret_access_key = \(secret)\n"
                + "aws_session_token = \(LoopbackServer.sessionToken)"
        }
        return [
            Source(name: "keys of a profile", profile: keys(LoopbackServer.secretKey)),
            Source(name: "wrong keys of a profile", profile: keys(wrong), secrets: [wrong], works: false),
            Source(
                name: "credential_process", profile: "credential_process = /bin/cat '\(home)/printed'",
                files: ["printed": printed]),
            Source(
                name: "a credential_process that prints half of it",
                profile: "credential_process = /bin/cat '\(home)/printed'",
                files: ["printed": try json(["SecretAccessKey": wrong, "SessionToken": refresh])],
                secrets: [wrong, refresh], works: false),
            Source(
                name: "a credential_process that fails",
                profile: "credential_process = /bin/cat '\(home)/printed' && exit 3", files: ["printed": printed],
                works: false),
            try signOn(refresh: refresh, endpoint),
            // The server repeats what it was given.
            try signOn(refresh: wrong, endpoint),
            try login(until: "2099-01-01T00:00:00Z", works: true),
            try login(until: "2020-01-01T00:00:00Z", works: false),
            // There is no Security Token Service here that would take it.
            Source(
                name: "web identity", files: ["token": wrong],
                variables: [
                    "AWS_WEB_IDENTITY_TOKEN_FILE": "\(home)/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/x",
                    "AWS_ENDPOINT_URL_STS": endpoint,
                ], secrets: [wrong], works: false),
        ]
    }

    @Test func noSourceOfKeysShowsWhatItHolds() async throws {
        let server = try #require(try LoopbackServer.withSession.get())
        let root = ["--root", "s3://\(LoopbackServer.bucket)/secrets/\(UUID().uuidString)"]
        let count = try Self.sources("", server.endpoint).count
        for index in 0..<count {
            try await withTemporaryFolder { home in
                let source = try Self.sources(home, server.endpoint)[index]
                var files = source.files
                files[".aws/config"] = "[profile shop]\n\(source.profile)\n"
                for (path, text) in files {
                    let file = URL(filePath: "\(home)/\(path)")
                    try FileManager.default.createDirectory(
                        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Data(text.utf8).write(to: file)
                }
                var variables = server.variables()
                for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] { variables[name] = "" }
                variables["HOME"] = home
                variables["AWS_CONFIG_FILE"] = "\(home)/.aws/config"
                variables["AWS_PROFILE"] = "shop"
                variables["AWS_EC2_METADATA_DISABLED"] = "true"
                variables.merge(source.variables) { $1 }

                let listed = try said(["runs", "list"] + root, home, variables, succeeding: source.works)
                let checked = try said(["doctor"] + root, home, variables, succeeding: nil)
                let text = checked.map { String(decoding: $0.text, as: UTF8.self) }.joined()
                #expect(text.contains("can be written and read") == source.works, "\(source.name)")
                #expect(listed.contains { !$0.text.isEmpty }, "\(source.name)")
                expectNoSecrets(
                    in: listed + checked, source.secrets + [LoopbackServer.secretKey, LoopbackServer.sessionToken])
            }
        }
    }
}
