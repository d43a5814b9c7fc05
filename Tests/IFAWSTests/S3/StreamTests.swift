import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

/// Ranges and streams on S3; what every store promises of them is in the contract.
@Suite struct StreamTests {
    /// Passes requests on to a server unless a test says otherwise.
    private final class Gate: HTTPTransport {
        let server = ObjectServer()
        let seen = Locked<[String]>([])
        let underway = Locked(0)
        private let before: @Sendable (HTTPRequest) async throws -> HTTPResponse?

        init(_ before: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse? = { _ in nil }) {
            self.before = before
        }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let target = request.url.split(separator: "/", maxSplits: 2).last.map(String.init) ?? ""
            seen.withLock { $0.append("\(request.method) \(target)") }
            underway.withLock { $0 += 1 }
            defer { underway.withLock { $0 -= 1 } }
            if let answer = try await before(request) { return answer }
            return try await server.send(request)
        }
    }

    private func store(_ gate: Gate, attempts: Int = 2) throws -> S3Store {
        let settings = S3Settings(endpoint: "http://127.0.0.1:1", partSize: 5 << 20, attempts: attempts)
        var client = S3Client(
            bucket: gate.server.bucket, settings: settings, transport: gate,
            credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "s"))]))
        client.retries.base = 0.001
        return S3Store(try S3Location(bucket: gate.server.bucket, prefix: "p"), client: client)
    }

    @Test func aSmallStreamIsOneRequest() async throws {
        let gate = Gate()
        let stream = try await store(gate).stream(to: "a")
        try await stream.write(Data([1, 2]))
        try await stream.write(Data([3]))
        #expect(gate.seen.withLock { $0.isEmpty })
        let version = try await stream.finish()
        #expect(gate.seen.withLock { $0.count } == 1)
        #expect(gate.server.state.withLock { $0.objects["p/a"]?.data } == Data([1, 2, 3]))
        #expect(gate.server.state.withLock { $0.objects["p/a"]?.tag } == version)
    }

    /// Nobody ends it: its upload is given up when no part is under way any more, for one that came later would stay.
    @Test(.timeLimit(.minutes(10))) func aStreamThatIsDroppedLeavesNothing() async throws {
        let parts = Locked(0)
        let partsAtAbort = Locked<Int?>(nil)
        let gate = Gate { request in
            if request.url.contains("partNumber=") {
                parts.withLock { $0 += 1 }
                defer { parts.withLock { $0 -= 1 } }
                // Until it is cancelled.
                while true { try await Task.sleep(for: .milliseconds(1)) }
            }
            if request.method == "DELETE" { partsAtAbort.withLock { $0 = parts.withLock { $0 } } }
            return nil
        }
        func drop() async throws {
            let stream = try await store(gate).stream(to: "dropped")
            try await stream.write(Data(repeating: 7, count: 5 << 20))
            while parts.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(gate.server.uploads == 1)
            withExtendedLifetime(stream) {}
        }
        try await drop()
        while gate.server.uploads > 0 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(partsAtAbort.withLock { $0 } == 0)
    }

    /// No more parts are taken than are under way and one that is filled, however slow the server.
    @Test(.timeLimit(.minutes(10))) func aStreamWaitsForTheServer() async throws {
        let isOpen = Locked(false)
        let gate = Gate { request in
            if request.url.contains("partNumber=") {
                while !isOpen.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
            }
            return nil
        }
        let stream = try await store(gate).stream(to: "large")
        let taken = Locked(0)
        let piece = Data(repeating: 7, count: 1 << 20)
        let writing = Task {
            for _ in 0..<64 {
                try await stream.write(piece)
                taken.withLock { $0 += piece.count }
            }
        }
        while gate.underway.withLock({ $0 }) < S3ObjectStream.parallel { try await Task.sleep(for: .milliseconds(1)) }
        try await Task.sleep(for: .milliseconds(100))
        #expect(taken.withLock { $0 } <= (S3ObjectStream.parallel + 1) * (5 << 20))
        isOpen.withLock { $0 = true }
        try await writing.value
        try await stream.finish()
        #expect(gate.server.state.withLock { $0.objects["p/large"]?.data.count } == 64 << 20)
        #expect(gate.server.uploads == 0)
    }

    @Test func aStreamThatFailsLeavesNoParts() async throws {
        let gate = Gate { request in
            request.url.contains("partNumber=3") ? .error(403, "AccessDenied") : nil
        }
        let store = try store(gate)
        let stream = try await store.stream(to: "a")
        let error = await #expect(throws: IFError.self) {
            for _ in 0..<60 { try await stream.write(Data(repeating: 1, count: 1 << 20)) }
            try await stream.finish()
        }
        #expect(error?.code == .accessDenied && error?.location.file == "s3://shop/p/a")
        #expect(gate.server.uploads == 1)
        await stream.abandon()
        #expect(gate.server.uploads == 0 && gate.server.keys.isEmpty)
    }

    @Test func aCancelledStreamLeavesNoParts() async throws {
        let gate = Gate { request in
            if request.url.contains("partNumber=2") { try await Task.sleep(for: .seconds(3600)) }
            return nil
        }
        let stream = try await store(gate).stream(to: "a")
        let writing = Task {
            do {
                for _ in 0..<60 { try await stream.write(Data(repeating: 1, count: 1 << 20)) }
                try await stream.finish()
            } catch {
                // In a task that is cancelled already.
                await stream.abandon()
                throw error
            }
        }
        while gate.server.uploads == 0 { try await Task.sleep(for: .milliseconds(1)) }
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
        #expect(gate.server.uploads == 0 && gate.server.keys.isEmpty)
    }

    @Test func aForgottenStreamGivesItsPartsUp() async throws {
        let gate = Gate()
        let store = try store(gate)
        do {
            let stream = try await store.stream(to: "a")
            try await stream.write(Data(repeating: 1, count: 6 << 20))
            #expect(gate.server.uploads == 1)
        }
        for _ in 0..<1000 where gate.server.uploads > 0 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(gate.server.uploads == 0)
    }

    @Test func partsThatGetLostAreSentAgain() async throws {
        let failures = Locked(0)
        let gate = Gate { request in
            guard request.url.contains("partNumber=") else { return nil }
            let isFirst = failures.withLock { count in
                count += 1
                return count % 2 == 1
            }
            return isFirst ? .error(503, "SlowDown") : nil
        }
        let store = try store(gate, attempts: 4)
        let stream = try await store.stream(to: "a")
        var data = Data()
        for index in 0..<13 {
            let piece = Data(repeating: UInt8(index), count: 1 << 20)
            data += piece
            try await stream.write(piece)
        }
        try await stream.finish()
        #expect(try await store.get("a") == data)
    }

    // MARK: Ranges

    @Test func aRangeIsOneRequestWithTheVersion() async throws {
        let gate = Gate()
        let store = try store(gate)
        let info = try await store.put(Data((0..<200).map { UInt8($0) }), at: "a")
        gate.seen.withLock { $0 = [] }
        let slice = try await store.get("a", range: 100..<150, ifVersion: info.version)
        #expect(slice.data == Data(100..<150) && slice.info == info)
        #expect(gate.seen.withLock { $0.count } == 1)
    }

    @Test func aReplacedObjectIsNamedWithItsRange() async throws {
        let gate = Gate()
        let store = try store(gate)
        let old = try await store.put(Data(repeating: 1, count: 10), at: "a")
        try await store.put(Data(repeating: 2, count: 10), at: "a")
        let error = await #expect(throws: IFError.self) {
            try await store.get("a", range: 3..<7, ifVersion: old.version)
        }
        #expect(error?.code == .conflict && error?.location.file == "s3://shop/p/a")
        #expect(error?.message.contains("bytes 3–6") == true)
    }

    @Test func aServerThatIgnoresRangesIsAnError() async throws {
        for count in [10, 10_000] {
            let gate = Gate { request in
                guard request.method == "GET" else { return nil }
                let body = Data(repeating: 1, count: count)
                return HTTPResponse(
                    status: 200, headers: ["etag": "\"x\"", "content-length": String(count)], body: body,
                    received: count,
                    checksum: CRC32C())
            }
            let error = await #expect(throws: IFError.self) {
                try await store(gate).get("a", range: 3..<7, ifVersion: nil)
            }
            #expect(error?.code == .unsupported && error?.message.contains("bytes 3–6") == true)
        }
    }

    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing))
    func aBrokenConnectionWithinARangeIsTriedAgain() async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        let store = try server.store()
        let data = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) })
        try await store.put(data, at: "a")
        for action in ["reset", "truncate", "status:500:InternalError"] {
            try await server.fail("GET \(store.target("a"))", action)
            let slice = try await store.get("a", range: 1_000_000..<2_000_000, ifVersion: nil)
            #expect(slice.data == data.subdata(in: 1_000_000..<2_000_000), "\(action)")
        }
    }
}
