import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Credentials of profiles") struct ProfileCredentialTests: CredentialSuite {
    @Test func profilesAreRead() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            #expect(try await find(variables) == AWSCredentials(accessKey: "AKDEFAULT", secretKey: "default/secret+="))
            let work = variables.merging(["AWS_PROFILE": "work"]) { mine, _ in mine }
            #expect(
                try await find(work)
                    == AWSCredentials(accessKey: "AKWORK", secretKey: "work-secret", sessionToken: "work-token"))
            let environment = AWSEnvironment(variables: work)
            #expect(try environment.region() == "eu-west-3")
            #expect(try environment.endpoint(of: "s3") == "http://127.0.0.1:9")
            #expect(try environment.endpoint(of: "sts") == nil)
            #expect(try AWSEnvironment(variables: variables).region() == "eu-north-1")
        }
    }

    @Test(arguments: [
        ("sso", IFError.Code.accessDenied), ("code", .unsupported), ("program", .accessDenied),
        ("half", .accessDenied), ("missing", .notFound), ("circle", .accessDenied), ("sourceless", .accessDenied),
        ("machine", .accessDenied), ("login", .accessDenied), ("roleless", .accessDenied), ("token", .accessDenied),
    ])
    func brokenProfilesAreErrors(_ profile: String, _ code: IFError.Code) async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let error = await #expect(throws: IFError.self) {
                _ = try await find(variables.merging(["AWS_PROFILE": profile]) { mine, _ in mine })
            }
            #expect(error?.code == code)
            #expect(error?.description.contains(profile) == true)
        }
    }

    @Test func rolesAreAskedForWithTheKeysOfTheirSource() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            func ask(_ profile: String) async throws -> (found: AWSCredentials, requests: [HTTPRequest]) {
                let transport = ScriptedTransport { _ in .make(200, Self.assumed) }
                let environment = AWSEnvironment(
                    variables: variables.merging(["AWS_PROFILE": profile, "AWS_REGION": "eu-west-1"]) { $1 })
                // The profile alone: variables would come first in the chain.
                let found = try await ProfileCredentials(environment, transport: transport).load()
                return (try #require(found), transport.requests)
            }
            let (found, requests) = try await ask("role")
            #expect(found.accessKey == "ASIAROLE" && found.sessionToken == "role-token" && found.expiration != nil)
            let request = try #require(requests.first)
            #expect(request.url == "https://sts.eu-west-1.amazonaws.com/" && request.method == "POST")
            let authorization = try #require(request.header("Authorization"))
            #expect(authorization.contains("Credential=AKDEFAULT/"))
            #expect(authorization.contains("/eu-west-1/sts/aws4_request"))
            #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date"))
            guard case .data(let body) = request.body else {
                Issue.record("the request has no body")
                return
            }
            #expect(
                String(decoding: body, as: UTF8.self)
                    == "Version=2011-06-15&Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"
                    + "&RoleSessionName=nightly&ExternalId=shop%20%26%20co&DurationSeconds=1800")

            // A profile may be its own source, and a role may be asked for with another role's keys.
            let own = try await ask("own").requests
            #expect(own.map { $0.header("Authorization")?.contains("Credential=AKOWN/") } == [true])
            let chain = try await ask("chain").requests
            #expect(chain.map { $0.header("X-Amz-Security-Token") } == [nil, "role-token"])
            #expect(chain.last?.header("Authorization")?.contains("Credential=ASIAROLE/") == true)
        }
    }

    @Test func profilesNameTokensOfOtherProviders() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let home = String(try #require(variables["AWS_CONFIG_FILE"]).dropLast("/config".count))
            try Data("jwt+/=\n".utf8).write(to: URL(filePath: "\(home)/token"))
            let transport = ScriptedTransport { _ in .make(200, Self.assumed) }
            let environment = AWSEnvironment(
                variables: variables.merging(["AWS_PROFILE": "token", "AWS_REGION": "eu-west-1", "HOME": home]) { $1 })
            let found = try await ProfileCredentials(environment, transport: transport).load()
            #expect(found?.accessKey == "ASIAROLE")
            let request = try #require(transport.requests.first)
            #expect(transport.requests.count == 1 && request.header("Authorization") == nil)
            guard case .data(let body) = request.body else {
                Issue.record("the request has no body")
                return
            }
            #expect(
                String(decoding: body, as: UTF8.self)
                    == "Version=2011-06-15&Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fweb"
                    + "&RoleSessionName=nightly&WebIdentityToken=jwt%2B%2F%3D")
        }
    }

    @Test func refusedRolesAreErrorsWithoutSecrets() async throws {
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let transport = ScriptedTransport { _ in .error(403, "AccessDenied") }
            let environment = AWSEnvironment(variables: variables.merging(["AWS_PROFILE": "role"]) { $1 })
            let error = await #expect(throws: IFError.self) {
                try await ProfileCredentials(environment, transport: transport).load()
            }
            #expect(error?.code == .accessDenied)
            #expect(error?.description.contains("profile role") == true)
            #expect(error?.description.contains("default/secret") == false)
        }
    }

    /// The server checks the signature and the body, and knows roles.
    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing))
    func aServerTakesTheSignature() async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        let config = "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n"
        for (secret, isTaken) in [(LoopbackServer.secretKey, true), ("wrong", false)] {
            let credentials =
                "[base]\naws_access_key_id = \(LoopbackServer.accessKey)\naws_secret_access_key = \(secret)\n"
            try await withProfiles(config: config, credentials: credentials) { (variables) async throws -> Void in
                let environment = AWSEnvironment(
                    variables: variables.merging(["AWS_PROFILE": "role", "AWS_ENDPOINT_URL_STS": server.endpoint]) {
                        $1
                    })
                if isTaken {
                    let found = try #require(try await ProfileCredentials(environment).load())
                    #expect(found.accessKey.hasPrefix("ASIA") && found.sessionToken != nil && found.expiration != nil)
                } else {
                    let error = await #expect(throws: IFError.self) { try await ProfileCredentials(environment).load() }
                    #expect(error?.description.contains("SignatureDoesNotMatch") == true)
                }
            }
        }
    }

    @Test func profilesSetWhatVariablesDoNot() async throws {
        let config = """
            [default]
            endpoint_url = http://all
            services = local
            metadata_service_timeout = 7
            ec2_metadata_service_endpoint_mode = IPv6
            [services local]
            sso_oidc =
              endpoint_url = http://oidc
            [profile deaf]
            endpoint_url = http://all
            ignore_configured_endpoint_urls = true
            """
        try await withProfiles(config: config) { (variables) async throws -> Void in
            let environment = AWSEnvironment(variables: variables)
            #expect(try environment.endpoint(of: "sso_oidc") == "http://oidc")
            #expect(try environment.endpoint(of: "sso") == "http://all")
            let given = AWSEnvironment(
                variables: variables.merging(["AWS_ENDPOINT_URL_SSO_OIDC": "http://given"]) { $1 })
            #expect(try given.endpoint(of: "sso_oidc") == "http://given")
            let deaf = AWSEnvironment(variables: variables.merging(["AWS_PROFILE": "deaf"]) { $1 })
            #expect(try deaf.endpoint(of: "sso") == nil)

            let transport = ScriptedTransport { $0.method == "PUT" ? .make(200, "session") : .make(404) }
            #expect(try await InstanceCredentials(environment: environment, transport: transport).load() == nil)
            #expect(transport.requests.first?.url == "http://[fd00:ec2::254]/latest/api/token")
            #expect(transport.requests.map(\.limits.total) == [7, 7])
        }
    }
}
