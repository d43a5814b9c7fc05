import Foundation
import IFCore
import Testing

@testable import IFAWS

@Suite("Trying again") struct RetryTests {
    private let data = Data("x".utf8)

    private func client(_ transport: ScriptedTransport, region: String = "us-east-1", attempts: Int = 4) -> S3Client {
        var client = S3Client(
            bucket: "shop", settings: S3Settings(region: region, attempts: attempts), transport: transport,
            credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "the-secret"))]))
        client.retries.base = 0.0001
        return client
    }

    private static let written: ScriptedTransport.Answer = { _ in .make(200, "", ["etag": "\"tag\""]) }

    @Test(arguments: [
        (500, "InternalError"), (503, "SlowDown"), (502, ""), (504, ""), (429, "TooManyRequests"),
        (400, "RequestTimeout"),
    ])
    func transientAnswersAreTriedAgain(_ status: Int, _ code: String) async throws {
        let transport = ScriptedTransport([{ _ in .error(status, code) }, { _ in .error(status, code) }, Self.written])
        #expect(try await client(transport).put(.data(data), at: "a") == "tag")
        #expect(transport.requests.count == 3)
    }

    @Test func brokenConnectionsAreTriedAgain() async throws {
        let transport = ScriptedTransport([{ _ in throw HTTPFailure.network }, Self.written])
        #expect(try await client(transport).put(.data(data), at: "a") == "tag")
    }

    @Test func attemptsEnd() async throws {
        let transport = ScriptedTransport([{ _ in .error(503, "SlowDown") }])
        let error = await #expect(throws: IFError.self) { try await client(transport).put(.data(data), at: "a") }
        #expect(error?.code == .inputOutput)
        #expect(error?.description.contains("SlowDown") == true)
        #expect(transport.requests.count == 4)
    }

    @Test func whatIsForGoodIsNotTriedAgain() async throws {
        for answer: ScriptedTransport.Answer in [
            { _ in .error(403, "AccessDenied") }, { _ in .error(400, "InvalidRequest") },
            { _ in throw HTTPFailure.certificate },
        ] {
            let transport = ScriptedTransport([answer])
            await #expect(throws: IFError.self) { try await client(transport).put(.data(data), at: "a") }
            #expect(transport.requests.count == 1)
        }
    }

    @Test func errorWithinASuccessIsAnError() async throws {
        let transport = ScriptedTransport([
            {
                $0.method == "HEAD"
                    ? .make(200, "", ["etag": "\"1\"", "content-length": "1"]) : .error(200, "InternalError")
            }
        ])
        await #expect(throws: IFError.self) { try await client(transport).copy("a", to: "b") }
        #expect(transport.requests.filter { $0.method == "PUT" }.count == 4)
    }

    // MARK: Conditional writes

    /// A bucket of one object whose answers get lost or delayed.
    private final class LossyBucket: Sendable {
        struct State {
            var object: (tag: String, writer: String?)?
            var writes = 0
        }
        let state = Locked(State())

        func answer(_ request: HTTPRequest, loses: Bool) throws -> HTTPResponse {
            try state.withLock { state in
                if request.method == "HEAD" {
                    guard let object = state.object else { return .make(404) }
                    var headers = ["etag": "\"\(object.tag)\"", "content-length": "1"]
                    headers["x-amz-meta-insightflow-write"] = object.writer
                    return .make(200, "", headers)
                }
                if request.header("If-None-Match") != nil, state.object != nil {
                    return .error(412, "PreconditionFailed")
                }
                if let tag = request.header("If-Match"), state.object?.tag != tag {
                    return .error(412, "PreconditionFailed")
                }
                state.writes += 1
                state.object = ("tag\(state.writes)", request.header("x-amz-meta-insightflow-write"))
                if loses { throw HTTPFailure.network }
                return .make(200, "", ["etag": "\"tag\(state.writes)\""])
            }
        }
    }

    @Test func lostAnswerOfACreationIsFoundOut() async throws {
        let bucket = LossyBucket()
        let transport = ScriptedTransport { try bucket.answer($0, loses: true) }
        #expect(try await client(transport).put(.data(data), at: "a", if: .ifAbsent) == "tag1")
        #expect(transport.requests.map(\.method) == ["PUT", "HEAD"])
    }

    @Test func lostAnswerOfAReplacementIsFoundOut() async throws {
        let bucket = LossyBucket()
        bucket.state.withLock { $0.object = ("old", nil) }
        let transport = ScriptedTransport { try bucket.answer($0, loses: true) }
        #expect(try await client(transport).put(.data(data), at: "a", if: .ifVersion("old")) == "tag1")
        #expect(bucket.state.withLock { $0.writes } == 1)
    }

    @Test func lostRequestIsSentAgain() async throws {
        let bucket = LossyBucket()
        let transport = ScriptedTransport([
            { _ in throw HTTPFailure.network }, { try bucket.answer($0, loses: false) },
        ])
        #expect(try await client(transport).put(.data(data), at: "a", if: .ifAbsent) == "tag1")
        #expect(transport.requests.map(\.method) == ["PUT", "HEAD", "PUT"])
        // The same identity again, so that the first one is recognized should it arrive late.
        let identities = Set(transport.requests.compactMap { $0.header("x-amz-meta-insightflow-write") })
        #expect(identities.count == 1)
    }

    @Test func lateArrivalOfTheFirstRequestIsOurs() async throws {
        let bucket = LossyBucket()
        let transport = ScriptedTransport([
            { _ in throw HTTPFailure.network },
            { try bucket.answer($0, loses: false) },  // HEAD: not there yet
            // The first request arrives before the second.
            { request in
                _ = try bucket.answer(request, loses: false)
                return try bucket.answer(request, loses: false)
            },
            { try bucket.answer($0, loses: false) },
        ])
        #expect(try await client(transport).put(.data(data), at: "a", if: .ifAbsent) == "tag1")
    }

    @Test func anotherWriterIsAConflictWhateverWasLost() async throws {
        for answers: [ScriptedTransport.Answer] in [
            [{ _ in .error(412, "PreconditionFailed") }],
            [
                { _ in throw HTTPFailure.network },
                { _ in .make(200, "", ["etag": "\"theirs\"", "content-length": "1"]) },
            ],
            [
                { _ in .error(500, "InternalError") },
                { _ in .make(200, "", ["etag": "\"theirs\"", "content-length": "1"]) },
            ],
        ] {
            let transport = ScriptedTransport(answers)
            let error = await #expect(throws: IFError.self) {
                try await client(transport).put(.data(data), at: "a", if: .ifAbsent)
            }
            #expect(error?.code == .conflict)
            #expect(transport.requests.filter { $0.method == "PUT" }.count == 1)
        }
    }

    @Test func concurrentWriteThatWasRefusedIsTriedAgain() async throws {
        let bucket = LossyBucket()
        let transport = ScriptedTransport([
            { _ in .error(409, "ConditionalRequestConflict") }, { try bucket.answer($0, loses: false) },
        ])
        #expect(try await client(transport).put(.data(data), at: "a", if: .ifAbsent) == "tag1")
    }

    // MARK: Region, clock, credentials

    @Test(arguments: [
        HTTPResponse.make(301, "", ["x-amz-bucket-region": "eu-west-1"]),
        .make(400, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>"),
        .make(307, "", ["x-amz-bucket-region": "eu-west-1"]),
    ])
    func followsABucketToItsRegion(_ redirect: HTTPResponse) async throws {
        let transport = ScriptedTransport([{ _ in redirect }, Self.written])
        let client = client(transport)
        _ = try await client.put(.data(data), at: "a")
        _ = try await client.put(.data(data), at: "b")
        #expect(
            transport.requests.map(\.authority) == [
                "shop.s3.us-east-1.amazonaws.com", "shop.s3.eu-west-1.amazonaws.com", "shop.s3.eu-west-1.amazonaws.com",
            ])
        #expect(transport.requests[1].header("Authorization")?.contains("/eu-west-1/s3/aws4_request") == true)
    }

    @Test func redirectsInACircleEnd() async throws {
        let transport = ScriptedTransport { request in
            .make(301, "", ["x-amz-bucket-region": request.authority.contains("us-east-1") ? "eu-west-1" : "us-east-1"])
        }
        await #expect(throws: IFError.self) { try await client(transport).put(.data(data), at: "a") }
        #expect(transport.requests.count == 2)
    }

    @Test func setsItsClockByTheServers() async throws {
        let transport = ScriptedTransport([
            { _ in .error(403, "RequestTimeTooSkewed", ["date": "Mon, 23 Nov 2026 02:40:56 GMT"]) }, Self.written,
        ])
        var client = client(transport)
        client.now = { Date(timeIntervalSince1970: 0) }
        _ = try await client.put(.data(data), at: "a")
        #expect(transport.requests.map { $0.header("x-amz-date") } == ["19700101T000000Z", "20261123T024056Z"])
    }

    /// Otherwise a machine whose clock is ahead would give up what others are sending.
    @Test func uploadsAreOldByTheServersClock() async throws {
        let server = ObjectServer()
        var client = S3Client(
            bucket: server.bucket, settings: S3Settings(endpoint: "http://server"), transport: server,
            credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "s"))]))
        client.now = { Date().addingTimeInterval(3 * 86_400) }
        server.state.withLock { $0.uploads["one"] = ObjectServer.Upload(key: "a/b", begun: Date(), writer: nil) }
        #expect(try await client.abortUploads("a/", olderThan: 86_400) == 0)
        server.wait(2 * 86_400)
        #expect(try await client.abortUploads("b/", olderThan: 86_400) == 0)
        #expect(try await client.abortUploads("a/", olderThan: 86_400) == 1)
        #expect(server.uploads == 0)
    }

    @Test func renewsExpiredCredentialsOnce() async throws {
        let credentials = CredentialChain([CountingCredentials(token: "token")])
        let transport = ScriptedTransport([{ _ in .error(400, "ExpiredToken") }, Self.written])
        let client = S3Client(
            bucket: "shop", settings: S3Settings(), transport: transport, credentials: credentials)
        _ = try await client.put(.data(data), at: "a")
        #expect(transport.requests.map { $0.header("Authorization")?.contains("AK2/") } == [false, true])

        let stubborn = ScriptedTransport([{ _ in .error(400, "ExpiredToken") }])
        let other = S3Client(
            bucket: "shop", settings: S3Settings(), transport: stubborn, credentials: credentials)
        let error = await #expect(throws: IFError.self) { try await other.put(.data(data), at: "a") }
        #expect(error?.code == .accessDenied)
        #expect(stubborn.requests.count == 2)
    }

    @Test func settingsBecomeHeaders() async throws {
        let transport = ScriptedTransport([Self.written])
        let client = S3Client(
            bucket: "shop", settings: S3Settings(encryption: .managedByKMS("the-key"), requesterPays: true),
            transport: transport,
            credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "s"))]))
        _ = try await client.put(.data(data), at: "a")
        let request = try #require(transport.requests.first)
        #expect(request.header("x-amz-server-side-encryption") == "aws:kms")
        #expect(request.header("x-amz-server-side-encryption-aws-kms-key-id") == "the-key")
        #expect(request.header("x-amz-request-payer") == "requester")
        #expect(request.header("Authorization")?.contains("x-amz-server-side-encryption;") == true)
    }
}
