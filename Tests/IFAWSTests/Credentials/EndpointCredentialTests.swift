import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Credentials of containers, instances and web identities") struct EndpointCredentialTests: CredentialSuite {
    @Test func containers() async throws {
        let transport = ScriptedTransport { _ in .make(200, Self.document) }
        let found = try await find(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/abc"], transport)
        #expect(found.accessKey == "AKROLE" && found.sessionToken == "role-token" && found.expiration != nil)
        #expect(transport.requests.map(\.url) == ["http://169.254.170.2/v2/abc"])
        #expect(transport.requests.map(\.isDirect) == [true])
    }

    @Test func podsSendTheirTokenAndReadItAnew() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/token"
            let transport = ScriptedTransport { _ in .make(200, Self.document) }
            let variables = [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file,
            ]
            for token in ["one", "two"] {
                try Data("\(token)\n".utf8).write(to: URL(filePath: file))
                _ = try await find(variables, transport)
            }
            #expect(transport.requests.map { $0.header("Authorization") } == ["one", "two"])
        }
    }

    @Test(arguments: [
        "http://example.com/x", "http://169.254.170.2.example.com/", "http://169.254.170.2@example.com/",
        "http://localhost:80@example.com", "ftp://localhost/", "http://169.254.169.254/",
    ])
    func tokensDoNotGoToStrangers(_ url: String) async throws {
        let transport = ScriptedTransport { _ in .make(200, Self.document) }
        let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "token"]
        #expect(await code(variables, transport) == .accessDenied)
        #expect(transport.requests.isEmpty)
    }

    /// As botocore's partitions.json has it.

    @Test func trustedHosts() {
        for url in [
            "https://example.com/", "http://localhost:1234/", "http://127.0.0.1", "http://[::1]:80/x",
            "http://[fd00:ec2::23]/v1",
        ] {
            #expect(ContainerCredentials.isTrusted(url))
        }
    }

    @Test func brokenContainerDoesNotFallThrough() async throws {
        let transport = ScriptedTransport { $0.url.contains("169.254.170.2") ? .make(404) : .make(200, Self.document) }
        #expect(await code(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"], transport) == .accessDenied)
        #expect(transport.requests.count == 1)
        #expect(await code(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"]) == .accessDenied)
    }

    @Test func instances() async throws {
        let transport = ScriptedTransport { request in
            switch (request.method, request.url) {
            case ("PUT", "http://169.254.169.254/latest/api/token"): .make(200, "session")
            case ("GET", let url) where request.header("X-aws-ec2-metadata-token") == "session":
                url.hasSuffix("security-credentials/") ? .make(200, "a-role\n") : .make(200, Self.document)
            default: .make(401)
            }
        }
        #expect(try await find([:], transport).accessKey == "AKROLE")
        #expect(transport.requests.last?.url.hasSuffix("/security-credentials/a-role") == true)
        #expect(transport.requests.map(\.isDirect) == [true, true, true])
        #expect(transport.requests.map(\.limits.total) == [1, 1, 1])
        #expect(await code(["AWS_EC2_METADATA_DISABLED": "true"], transport) == .accessDenied)
    }

    @Test func instanceWithoutRoleHasNone() async throws {
        let transport = ScriptedTransport { $0.method == "PUT" ? .make(200, "session") : .make(404) }
        let environment = AWSEnvironment(variables: [:])
        #expect(try await InstanceCredentials(environment: environment, transport: transport).load() == nil)
    }

    @Test func webIdentity() async throws {
        try await withTemporaryFolder { folder in
            try Data("jwt+/=\n".utf8).write(to: URL(filePath: folder + "/token"))
            let transport = ScriptedTransport { _ in
                .make(
                    200,
                    "<R><Credentials><AccessKeyId>AKWEB</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                        + "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></R>"
                )
            }
            let variables = [
                "AWS_WEB_IDENTITY_TOKEN_FILE": folder + "/token", "AWS_ROLE_ARN": "arn:x", "AWS_REGION": "eu-west-1",
            ]
            #expect(try await find(variables, transport).accessKey == "AKWEB")
            let request = try #require(transport.requests.first)
            #expect(request.url == "https://sts.eu-west-1.amazonaws.com/")
            guard case .data(let body) = request.body else {
                Issue.record("a form was expected")
                return
            }
            #expect(String(decoding: body, as: UTF8.self).contains("WebIdentityToken=jwt%2B%2F%3D"))
            let refusing = ScriptedTransport { _ in .error(403, "AccessDenied") }
            #expect(await code(variables, refusing) == .accessDenied)
            #expect(await code(["AWS_WEB_IDENTITY_TOKEN_FILE": folder + "/token"], transport) == .accessDenied)
        }
    }
}
