import Foundation
import IFCore
import IFTesting
import Synchronization
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

    /// Seconds that pass when a test says so.
    private final class Clock: Sendable {
        private let seconds = Mutex(0.0)
        var passed: TimeInterval {
            get { seconds.withLock { $0 } }
            set { seconds.withLock { $0 = newValue } }
        }
    }

    private func keys(_ store: MemoryStore) async throws -> [String] { try await store.list("").map(\.key) }

    @Test func whatAFailedCommitStoredIsRemoved() async throws {
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
            #expect(try await keys(store.memory) == ["\(family.prefix)/_staging/\(writer.name).json"])
            // What was sent without an answer arrives late.
            try await store.memory.put(Data("x".utf8), at: "\(family.prefix)/\(writer.name)/b/part-0", if: .always)
            #expect(try await runs.repair(family).isEmpty, "more may still be arriving")
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

    @Test func ageIsToldByTheStoresClock() async throws {
        try await withTemporaryFolder { folder in
            let clock = Clock()
            let store = MemoryStore { Date().addingTimeInterval(-3 * 86_400 + clock.passed) }
            let runs = RunStore(store: store, scratch: folder)
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            try writer.put(Data("x".utf8), at: "a")
            #expect(try await runs.repair(family).isEmpty)
            #expect(try await keys(store).count == 1)
            clock.passed = Self.tomorrow
            _ = try await runs.repair(family)
            #expect(try await keys(store).isEmpty)
            try await writer.abandon()
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

    // MARK: Promotion and removal

    @Test func aRunInUseIsNotRemoved() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let runs = RunStore(store: store, scratch: folder)
            let family = try Families.userSeg()
            let one = try await CrashTests.write("one", runs, family)
            try await CrashTests.write("two", runs, family)
            // As a promotion, or a writer that has not yet promoted its run, leaves it for a while.
            for name in ["+promotion-x.json", ".json"] {
                let taken = "{\"run\":\"\(one.name)\",\"writer\":\"x\",\"takenAt\":\"2026-01-01T00:00:00Z\"}"
                try await store.put(Data(taken.utf8), at: "\(family.prefix)/_staging/\(one.name)\(name)")
                #expect(try await runs.prune(family, RetentionPolicy(newest: 1)).isEmpty)
                #expect(try await runs.verify(family, one.name).isEmpty)
                // What a process left that died is found a day later.
                _ = try await runs.repair(family, now: Date().addingTimeInterval(Self.tomorrow))
                #expect(try await keys(store).filter { $0.contains("_staging") }.isEmpty)
            }
            #expect(try await runs.prune(family, RetentionPolicy(newest: 1)) == [one.name])
            #expect(try await keys(store).filter { $0.contains(one.name) && !$0.contains("_history") }.isEmpty)
        }
    }

    @Test func aRunBeingRemovedIsNotPromoted() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let runs = RunStore(store: store, scratch: folder)
            let family = try Families.userSeg()
            let one = try await CrashTests.write("one", runs, family)
            let two = try await CrashTests.write("two", runs, family)
            await #expect(throws: CrashTests.Stop.self) {
                try await RunStep.$observer.withValue({ if $0 == .runMovedToTrash { throw CrashTests.Stop() } }) {
                    _ = try await runs.prune(family, RetentionPolicy(newest: 1))
                }
            }
            await #expect(throws: IFError.self) { try await runs.promote(family, one.name) }
            #expect(try await runs.latest(family)?.name == two.name)
            // The removal is brought to its end.
            let done = try await runs.repair(family, now: Date().addingTimeInterval(Self.tomorrow))
            #expect(done == ["removed the unfinished run \(one.name) of a writer that died"])
            #expect(try await runs.runs(family).map(\.name) == [two.name])
            #expect(try await keys(store).filter { $0.contains("_staging") }.isEmpty)
        }
    }

    @Test func thePointerNamesARunThatIsThereWhileOthersPromoteAndRemove() async throws {
        try await withTemporaryFolder { folder in
            let runs = RunStore(store: MemoryStore(), scratch: folder)
            let family = try Families.userSeg()
            try await CrashTests.write("first", runs, family)
            let promoted = Counter()
            let removed = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<60 { try await CrashTests.write("\(number)", runs, family) }
                }
                group.addTask {
                    for _ in 0..<120 {
                        guard let run = try await runs.runs(family).filter({ $0.manifest != nil }).randomElement()
                        else {
                            continue
                        }
                        do {
                            try await runs.promote(family, run.name)
                            promoted.next()
                        } catch let error as IFError where [.conflict, .notFound, .corruptFile].contains(error.code) {
                            // It was removed meanwhile.
                        }
                        await Task.yield()
                    }
                }
                group.addTask {
                    for _ in 0..<120 {
                        do {
                            if try await !runs.prune(family, RetentionPolicy(newest: 1)).isEmpty { removed.next() }
                        } catch let error as IFError where error.code == .conflict {
                            // It was in use.
                        }
                        await Task.yield()
                    }
                }
                group.addTask {
                    for _ in 0..<600 {
                        let latest = try await runs.latest(family)
                        #expect(latest != nil)
                        await Task.yield()
                    }
                }
                try await group.waitForAll()
            }
            #expect(promoted.value > 0 && removed.value > 0)
            let latest = try #require(try await runs.latest(family))
            #expect(try await runs.verify(family, latest.name).isEmpty)
        }
    }
}
