import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

/// Keys of a profile that stands in both files.
@Suite("Profiles in two files") struct ProfileFileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var credentials: String?
        var config: String?
        /// `nil`: an error.
        var keys: [String?]?
    }

    private static let ids = "aws_access_key_id = AKC\naws_secret_access_key = secret-c\n"
    private static let others = "aws_access_key_id = AKO\naws_secret_access_key = secret-o\n"

    static let cases: [Case] = [
        Case(
            testDescription: "a token beside other keys", credentials: ids, config: "aws_session_token = stray\n",
            keys: ["AKC", "secret-c", nil]),
        Case(
            testDescription: "keys and token in both", credentials: ids,
            config: others + "aws_session_token = token-o\n", keys: ["AKC", "secret-c", nil]),
        Case(
            testDescription: "all of the credentials file", credentials: ids + "aws_session_token = token-c\n",
            config: others, keys: ["AKC", "secret-c", "token-c"]),
        Case(
            testDescription: "all of the configuration file", credentials: "aws_session_token = stray\n",
            config: others + "aws_session_token = token-o\n", keys: ["AKO", "secret-o", "token-o"]),
        Case(
            testDescription: "the token's older name",
            credentials: ids + "aws_session_token = new\naws_security_token = old\n", config: nil,
            keys: ["AKC", "secret-c", "old"]),
        Case(
            testDescription: "the secret in the other file", credentials: "aws_access_key_id = AKC\n",
            config: "aws_secret_access_key = secret-o\n", keys: nil),
        Case(
            testDescription: "the access key in the other file", credentials: "aws_secret_access_key = secret-c\n",
            config: "aws_access_key_id = AKO\n", keys: nil),
    ]

    private func withHome(_ files: Case, _ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/.aws", withIntermediateDirectories: true)
            if let text = files.credentials {
                try Data("[both]\n\(text)".utf8).write(to: URL(filePath: "\(folder)/.aws/credentials"))
            }
            let text = files.config ?? ""
            try Data("[profile both]\n\(text)".utf8).write(to: URL(filePath: "\(folder)/.aws/config"))
            try await body(folder)
        }
    }

    private func keys(_ home: String) async throws -> [String?] {
        let environment = AWSEnvironment(variables: ["HOME": home, "AWS_PROFILE": "both"])
        let found = try #require(try await ProfileCredentials(environment).load())
        return [found.accessKey, found.secretKey, found.sessionToken]
    }

    @Test(arguments: cases) func theThreeAreOfOneFile(_ files: Case) async throws {
        try await withHome(files) { (home) async throws -> Void in
            guard let expected = files.keys else {
                let error = await #expect(throws: IFError.self) { _ = try await keys(home) }
                #expect(error?.code == .accessDenied && error?.message.contains("in one file") == true)
                return
            }
            #expect(try await keys(home) == expected)
        }
    }

    private struct Reference: Decodable {
        var version: String
        var keys: [String?]?
    }

    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing), arguments: cases)
    func botocoreTakesTheSame(_ files: Case) async throws {
        try await withHome(files) { (home) async throws -> Void in
            let output = try S3Python.output(of: [S3Python.script("s3/sign_on.py"), home, "both", "{}"])
            let theirs = try JSONDecoder().decode(Reference.self, from: Data(output.utf8))
            #expect(theirs.keys == files.keys, "botocore \(theirs.version)")
        }
    }
}
