import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

/// What suites of credentials share: a search for keys with variables and profiles of its own, and answers of services.
protocol CredentialSuite {}

extension CredentialSuite {
    static var none: ScriptedTransport { ScriptedTransport { _ in throw HTTPFailure.network } }

    static var document: String {
        """
        {"Code": "Success", "AccessKeyId": "AKROLE", "SecretAccessKey": "role-secret", "Token": "role-token",
         "Expiration": "2099-01-01T00:00:00Z"}
        """
    }

    static var assumed: String {
        """
        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
        <SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """
    }

    func find(
        _ variables: [String: String], _ transport: ScriptedTransport = Self.none
    ) async throws -> AWSCredentials {
        let defaults = ["AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"]
        let environment = AWSEnvironment(variables: defaults.merging(variables) { _, given in given })
        return try await CredentialChain.standard(environment, transport).credentials()
    }

    func code(_ variables: [String: String], _ transport: ScriptedTransport = Self.none) async
        -> IFError.Code?
    {
        await #expect(throws: IFError.self) { _ = try await find(variables, transport) }?.code
    }

    func withProfiles(
        config: String = "", credentials: String = "", _ body: ([String: String]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try Data(config.utf8).write(to: URL(filePath: folder + "/config"))
            try Data(credentials.utf8).write(to: URL(filePath: folder + "/credentials"))
            try await body([
                "AWS_CONFIG_FILE": folder + "/config", "AWS_SHARED_CREDENTIALS_FILE": folder + "/credentials",
            ])
        }
    }

    var files: (config: String, credentials: String) {
        (
            config: """
            # the team's settings
            [default]
            region = eu-north-1
            [profile work]
            region=eu-west-3 # Paris
            services = local
            [services local]
            s3 =
              endpoint_url = http://127.0.0.1:9
            [profile sso]
            sso_session = x
            sso_account_id = 1
            sso_role_name = r
            aws_access_key_id = AKNO
            aws_secret_access_key = no
            [profile role]
            role_arn = arn:aws:iam::1:role/x
            source_profile = default
            external_id = shop & co
            duration_seconds = 1800
            role_session_name = nightly
            [profile own]
            role_arn = arn:aws:iam::1:role/own
            source_profile = own
            aws_access_key_id = AKOWN
            aws_secret_access_key = own-secret
            [profile chain]
            role_arn = arn:aws:iam::1:role/second
            source_profile = role
            [profile machine]
            role_arn = arn:aws:iam::1:role/x
            credential_source = Environment
            [profile code]
            role_arn = arn:aws:iam::1:role/x
            source_profile = default
            mfa_serial = arn:aws:iam::1:mfa/me
            [profile token]
            role_arn = arn:aws:iam::1:role/web
            web_identity_token_file = ~/token
            role_session_name = nightly
            [profile roleless]
            web_identity_token_file = ~/token
            [profile login]
            login_session = arn:aws:sts::1:x
            [profile circle]
            role_arn = arn:aws:iam::1:role/x
            source_profile = circle2
            [profile circle2]
            role_arn = arn:aws:iam::1:role/x
            source_profile = circle
            [profile sourceless]
            role_arn = arn:aws:iam::1:role/x
            [profile program]
            credential_process = /nonexistent/keys
            [profile half]
            aws_access_key_id = AKHALF
            """,
            credentials: """
            [default]
            aws_access_key_id = AKDEFAULT
            aws_secret_access_key = default/secret+=
            [work]
            aws_access_key_id=AKWORK
            aws_secret_access_key=work-secret ; not for others
            aws_session_token = work-token
            """
        )
    }
}
