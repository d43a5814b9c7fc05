import FoundationEssentials
import IFCore
import IFTesting
import Testing

@testable import IFStore

@Suite struct RunCacheTests {
    /// A store that counts what is fetched.
    private final class CountingStore: ArtifactStore {
        let base = MemoryStore()
        let downloads = Counter()
        var location: String { "counting:" }

        func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            try await base.put(data, at: key, if: condition)
        }
        func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            try await base.put(contentsOf: path, at: key, if: condition)
        }
        func get(_ key: String) async throws -> Data { try await base.get(key) }
        func download(_ key: String, to path: String) async throws {
            downloads.next()
            try await base.download(key, to: path)
        }
        func stat(_ key: String) async throws -> ArtifactInfo? { try await base.stat(key) }
        func list(_ prefix: String) async throws -> [ArtifactInfo] { try await base.list(prefix) }
        func delete(_ key: String) async throws { try await base.delete(key) }
    }

    @Test func partsAreFetchedOnceAndRemovedWithTheCache() async throws {
        try await withTemporaryFolder { folder in
            let store = CountingStore()
            let runs = RunStore(store: store, scratch: folder + "/scratch")
            let run = try await runs.commitPair(Families.userSeg(), "one")
            var cache: RunCache? = RunCache(scratch: folder + "/cache")
            let paths = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<10 {
                    group.addTask { [cache] in
                        try await #require(cache).localPath("user_seg.parquet", of: run, in: runs)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            let path = try #require(paths.first)
            #expect(paths.count == 1)
            #expect(try text(path + "/part-00000") == "one")
            #expect(store.downloads.value == 1)
            let other = try await #require(cache).localPath("other.csv", of: run, in: runs)
            #expect(try text(other) == "one")
            await expectError(.notFound) { _ = try await #require(cache).localPath("none", of: run, in: runs) }
            cache = nil
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/cache").isEmpty)
        }
    }

    @Test func whatIsNotAsTheManifestSaysIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let runs = RunStore(store: store, scratch: folder + "/scratch")
            let run = try await runs.commitPair(Families.userSeg(), "one")
            try await store.put(Data("two".utf8), at: "\(run.key)/other.csv")
            let cache = RunCache(scratch: folder + "/cache")
            await expectError(.corruptFile) { _ = try await cache.localPath("other.csv", of: run, in: runs) }
            // Mended, it is fetched anew.
            try await store.put(Data("one".utf8), at: "\(run.key)/other.csv")
            let mended = try await cache.localPath("other.csv", of: run, in: runs)
            #expect(try text(mended) == "one")
        }
    }

    @Test func foldersAreReadInPlace() async throws {
        try await withTemporaryFolder { folder in
            let runs = RunStore(root: folder + "/root")
            let run = try await runs.commitPair(Families.userSeg(), "one")
            let path = try await RunCache(scratch: folder + "/cache").localPath("other.csv", of: run, in: runs)
            #expect(path == run.localPath("other.csv"))
            #expect(!exists(folder + "/cache"))
        }
    }

    /// Whoever cleans up may meet a folder whose lock is not taken yet.
    @Test func foldersMadeAtOnceAreNotTakenForAbandoned() async throws {
        try await withTemporaryFolder { folder in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<400 {
                            let made = try ScratchFolder("kind-", in: folder)
                            try Data("x".utf8).write(to: URL(filePath: "\(made.path)/file"))
                            withExtendedLifetime(made) {}
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func foldersOfDeadProcessesAreRemovedAndThoseOfLivingOnesKept() async throws {
        try await withTemporaryFolder { folder in
            let living = try ScratchFolder("kind-", in: folder)
            let dead = folder + "/kind-dead"
            try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: dead + "/owner.lock"))
            let other = folder + "/other-dead"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            let next = try ScratchFolder("kind-", in: folder)
            #expect(exists(living.path) && exists(next.path) && exists(other))
            #expect(!exists(dead))
        }
    }

    @Test(arguments: StoreKind.allCases) func completenessIsToldBySizes(_ kind: StoreKind) async throws {
        try await kind.with { runs, store in
            let run = try await runs.commitPair(Families.userSeg(), "one")
            #expect(try await runs.isComplete(run))
            try await store.put(Data("longer".utf8), at: "\(run.key)/other.csv")
            #expect(try await !runs.isComplete(run))
            try await store.delete("\(run.key)/other.csv")
            #expect(try await !runs.isComplete(run))
        }
    }
}
