import Foundation
import IFCore
import Testing

@testable import IFAWS

/// Encryption and who pays, by variables: what a store sends, and what is refused.
@Suite("Variables of encryption and payment") struct StorageVariableTests {
    private static let plain = AWSEnvironment(variables: [
        "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    ])

    private func store(_ variables: [String: String], _ transport: ScriptedTransport) throws -> S3Store {
        let session = AWSSession(
            environment: Self.plain.replacing(variables), transport: transport,
            credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "s"))]))
        return try S3Store(S3Location("s3://shop/x"), session: session)
    }

    /// Answers whatever the stores of these tests ask for.
    private var transport: ScriptedTransport {
        ScriptedTransport { request in
            switch request.method {
            case "HEAD": .make(200, "", ["etag": "\"tag\"", "content-length": "1"])
            case "POST":
                .make(200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
            case "PUT" where request.header("x-amz-copy-source") != nil:
                .make(200, "<CopyObjectResult><ETag>\"tag\"</ETag></CopyObjectResult>")
            case "PUT": .make(200, "", ["etag": "\"tag\""])
            default: .make(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
            }
        }
    }

    private static let algorithm = "x-amz-server-side-encryption"
    private static let key = "x-amz-server-side-encryption-aws-kms-key-id"
    private static let payer = "x-amz-request-payer"

    @Test func everyWayToStoreSaysHowToEncrypt() async throws {
        for (variables, algorithm, key): ([String: String], String?, String?) in [
            (["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": "AES256"], "AES256", nil),
            (["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": "aws:kms"], "aws:kms", nil),
            (
                ["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": "aws:kms", "INSIGHTFLOW_S3_KMS_KEY_ID": "alias/recsys"],
                "aws:kms", "alias/recsys"
            ),
            (["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": ""], nil, nil),
        ] {
            let transport = transport
            let store = try store(variables, transport)
            try await store.put(Data("x".utf8), at: "a")
            try await store.put(Data("x".utf8), at: "b", if: .ifAbsent)
            try await store.copy("a", to: "c")
            _ = try await store.client.begin("x/d", "writer", hasChecksum: true)
            let storing = transport.requests.filter { $0.method != "HEAD" }
            #expect(storing.map(\.method) == ["PUT", "PUT", "PUT", "POST"])
            for request in storing {
                #expect(request.header(Self.algorithm) == algorithm && request.header(Self.key) == key)
            }
            // Reading with these headers is an error for S3.
            _ = try await store.list("")
            _ = try await store.stat("a")
            #expect(transport.requests.suffix(2).allSatisfy { $0.header(Self.algorithm) == nil })
            #expect(transport.requests.allSatisfy { $0.header(Self.payer) == nil })
        }
    }

    @Test func everyRequestSaysWhoPays() async throws {
        for (text, payer): (String, String?) in [("true", "requester"), ("True", "requester"), ("false", nil)] {
            let transport = transport
            let store = try store(["INSIGHTFLOW_S3_REQUESTER_PAYS": text], transport)
            try await store.put(Data("x".utf8), at: "a")
            _ = try await store.list("")
            _ = try await store.stat("a")
            try await store.delete("a")
            #expect(transport.requests.map(\.method) == ["PUT", "HEAD", "GET", "HEAD", "DELETE"])
            #expect(transport.requests.allSatisfy { $0.header(Self.payer) == payer })
        }
    }

    @Test func whatCannotBeMeantIsRefusedByName() {
        for (variables, name): ([String: String], String) in [
            (["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": "AES-256"], "INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION"),
            (["INSIGHTFLOW_S3_KMS_KEY_ID": "k"], "INSIGHTFLOW_S3_KMS_KEY_ID"),
            (
                ["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": "AES256", "INSIGHTFLOW_S3_KMS_KEY_ID": "k"],
                "INSIGHTFLOW_S3_KMS_KEY_ID"
            ),
            (["INSIGHTFLOW_S3_REQUESTER_PAYS": "requester"], "INSIGHTFLOW_S3_REQUESTER_PAYS"),
        ] {
            let error = #expect(throws: IFError.self) { try S3Settings(Self.plain.replacing(variables)) }
            #expect(error?.code == .invalidArgument && error?.location.key == name)
        }
    }

    @Test func anotherProcessGetsTheSameVariables() {
        let variables = ["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": "AES256", "INSIGHTFLOW_S3_REQUESTER_PAYS": "true"]
        #expect(Self.plain.storeVariables.isEmpty)
        #expect(Self.plain.replacing(variables).storeVariables == variables)
    }
}
