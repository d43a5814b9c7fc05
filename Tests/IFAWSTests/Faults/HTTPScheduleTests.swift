import Foundation
import IFCore
import IFStore
import IFTesting
import Testing

@testable import IFAWS

/// Seeded schedules of faults as in ``FaultScheduleTests``, fewer, but over real connections that break, to a server that
/// checks signatures. `INSIGHTFLOW_HTTP_SCHEDULES` sets how many.
@Suite("Fault schedules over HTTP", .enabled(if: S3Python.interpreter != nil, S3Python.missing))
struct HTTPScheduleTests {
    static let count = FaultScheduleTests.variables["INSIGHTFLOW_HTTP_SCHEDULES"].flatMap { Int($0) } ?? 6
    private static let paths = ["a/part-0", "a/part-1", "big.bin"]

    private static func data(_ content: String, _ path: String) -> Data {
        // The larger one goes in two parts.
        Data(String(repeating: "\(content) \(path)\n", count: path == "big.bin" ? 450_000 : 10).utf8)
    }

    @Test(arguments: 0..<count)
    func nothingIsLostOrHalfPublished(_ seed: Int) async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        let mark = UUID().uuidString
        let rate = [0.03, 0.1, 0.25][seed % 3]
        try await withTemporaryFolder { folder in
            let runs = try open(server, mark, folder)
            let family = try RunFamily(prefix: "recsys/x", latest: .sameNames)
            let now = Date()
            let first = try await write("first", runs, family, at: now)
            var stored = [(first.name, "first")]

            try await server.schedule(mark, seed: seed, rate: rate)
            for number in 1...3 {
                do {
                    let run = try await write(
                        "run-\(number)", try open(server, mark, folder), family,
                        at: now.addingTimeInterval(TimeInterval(10 * number)))
                    stored.append((run.name, "run-\(number)"))
                } catch let error as IFError {
                    #expect([.inputOutput, .accessDenied, .conflict, .corruptFile].contains(error.code), "\(error)")
                }
            }
            try await server.schedule(mark, seed: seed, rate: 0)

            let latest = try #require(try await runs.latest(family))
            #expect(try await runs.verify(family, latest.name).isEmpty, "seed \(seed)")
            for (name, content) in stored {
                let record = try await runs.record(family, name)
                for path in Self.paths {
                    #expect(try await runs.read(path, of: record) == Self.data(content, path), "seed \(seed)")
                }
            }
            let next = try await write("next", runs, family, at: now.addingTimeInterval(60))
            #expect(try await runs.latest(family)?.name == next.name)
            _ = try await runs.repair(family, now: Date().addingTimeInterval(200_000))
            #expect(try await runs.repair(family, now: Date().addingTimeInterval(200_000)).isEmpty, "seed \(seed)")
            for run in try await runs.runs(family) {
                #expect(try await runs.verify(family, run.name).isEmpty, "seed \(seed): \(run.name)")
            }
        }
    }

    private func open(_ server: LoopbackServer, _ mark: String, _ folder: String) throws -> RunStore {
        let environment = AWSEnvironment(variables: server.variables())
        var settings = try S3Settings(environment)
        settings.partSize = 5 << 20
        let place = try S3Location(bucket: LoopbackServer.bucket, prefix: "schedule/\(mark)")
        return RunStore(
            store: try S3Store(place, session: AWSSession(environment: environment), settings: settings),
            scratch: folder)
    }

    private func write(
        _ content: String, _ runs: RunStore, _ family: RunFamily, at now: Date
    ) async throws -> RunRecord {
        let writer = try await runs.begin(family, now: now)
        do {
            for path in Self.paths { try writer.put(Self.data(content, path), at: path) }
            return try await writer.commit(manifest: RunManifestInfo())
        } catch {
            try? await writer.abandon()
            throw error
        }
    }
}

extension LoopbackServer {
    /// Makes requests that hold `mark` fail by chance; see `Scripts/s3/verifying_server.py`.
    fileprivate func schedule(_ mark: String, seed: Int, rate: Double) async throws {
        struct Plan: Encodable {
            var mark: String
            var seed: Int
            var rate: Double
        }
        let body = try JSONEncoder().encode(Plan(mark: mark, seed: seed, rate: rate))
        let answer = try await CurlEngine().send(
            HTTPRequest(method: "POST", url: endpoint + "/_schedule", body: .data(body), isDirect: true))
        try #require(answer.status == 200)
    }
}
