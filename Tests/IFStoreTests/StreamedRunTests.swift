import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFStore

/// Files of runs that go to the store while they are written.
@Suite("Streamed runs") struct StreamedRunTests {
    private func stream(_ text: String, to path: String, of writer: RunWriter) async throws {
        let stream = try await writer.stream(to: path)
        for character in text.utf8 { try await stream.write(Data([character])) }
        try await stream.finish()
    }

    @Test(arguments: StoreKind.allCases)
    func aStreamedRunIsLikeAnyOther(kind: StoreKind) async throws {
        try await kind.with { runs, store in
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            #expect(writer.takesStreams == (kind != .folder))
            try writer.put(Data("local".utf8), at: "local.csv")
            try await stream("streamed", to: "a/part-0.parquet", of: writer)
            try await stream("", to: "z", of: writer)
            let record = try await writer.commit(manifest: RunManifestInfo())
            #expect(record.manifest.files.map(\.path) == ["a/part-0.parquet", "local.csv", "z"])
            #expect(record.manifest.files.map(\.size) == [8, 5, 0])
            #expect(record.manifest.files[0].sha256 == FileDigest.sha256(Data("streamed".utf8)))
            #expect(try await runs.verify(family, record.name) == [])
            #expect(try await runs.latest(family)?.name == record.name)
            for place in [record.name, "latest"] {
                let data = try await store.get("\(family.prefix)/\(place)/a/part-0.parquet")
                #expect(data == Data("streamed".utf8), "\(place)")
            }
            #expect(try await runs.repair(family) == [])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func anAbandonedRunLeavesNothing(kind: StoreKind) async throws {
        try await kind.with { runs, store in
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            try await stream("streamed", to: "a/part-0.parquet", of: writer)
            let open = try await writer.stream(to: "b")
            try await open.write(Data([1]))
            await open.abandon()
            try await writer.abandon()
            // The name stays taken: a write whose answer was lost may yet arrive, and is found by it.
            #expect(try await store.list("").allSatisfy { $0.key.contains("/_staging/") })
            guard kind != .folder else { return }
            try await store.put(Data("late".utf8), at: "\(family.prefix)/\(writer.name)/b")
            try await withTemporaryFolder { scratch in
                let other = RunStore(objectsIn: store, scratch: scratch, staleAfter: -3600)
                _ = try await other.repair(family)
            }
            #expect(try await store.list("").isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsNotFinishedIsNotCommitted(kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            try writer.put(Data([1]), at: "x")
            let open = try await writer.stream(to: "a/b")
            try await open.write(Data([1]))
            let error = await #expect(throws: IFError.self) { try await writer.commit(manifest: RunManifestInfo()) }
            #expect(error?.code == .conflict && error?.location.key == "a/b")
            try await open.finish()
            let again = await #expect(throws: IFError.self) { try await writer.stream(to: "x") }
            #expect(again?.code == .conflict, "it is there")
            try await writer.commit(manifest: RunManifestInfo())
            #expect(try await runs.latest(family)?.manifest.files.map(\.path) == ["a/b", "x"])
        }
    }

    /// What is asked right before the run exists finds all files stored, and can still prevent it.
    @Test(arguments: StoreKind.allCases)
    func aRunThatIsNotConfirmedDoesNotExist(kind: StoreKind) async throws {
        struct Refusal: Error {}
        try await kind.with { runs, store in
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            try writer.put(Data("local".utf8), at: "local.csv")
            try await stream("streamed", to: "a/part-0.parquet", of: writer)
            for _ in 0..<2 {
                await #expect(throws: Refusal.self) {
                    try await writer.commit(manifest: RunManifestInfo()) {
                        if kind != .folder {
                            let keys = try await store.list("\(family.prefix)/\(writer.name)/").map(\.key)
                            #expect(keys.count == 2 && keys.allSatisfy { !$0.hasSuffix(RunFamily.manifestName) })
                        }
                        throw Refusal()
                    }
                }
                #expect(try await runs.runs(family).allSatisfy { $0.manifest == nil })
                #expect(try await runs.latest(family) == nil)
            }
            // It may try again, or give up.
            try await writer.commit(manifest: RunManifestInfo()) {}
            #expect(try await runs.latest(family)?.name == writer.name)
            let other = try await runs.begin(family, now: noon.addingTimeInterval(60))
            try other.put(Data("other".utf8), at: "local.csv")
            await #expect(throws: Refusal.self) {
                try await other.commit(manifest: RunManifestInfo()) { throw Refusal() }
            }
            try await other.abandon()
            #expect(try await runs.runs(family).map(\.name) == [writer.name])
            #expect(try await store.list("\(family.prefix)/\(other.name)/").isEmpty)
        }
    }

    @Test func aFileIsStreamedOnce() async throws {
        let runs = RunStore(store: MemoryStore())
        let writer = try await runs.begin(try Families.userSeg(), now: noon)
        try await stream("1", to: "a", of: writer)
        let error = await #expect(throws: IFError.self) { try await writer.stream(to: "a") }
        #expect(error?.code == .conflict)
        await #expect(throws: IFError.self) { try await writer.stream(to: "../a") }
        await #expect(throws: IFError.self) { try await writer.stream(to: RunFamily.manifestName) }
        try await writer.abandon()
    }

    /// A writer that died left objects without a manifest: no reader sees them, and a day later repair removes them.
    @Test func whatADeadWriterStreamedIsRemovedByRepair() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let family = try Families.userSeg()
            let dead = RunStore(store: store, scratch: folder + "/a", staleAfter: 0)
            let writer = try await dead.begin(family, now: noon)
            try await stream("streamed", to: "a", of: writer)
            let other = RunStore(store: store, scratch: folder + "/b", staleAfter: -3600)
            #expect(try await other.latest(family) == nil)
            #expect(try await store.list(family.prefix + "/run-").count == 1)
            let done = try await other.repair(family)
            #expect(done.contains { $0.contains("unfinished run") })
            #expect(try await store.list(family.prefix + "/run-").isEmpty)
            // The writer was not dead after all: it learns of it.
            let error = await #expect(throws: IFError.self) { try await writer.commit(manifest: RunManifestInfo()) }
            #expect(error?.code == .conflict)
            #expect(try await other.latest(family) == nil)
        }
    }

    /// However a file came into the run, its end has the same digest, and a source refuses another.
    @Test func theEndsOfFilesAreCompared() async throws {
        try await withTemporaryFolder { folder in
            let store = MemoryStore()
            let runs = RunStore(store: store, scratch: folder)
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            let data = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 >> 3) })
            try writer.put(data, at: "local")
            let stream = try await writer.stream(to: "streamed")
            for start in stride(from: 0, to: data.count, by: 7001) {
                try await stream.write(data[start..<min(data.count, start + 7001)])
            }
            try await stream.finish()
            try writer.put(data.prefix(FileTail.size), at: "short")
            let record = try await writer.commit(manifest: RunManifestInfo())
            let files = record.manifest.files
            #expect(files.map(\.path) == ["local", "short", "streamed"])
            #expect(files[0].tailSHA256 == FileDigest.sha256(data.suffix(FileTail.size)))
            #expect(files[2].tailSHA256 == files[0].tailSHA256 && files[1].tailSHA256 == nil)
            #expect(files[2].sha256 == files[0].sha256 && files[2].sha256 == FileDigest.sha256(data))

            let end = data.count - FileTail.size..<data.count
            for (path, place, range, isNoticed) in [
                ("local", data.count - 5, end, true), ("streamed", data.count - 5, end, true),
                ("streamed", 5, end, false), ("streamed", 5, 0..<data.count, true),
                ("short", 5, 0..<FileTail.size, true),
            ] {
                let key = "\(record.key)/\(path)"
                let sound = try await store.get(key)
                var damaged = sound
                damaged[place] ^= 1
                try await store.put(damaged, at: key)
                let source = try #require(runs.sources(path, of: record)?.first?.source)
                if isNoticed {
                    let error = await #expect(throws: IFError.self) { try await source.read(range) }
                    #expect(error?.code == .corruptFile && error?.location.key == path)
                } else {
                    #expect(try await source.read(range) == sound.subdata(in: range))
                }
                try await store.put(sound, at: key)
                let again = try #require(runs.sources(path, of: record)?.first?.source)
                #expect(try await again.read(range) == sound.subdata(in: range))
            }
        }
    }

    @Test func sourcesReadWhatTheRunHolds() async throws {
        try await withTemporaryFolder { folder in
            let family = try Families.userSeg()
            let runs = RunStore(store: MemoryStore(), scratch: folder)
            let writer = try await runs.begin(family, now: noon)
            for name in ["t/part-1", "t/part-0", "u"] { try await stream(name, to: name, of: writer) }
            let record = try await writer.commit(manifest: RunManifestInfo())
            let sources = try #require(runs.sources("t", of: record))
            #expect(sources.map(\.path) == ["t/part-0", "t/part-1"])
            #expect(sources[1].source.name.hasSuffix("\(record.key)/t/part-1"))
            #expect(try await sources[1].source.read(2..<8) == Data("part-1".utf8))
            #expect(runs.sources("none", of: record)?.isEmpty == true)

            let local = RunStore(root: folder + "/root")
            let other = try await local.begin(family, now: noon)
            try other.put(Data([1]), at: "t")
            #expect(local.sources("t", of: try await other.commit(manifest: RunManifestInfo())) == nil, "read in place")
        }
    }
}
