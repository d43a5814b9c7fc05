import Foundation
import IFCore
import IFStore
import IFTesting
import Testing

@testable import IFAWS

/// Four writers with clients of their own, one of which prunes, and four readers on one bucket for some seconds:
/// `INSIGHTFLOW_RACE_SECONDS`, three by default, longer where a busy machine would do too little in that time.
@Suite("Races on S3", .serialized) struct RaceTests {
    static let seconds = ProcessInfo.processInfo.environment["INSIGHTFLOW_RACE_SECONDS"].flatMap { Double($0) } ?? 3
    /// Writes and reads without which a race proves nothing.
    static let fewest = 12

    @Test func inThisProcess() async throws {
        let server = ObjectServer(pageSize: 1000)
        try await race("S3 in this process") { scratch in
            var client = S3Client(
                bucket: server.bucket, settings: S3Settings(endpoint: "http://server"), transport: server,
                credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "s"))]))
            client.retries.base = 0.001
            let place = try S3Location(bucket: server.bucket, prefix: "root")
            return RunStore(store: S3Store(place, client: client), scratch: scratch)
        }
    }

    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing))
    func verifyingServer() async throws { try await race(on: try #require(try LoopbackServer.verifying.get())) }

    @Test(.enabled(if: LoopbackServer.hasCeph, LoopbackServer.missingCeph))
    func ceph() async throws { try await race(on: try #require(try LoopbackServer.ceph.get())) }

    private func race(on server: LoopbackServer) async throws {
        let place = try S3Location(bucket: LoopbackServer.bucket, prefix: "race/\(UUID().uuidString)")
        let environment = AWSEnvironment(variables: server.variables())
        try await race(server.endpoint) { scratch in
            RunStore(store: try S3Store(place, session: AWSSession(environment: environment)), scratch: scratch)
        }
    }

    private func race(_ name: String, _ open: (_ scratch: String) throws -> RunStore) async throws {
        try await withTemporaryFolder { folder in
            let stores = try (0..<8).map { _ in try open(folder) }
            let family = try RunFamily(prefix: "recsys/x", latest: .sameNames)
            let begin = Date()
            try await Self.write("first", stores[0], family, at: begin)
            let end = ContinuousClock.now + .seconds(Self.seconds)
            let (written, read, bad) = (Locked(0), Locked(0), Locked(0))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, runs) in stores.prefix(4).enumerated() {
                    group.addTask {
                        while ContinuousClock.now < end || written.withLock({ $0 }) < Self.fewest {
                            let number = written.withLock { count in
                                count += 1
                                return count
                            }
                            let second = begin.addingTimeInterval(TimeInterval(number))
                            try await Self.write("\(index)-\(number)", runs, family, at: second)
                            if index == 0 { try await Self.prune(runs, family) }
                        }
                    }
                }
                for runs in stores.suffix(4) {
                    group.addTask {
                        while ContinuousClock.now < end || read.withLock({ $0 }) < Self.fewest {
                            let run = try #require(try await runs.latest(family))
                            var seen: Set<Data> = []
                            var isWhole = run.manifest.files.count == 2
                            for file in run.manifest.files {
                                let data = try await runs.read(file.path, of: run)
                                #expect(FileDigest.sha256(data) == file.sha256)
                                isWhole = isWhole && FileDigest.sha256(data) == file.sha256
                                seen.insert(data)
                            }
                            #expect(seen.count == 1 && run.manifest.files.count == 2)
                            if !isWhole || seen.count != 1 { bad.withLock { $0 += 1 } }
                            read.withLock { $0 += 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let (writes, reads) = (written.withLock { $0 }, read.withLock { $0 })
            let history = try await stores[0].history(family)
            #expect(history.map(\.generation) == Array(1...history.count))
            #expect(try await stores[0].repair(family).isEmpty)
            print("\(name): \(writes) runs written, \(reads) reads through the pointer, \(bad.withLock { $0 }) bad")
        }
    }

    private static func write(_ text: String, _ runs: RunStore, _ family: RunFamily, at now: Date) async throws {
        let writer = try await runs.begin(family, now: now)
        for path in ["a/part-0", "b/part-0"] { try writer.put(Data(text.utf8), at: path) }
        try await writer.commit(manifest: RunManifestInfo())
    }

    private static func prune(_ runs: RunStore, _ family: RunFamily) async throws {
        do {
            try await runs.prune(family, RetentionPolicy(newest: 40))
        } catch let error as IFError where error.code == .conflict {
            // It became the latest meanwhile, and was left alone.
        }
    }
}
