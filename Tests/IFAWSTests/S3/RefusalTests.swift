import Foundation
import IFCore
import Testing

@testable import IFAWS

/// Refusals of HEAD, whose answers have no body that would say why.
@Suite("Refusals without a body") struct RefusalTests {
    private func client(_ transport: any HTTPTransport, now: @escaping @Sendable () -> Date) -> S3Client {
        var client = S3Client(
            bucket: "shop", settings: S3Settings(), transport: transport,
            credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "the-secret"))]))
        client.retries.base = 0.0001
        client.now = now
        return client
    }

    private static let present: ScriptedTransport.Answer = { _ in
        .make(200, "", ["etag": "\"tag\"", "content-length": "1"])
    }
    /// 2026-11-23 02:40:56.
    private static let serverDate = "Mon, 23 Nov 2026 02:40:56 GMT"
    private static let serverTime = Date(timeIntervalSince1970: 1_795_401_656)

    @Test(arguments: [-86_400.0, -901, -301, 301, 901, 86_400])
    func setsItsClockWhereHEADIsRefused(_ seconds: Double) async throws {
        let transport = ScriptedTransport([{ _ in .make(403, "", ["date": Self.serverDate]) }, Self.present])
        let client = self.client(transport) { Self.serverTime.addingTimeInterval(seconds) }
        #expect(try await client.head("a")?.tag == "tag")
        _ = try await client.head("b")
        let dates = transport.requests.map { $0.header("x-amz-date") }
        #expect(dates.count == 3 && dates[0] != "20261123T024056Z")
        #expect(dates[1] == "20261123T024056Z" && dates[2] == "20261123T024056Z")
    }

    /// Answers the first two requests when both are here.
    private final class Pairing: HTTPTransport {
        let answer: ScriptedTransport.Answer
        private let arrived = Locked(0)

        init(_ answer: @escaping ScriptedTransport.Answer) { self.answer = answer }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
            return try answer(request)
        }
    }

    /// The refusal of one comes when that of the other has set the clock.
    @Test func twoRequestsByAWrongClockAreBothMended() async throws {
        let transport = Pairing { request in
            if request.header("x-amz-date") == "20261123T024056Z" { return try Self.present(request) }
            return .make(403, "", ["date": Self.serverDate])
        }
        let client = client(transport) { Self.serverTime.addingTimeInterval(3600) }
        async let first = client.head("a")
        async let second = client.head("b")
        let found = try await [first, second]
        #expect(found.allSatisfy { $0?.tag == "tag" })
    }

    @Test func aRefusalByAClockThatIsRightIsOne() async throws {
        for headers: [String: String] in [["date": Self.serverDate], [:], ["date": "some day"]] {
            let transport = ScriptedTransport([{ _ in .make(403, "", headers) }])
            let client = self.client(transport) { Self.serverTime.addingTimeInterval(299) }
            let error = await #expect(throws: IFError.self) { _ = try await client.head("a") }
            #expect(error?.code == .accessDenied && transport.requests.count == 1)
        }
        // Set by the server's, it is not set again.
        let transport = ScriptedTransport([{ _ in .make(403, "", ["date": Self.serverDate]) }])
        let client = self.client(transport) { Date(timeIntervalSince1970: 0) }
        await #expect(throws: IFError.self) { _ = try await client.head("a") }
        #expect(transport.requests.count == 2)
        // A name says what it is, whatever the clock.
        let named = ScriptedTransport([{ _ in .error(403, "AccessDenied", ["date": Self.serverDate]) }])
        let second = self.client(named) { Date(timeIntervalSince1970: 0) }
        await #expect(throws: IFError.self) { _ = try await second.get("a") }
        #expect(named.requests.count == 1)
    }

    @Test(arguments: ["token", nil] as [String?])
    func renewsKeysWhereHEADIsABadRequest(_ token: String?) async throws {
        let requests = token == nil ? 1 : 2
        let transport = ScriptedTransport([{ _ in .make(400) }])
        let credentials = CountingCredentials(token: token)
        let client = S3Client(
            bucket: "shop", settings: S3Settings(), transport: transport, credentials: CredentialChain([credentials]))
        await #expect(throws: IFError.self) { _ = try await client.head("a") }
        #expect(transport.requests.count == requests)
        #expect(transport.requests.first?.header("Authorization")?.contains("AK1/") == true)
        #expect(transport.requests.last?.header("Authorization")?.contains("AK\(requests)/") == true)

        let mended = ScriptedTransport([{ _ in .make(400) }, Self.present])
        let second = S3Client(
            bucket: "shop", settings: S3Settings(), transport: mended,
            credentials: CredentialChain([CountingCredentials(token: "token")]))
        #expect(try await second.head("a")?.tag == "tag")
    }
}
