import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFStore

/// Runs in object stores whose writers stopped, or were taken for dead.
@Suite("Stale runs") struct StaleRunTests {
    private static let tomorrow: TimeInterval = 100_000

    /// A store in memory that fails on request.
    private final class FailingStore: ArtifactStore {
        struct Outage: Error {}

        let memory = MemoryStore()
        let failing = Counter()
        private let fails: @Sendable (_ key: String, _ failures: Counter) -> Bool

        init(fails: @escaping @Sendable (_ key: String, _ failures: Counter) -> Bool) { self.fails = fails }

        var location: String { "failing:" }

        func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            if fails(key, failing) { throw Outage() }
            return try await memory.put(data, at: key, if: condition)
        }
        func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            if fails(key, failing) { throw Outage() }
            return try await memory.put(contentsOf: path, at: key, if: condition)
        }
        func get(_ key: String) async throws -> Data { try await memory.get(key) }
        func download(_ key: String, to path: String) async throws { try await memory.download(key, to: path) }
        func stat(_ key: String) async throws -> ArtifactInfo? { try await memory.stat(key) }
        func list(_ prefix: String) async throws -> [ArtifactInfo] { try await memory.list(prefix) }
        func delete(_ key: String) async throws { try await memory.delete(key) }
    }

    private func keys(_ store: MemoryStore) async throws -> [String] { try await store.list("").map(\.key) }

    @Test func whatAFailedCommitStoredIsRemovedThoughItWasAbandoned() async throws {
        try await withTemporaryFolder { folder in
            let store = FailingStore { key, _ in key.hasSuffix("b/part-0") }
            let runs = RunStore(store: store, scratch: folder)
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            for path in ["a/part-0", "b/part-0"] { try writer.put(Data("x".utf8), at: path) }
            await #expect(throws: FailingStore.Outage.self) {
                try await writer.commit(manifest: RunManifestInfo(), in: RunContext(workers: WorkerBudget(1)))
            }
            try await writer.abandon()
            #expect(try await keys(store.memory).contains { $0.hasSuffix("a/part-0") })
            #expect(try await runs.repair(family).isEmpty, "it may still be arriving")
            let done = try await runs.repair(family, now: Date().addingTimeInterval(Self.tomorrow))
            #expect(done.count == 1)
            #expect(try await keys(store.memory).isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func whatWasNeverSentLeavesNothing() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let writer = try await RunStore(store: store, scratch: folder).begin(Families.userSeg(), now: noon)
            try writer.put(Data("x".utf8), at: "a")
            try await writer.abandon()
            #expect(try await keys(store).isEmpty)
        }
    }

    /// Repair, told a wrong time, takes a living writer for dead while it stores its files.
    @Test func aWriterTakenForDeadDoesNotPublishWhatIsGone() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let runs = RunStore(store: store, scratch: folder)
            let family = try Families.userSeg()
            let old = try await CrashTests.write("old", runs, family)
            let writer = try await runs.begin(family, now: noon.addingTimeInterval(60))
            try writer.put(Data("new".utf8), at: "a/part-0")
            try writer.put(Data("new".utf8), at: "b/part-0")
            _ = try await runs.repair(family, now: Date().addingTimeInterval(Self.tomorrow))
            let error = await #expect(throws: IFError.self) { try await writer.commit(manifest: RunManifestInfo()) }
            #expect(error?.code == .conflict)
            #expect(try await runs.latest(family)?.name == old.name)
            #expect(try await runs.runs(family).filter { $0.manifest != nil }.map(\.name) == [old.name])
            // The same writer may try again: its name is its own once more.
            let record = try await writer.commit(manifest: RunManifestInfo())
            #expect(try await runs.latest(family)?.name == record.name)
            #expect(try await runs.verify(family, record.name).isEmpty)
        }
    }

    /// Two writers copied side by side and died: files of the same names and sizes, of two runs.
    @Test func aMixtureOfFilesOfTheSameSizesIsFound() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let runs = RunStore(store: store, scratch: folder)
            let family = try Families.userSeg()
            try await CrashTests.write("one", runs, family)
            let two = try await CrashTests.write("two", runs, family)
            let key = "\(family.prefix)/latest/a/part-0"
            #expect(try await store.get(key) == Data("two".utf8))
            try await store.put(Data("one".utf8), at: key)
            #expect(try await runs.repair(family) == ["copied \(two.name) to latest/ again"])
            #expect(try await store.get(key) == Data("two".utf8))
            #expect(try await runs.repair(family).isEmpty)
        }
    }
}
