import Foundation
import IFCore
import IFTesting
import Synchronization
import Testing

@testable import IFStore

/// Runs whose task is cancelled, in a store that refuses cancelled tasks, as one beyond the network does.
@Suite("Interrupted runs") struct InterruptedRunTests {
    /// A store in memory of which every operation looks for cancellation.
    private final class StrictStore: StreamingStore {
        let memory = MemoryStore()
        /// Called at every operation of a task that is not cancelled.
        let onOperation = Mutex<(@Sendable () -> Void)?>(nil)
        var location: String { "strict:" }

        private func check() throws {
            if !Task.isCancelled { onOperation.withLock { $0 }?() }
            try Task.checkCancellation()
        }

        func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            try check()
            return try await memory.put(data, at: key, if: condition)
        }
        func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            try check()
            return try await memory.put(contentsOf: path, at: key, if: condition)
        }
        func get(_ key: String) async throws -> Data {
            try check()
            return try await memory.get(key)
        }
        func download(_ key: String, to path: String) async throws {
            try check()
            try await memory.download(key, to: path)
        }
        func stat(_ key: String) async throws -> ArtifactInfo? {
            try check()
            return try await memory.stat(key)
        }
        func list(_ prefix: String) async throws -> [ArtifactInfo] {
            try check()
            return try await memory.list(prefix)
        }
        func delete(_ key: String) async throws {
            try check()
            try await memory.delete(key)
        }
        func stream(to key: String) async throws -> any ObjectStream {
            try check()
            return Stream(stream: try await memory.stream(to: key), store: self)
        }

        private struct Stream: ObjectStream {
            let stream: any ObjectStream
            let store: StrictStore

            func write(_ bytes: Data) async throws {
                try store.check()
                try await stream.write(bytes)
            }
            func finish() async throws -> String {
                try store.check()
                return try await stream.finish()
            }
            func abandon() async { await stream.abandon() }
        }
    }

    /// Does `work` in a task that is cancelled at its `target`-th operation; answers whether it came to that.
    private func interrupted(
        _ store: StrictStore, at target: Int, _ work: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        let operations = Counter()
        let handle = Locked<Task<Void, any Error>?>(nil)
        let task = Task {
            while handle.withLock({ $0 == nil }) { await Task.yield() }
            try await work()
        }
        store.onOperation.withLock {
            $0 = { if operations.next() == target { handle.withLock { $0?.cancel() } } }
        }
        handle.withLock { $0 = task }
        let result = await task.result
        store.onOperation.withLock { $0 = nil }
        if case .failure(let error) = result { #expect(error is CancellationError, "operation \(target): \(error)") }
        return operations.value >= target
    }

    /// Writes a run of two files and streams a third; gives it up where something fails, as stages do.
    private static func write(_ runs: RunStore, _ family: RunFamily) async throws {
        let writer = try await runs.begin(family, now: noon)
        do {
            for path in ["a", "b"] { try writer.put(Data(path.utf8), at: path) }
            let stream = try await writer.stream(to: "c")
            do {
                try await stream.write(Data("c".utf8))
                try await stream.finish()
            } catch {
                await stream.abandon()
                throw error
            }
            try await writer.commit(manifest: RunManifestInfo(), in: RunContext(workers: WorkerBudget(1)))
        } catch {
            try? await writer.abandon()
            throw error
        }
    }

    /// Wherever the interrupt comes, the run exists whole, or nothing is left but, at most, its name.
    @Test func nothingIsLeftOfARunWhereverItIsInterrupted() async throws {
        let family = try Families.userSeg()
        let (reserved, sent, stored) = (Counter(), Counter(), Counter())
        for target in 1... {
            let wasReached = try await withTemporaryFolder { folder in
                let store = StrictStore()
                let runs = RunStore(store: store, scratch: folder)
                let wasReached = try await interrupted(store, at: target) { try await Self.write(runs, family) }
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty, "operation \(target)")
                let keys = try await store.memory.list("").map(\.key)
                if let run = try await runs.runs(family).last {
                    _ = stored.next()
                    #expect(try await runs.verify(family, run.name) == [], "operation \(target)")
                } else if keys.isEmpty {
                    _ = reserved.next()
                } else {
                    _ = sent.next()
                    // A write that was interrupted may yet arrive, and is found by the name that stays taken.
                    #expect(keys == ["\(family.prefix)/_staging/run-20260102-120405.json"], "operation \(target)")
                }
                return wasReached
            }
            if !wasReached { break }
        }
        #expect(reserved.value >= 3 && sent.value >= 3 && stored.value >= 3)
    }

    /// A stage that is interrupted before it has sent anything does not even keep its name.
    @Test func aRunThatSentNothingLeavesNothing() async throws {
        try await withTemporaryFolder { folder in
            let store = StrictStore()
            let runs = RunStore(store: store, scratch: folder)
            let families = [try Families.userSeg(), try Families.features()]
            let writers = try await runs.begin(families, now: noon)
            #expect(try await store.memory.list("").count == 2)
            try writers[0].put(Data("a".utf8), at: "a")
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                for writer in writers { try await writer.abandon() }
            }
            task.cancel()
            try await task.value
            #expect(try await store.memory.list("").isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    /// Where the store refuses to remove the name, the local files go all the same.
    @Test func localFilesGoThoughTheStoreFails() async throws {
        struct Outage: Error {}
        struct Frozen: ArtifactStore {
            let memory = MemoryStore()
            var location: String { "frozen:" }
            func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
                try await memory.put(data, at: key, if: condition)
            }
            func put(
                contentsOf path: String, at key: String, if condition: WriteCondition
            ) async throws -> ArtifactInfo {
                try await memory.put(contentsOf: path, at: key, if: condition)
            }
            func get(_ key: String) async throws -> Data { try await memory.get(key) }
            func download(_ key: String, to path: String) async throws { try await memory.download(key, to: path) }
            func stat(_ key: String) async throws -> ArtifactInfo? { try await memory.stat(key) }
            func list(_ prefix: String) async throws -> [ArtifactInfo] { try await memory.list(prefix) }
            func delete(_ key: String) async throws { throw Outage() }
        }
        try await withTemporaryFolder { folder in
            let writer = try await RunStore(store: Frozen(), scratch: folder).begin(Families.userSeg(), now: noon)
            try writer.put(Data("a".utf8), at: "a")
            await #expect(throws: Outage.self) { try await writer.abandon() }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    /// Marks of runs being promoted or removed go with the use, or the run could not be removed or promoted for a day.
    @Test func noMarkIsLeftOfAPromotionOrRemoval() async throws {
        let family = try Families.userSeg()
        for isPromotion in [true, false] {
            for target in 1... {
                let wasReached = try await withTemporaryFolder { folder in
                    let store = StrictStore()
                    let runs = RunStore(store: store, scratch: folder)
                    let old = try await runs.commitPair(family, "old")
                    try await runs.commitPair(family, "new", now: noon.addingTimeInterval(60))
                    let wasReached = try await interrupted(store, at: target) {
                        if isPromotion {
                            try await runs.promote(family, old.name, now: noon)
                        } else {
                            try await runs.prune(family, RetentionPolicy(newest: 1, keepsPromoted: false))
                        }
                    }
                    let marks = try await store.memory.list("\(family.prefix)/_staging/").map(\.key)
                    // A removal that has begun keeps its mark, by which repair ends it.
                    let isGone = try await runs.backend.manifestData(family, old.name) == nil
                    #expect(
                        marks.isEmpty || (!isPromotion && isGone),
                        "\(isPromotion ? "promotion" : "removal"), operation \(target)")
                    return wasReached
                }
                if !wasReached { break }
            }
        }
    }
}
