import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Credentials") struct CredentialTests: CredentialSuite {
    @Test func environmentComesFirst() async throws {
        let found = try await find([
            "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/x",
        ])
        #expect(found == AWSCredentials(accessKey: "AK", secretKey: "secret", sessionToken: "token"))
        #expect(await code(["AWS_ACCESS_KEY_ID": "AK"]) == .accessDenied)
        #expect(await code(["AWS_SECRET_ACCESS_KEY": "secret"]) == .accessDenied)
    }

    @Test func keysOfTheEnvironmentMayExpire() async throws {
        let keys = ["AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "the-secret"]
        let later = keys.merging(["AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00+00:00"]) { $1 }
        #expect(try await find(later).expiration == Date(timeIntervalSince1970: 4_070_908_800))
        for (time, text) in [("2020-01-01T00:00:00Z", "expired at 2020-01-01"), ("soon", "AWS_CREDENTIAL_EXPIRATION")] {
            let error = await #expect(throws: IFError.self) {
                try await find(keys.merging(["AWS_CREDENTIAL_EXPIRATION": time]) { $1 })
            }
            #expect(error?.code == .accessDenied && error?.message.contains(text) == true)
            #expect(error?.description.contains("the-secret") == false)
        }
    }

    /// Taken for none, keys would be used until a server refuses them.
    @Test func expiriesThatCannotBeReadAreErrors() async throws {
        let odd = Self.document.replacing("2099-01-01T00:00:00Z", with: "in an hour")
        let container = ScriptedTransport { _ in .make(200, odd) }
        let error = await #expect(throws: IFError.self) {
            try await find(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"], container)
        }
        #expect(error?.message.contains("no ISO 8601 time") == true)
        #expect(error?.description.contains("role-secret") == false)
        try await withProfiles(config: files.config, credentials: files.credentials) {
            (variables) async throws -> Void in
            let service = ScriptedTransport { _ in
                .make(200, Self.assumed.replacing("2099-01-01T00:00:00Z", with: "never"))
            }
            let environment = AWSEnvironment(variables: variables.merging(["AWS_PROFILE": "role"]) { $1 })
            let error = await #expect(throws: IFError.self) {
                try await ProfileCredentials(environment, transport: service).load()
            }
            #expect(error?.message.contains("no ISO 8601 time") == true)
        }
    }

    @Test func nothingAnywhereNamesThePlaces() async throws {
        let error = await #expect(throws: IFError.self) { _ = try await find([:]) }
        #expect(error?.code == .accessDenied)
        for place in ["environment", "web identity", "profile default", "container", "EC2 instance"] {
            #expect(error?.description.contains(place) == true)
        }
    }

    @Test func variablesComeBeforeProfiles() throws {
        let environment = AWSEnvironment(variables: [
            "AWS_REGION": "a", "AWS_DEFAULT_REGION": "b", "AWS_ENDPOINT_URL": "http://all",
            "AWS_ENDPOINT_URL_S3": "http://s3",
        ])
        #expect(try environment.region() == "a")
        #expect(try environment.endpoint(of: "s3") == "http://s3")
        #expect(try environment.endpoint(of: "sts") == "http://all")
        #expect(try AWSEnvironment(variables: ["AWS_REGION": "", "AWS_DEFAULT_REGION": "b"]).region() == "b")
    }

    @Test(arguments: [
        ("eu-west-1", "amazonaws.com"), ("us-gov-west-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn"),
        ("us-iso-east-1", "c2s.ic.gov"), ("us-isob-east-1", "sc2s.sgov.gov"), ("us-isof-south-1", "csp.hci.ic.gov"),
        ("eu-isoe-west-1", "cloud.adc-e.uk"), ("eusc-de-east-1", "amazonaws.eu"),
    ])
    func domainsOfPartitions(_ region: String, _ domain: String) { #expect(AWSPartition.domain(of: region) == domain) }

    @Test func credentialsDoNotShowTheirSecrets() {
        let keys = AWSCredentials(accessKey: "AK", secretKey: "the-secret", sessionToken: "the-token")
        var dumped = ""
        dump(keys, to: &dumped)
        dump([keys] as [Any], to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), "\([keys])", "\(keys as Optional)", dumped] {
            #expect(text.contains("AK"))
            #expect(!text.contains("the-secret") && !text.contains("the-token"))
        }
    }
}
