import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

/// Against a server that loses answers, breaks connections and asks for patience.
@Suite("Faults", .enabled(if: S3Python.interpreter != nil, S3Python.missing)) struct FaultTests {
    private func server() throws -> LoopbackServer { try #require(try LoopbackServer.verifying.get()) }

    private func bytes(_ count: Int) -> Data {
        Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) })
    }

    @Test(arguments: ["status:503:SlowDown", "status:500:InternalError", "reset", "lost", "truncate"])
    func readsSurvive(_ action: String) async throws {
        let server = try server()
        let store = try server.store()
        let data = bytes(100_000)
        try await store.put(data, at: "a")
        try await server.fail("GET \(store.target("a"))", action, count: 2)
        #expect(try await store.get("a") == data)
    }

    @Test(arguments: ["status:503:SlowDown", "reset", "lost"])
    func writesSurvive(_ action: String) async throws {
        let server = try server()
        let store = try server.store()
        try await server.fail("PUT \(store.target("a"))", action, count: 2)
        let info = try await store.put(Data("one".utf8), at: "a")
        #expect(try await store.stat("a") == info)
    }

    @Test(arguments: ["status:503:SlowDown", "status:500:InternalError", "reset", "lost"])
    func conditionalWritesHappenOnce(_ action: String) async throws {
        let server = try server()
        let store = try server.store()
        try await server.fail("PUT \(store.target("a"))", action)
        let first = try await store.put(Data("one".utf8), at: "a", if: .ifAbsent)
        try await server.fail("PUT \(store.target("a"))", action)
        let second = try await store.put(Data("two".utf8), at: "a", if: .ifVersion(first.version))
        #expect(try await store.get("a") == Data("two".utf8))
        #expect(try await store.stat("a") == second)
        let late = await #expect(throws: IFError.self) {
            try await store.put(Data("three".utf8), at: "a", if: .ifVersion(first.version))
        }
        #expect(late?.code == .conflict)
    }

    @Test(arguments: ["status:503:SlowDown", "reset", "lost", "truncate"])
    func filesInPartsSurvive(_ action: String) async throws {
        let server = try server()
        let store = try server.store()
        let data = bytes(16 << 20 | 12345)
        try await withTemporaryFolder { folder in
            try data.write(to: URL(filePath: folder + "/in"))
            for match in ["POST", "PUT"] where action != "truncate" {
                try await server.fail("\(match) \(store.target("big"))?", action, count: 2, skip: 1)
            }
            let info = try await store.put(contentsOf: folder + "/in", at: "big", if: .always)
            #expect(info.size == data.count)
            #expect(info.version.hasSuffix("-4"), "the entity tag of an upload in parts tells their number")
            try await server.fail("GET \(store.target("big"))", action, count: 3)
            try await store.download("big", to: folder + "/out")
            #expect(try Data(contentsOf: URL(filePath: folder + "/out")) == data)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["in", "out"])
        }
    }

    @Test func failedUploadLeavesNoParts() async throws {
        let server = try server()
        let store = try server.store()
        try await withTemporaryFolder { folder in
            try bytes(11 << 20).write(to: URL(filePath: folder + "/in"))
            try await server.fail("PUT \(store.target("big"))?partNumber=2", "status:403:AccessDenied")
            let error = await #expect(throws: IFError.self) {
                try await store.put(contentsOf: folder + "/in", at: "big", if: .always)
            }
            #expect(error?.code == .accessDenied)
        }
        #expect(try await store.stat("big") == nil)
        #expect(try await store.abortUploads(olderThan: -60) == 0)
    }

    @Test func failedDownloadLeavesNoFile() async throws {
        let server = try server()
        let store = try server.store(attempts: 2)
        try await store.put(bytes(1000), at: "a")
        try await withTemporaryFolder { folder in
            try await server.fail("GET \(store.target("a"))", "truncate", count: 2)
            await #expect(throws: IFError.self) { try await store.download("a", to: folder + "/out") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func expiredKeysAreLookedUpAgain() async throws {
        let server = try server()
        let store = try server.store()
        try await server.fail("PUT \(store.target("a"))", "expired")
        try await store.put(Data("one".utf8), at: "a")
        #expect(try await store.get("a") == Data("one".utf8))
    }

    @Test(.timeLimit(.minutes(30))) func cancellationEndsARequestAtOnce() async throws {
        let server = try server()
        let store = try server.store()
        try await store.put(bytes(1000), at: "a")
        try await server.fail("GET \(store.target("a"))", "slow:600")
        var request = HTTPRequest(method: "GET", url: server.endpoint + store.target("a"), isDirect: true)
        request.limits = HTTPLimits(stall: 0, total: 600)
        let task = Task { [request] in try await CurlEngine().send(request) }
        try await server.wait(for: "GET \(store.target("a"))")
        let clock = ContinuousClock()
        let start = clock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // Far below what the server takes, far above what a busy machine takes.
        #expect(clock.now - start < .seconds(200))
    }

    @Test func stalledTransfersAreGivenUp() async throws {
        let server = try server()
        let path = "/\(LoopbackServer.bucket)/\(UUID().uuidString)"
        try await server.fail("GET \(path)", "slow:600")
        var request = HTTPRequest(method: "GET", url: server.endpoint + path, isDirect: true)
        request.limits.stall = 2
        let stalling = request
        let start = ContinuousClock.now
        let failure = await #expect(throws: HTTPFailure.self) { try await CurlEngine().send(stalling) }
        #expect(failure?.isTransient == true)
        #expect(start.duration(to: .now) < .seconds(300))
    }

    @Test(.timeLimit(.minutes(30))) func cancelledUploadLeavesNoParts() async throws {
        let server = try server()
        let store = try server.store()
        try await withTemporaryFolder { folder in
            try bytes(30 << 20).write(to: URL(filePath: folder + "/in"))
            try await server.fail("PUT \(store.target("big"))?", "slow:15", count: 100)
            let task = Task { try await store.put(contentsOf: folder + "/in", at: "big", if: .always) }
            try await server.wait(for: "PUT \(store.target("big"))?")
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        // Parts that the server was still taking may keep moto's upload alive; it counts only ours.
        #expect(try await store.abortUploads(olderThan: -60) == 0)
        #expect(try await store.stat("big") == nil)
    }

    @Test func serverThatIsNotThereIsNamed() async throws {
        var variables = try server().variables()
        variables["AWS_ENDPOINT_URL_S3"] = "http://127.0.0.1:9"
        let store = try server().store(attempts: 2, variables: variables)
        let error = await #expect(throws: IFError.self) { try await store.get("a") }
        #expect(error?.code == .inputOutput)
        #expect(error?.description.contains("127.0.0.1:9") == true)
    }
}
