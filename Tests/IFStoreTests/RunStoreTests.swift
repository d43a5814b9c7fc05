import FoundationEssentials
import IFCore
import IFTesting
import Testing

@testable import IFStore

@Suite("Runs on every kind of store") struct RunStoreTests {
    @Test(arguments: StoreKind.allCases)
    func aRunIsSeenOnlyAfterCommit(_ kind: StoreKind) async throws {
        try await kind.with { runs, store in
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            #expect(writer.name == "run-20260102-120405")
            try writer.put(Data("x".utf8), at: "other.csv")
            #expect(try await runs.latest(family) == nil)
            #expect(try await runs.runs(family).isEmpty)
            #expect(try await store.list("recsys/user_seg/run-").isEmpty)
            let record = try await writer.commit(manifest: RunManifestInfo(), in: RunContext(now: { noon }))
            #expect(try await runs.latest(family) == record)
            #expect(try await runs.runs(family).map(\.name) == ["run-20260102-120405"])
            #expect(record.promotion?.generation == 1)
            #expect(record.promotion?.reason == "commit")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theManifestTellsEverything(_ kind: StoreKind) async throws {
        try await kind.with { runs, store in
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            try writer.put(Data("abc".utf8), at: "a/b.csv")
            try Data().write(to: URL(filePath: writer.localPath(for: "empty")))
            let info = RunManifestInfo(
                inputs: [RunInput(name: "orders", location: "orders.csv", fingerprint: "quick:1")],
                configuration: ["seg": ["k": 10, "r_cap": 60.5, "on": true, "none": .null, "list": [1, "x"]]],
                seed: .max, version: "0.1.0", timings: ["fit": 1.25], notes: ["rows": 3])
            let record = try await writer.commit(manifest: info, in: RunContext(workers: 2, now: { noon }))
            #expect(
                record.manifest.files == [
                    RunFile(
                        path: "a/b.csv", size: 3,
                        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                    RunFile(
                        path: "empty", size: 0,
                        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                ])
            let key = "recsys/user_seg/run-20260102-120405/_manifest.json"
            let read = try RunManifest.read(try await store.get(key), file: key)
            #expect(read == record.manifest)
            #expect(read.configuration == info.configuration)
            #expect(read.seed == .max)
            let raw = String(decoding: try await store.get(key), as: UTF8.self)
            #expect(raw.contains(#""schema_version" : 1"#))
            #expect(raw.contains(#""started_at_utc" : "2026-01-02T12:04:05.000Z""#))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func namesAdvanceToTheNextFreeSecond(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try Families.userSeg()
            let first = try await runs.begin(family, now: noon)
            let second = try await runs.begin(family, now: noon.addingTimeInterval(0.9))
            #expect(first.name == "run-20260102-120405")
            #expect(second.name == "run-20260102-120406")
            try first.put(Data([1]), at: "x")
            try await first.commit(manifest: RunManifestInfo())
            let third = try await runs.begin(family, now: noon)
            #expect(third.name == "run-20260102-120407")
            try await second.abandon()
            let again = try await runs.begin(family, now: noon)
            #expect(again.name == "run-20260102-120406")
            let exact = try #require(RunTimestamp("20260102-120405"))
            await expectError(.conflict) { _ = try await runs.begin(family, at: exact) }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func familiesCanShareATimestamp(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let families = [try Families.userSeg(), try RunFamily(prefix: "recsys/segment_popularity")]
            let blocking = try await runs.begin(families[1], now: noon)
            let writers = try await runs.begin(families, now: noon)
            #expect(writers.map(\.name) == ["run-20260102-120406", "run-20260102-120406"])
            #expect(blocking.name == "run-20260102-120405")
            // The name that the first family gave back is free.
            let free = try await runs.begin(families[0], now: noon)
            #expect(free.name == "run-20260102-120405")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func familiesOfOneFolderDoNotMix(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let plain = try Families.evaluation()
            let ranked = try Families.postranked()
            for (family, text) in [(plain, "plain"), (ranked, "ranked")] {
                let writer = try await runs.begin(family, now: noon)
                try writer.put(Data(text.utf8), at: "metrics.json")
                try await writer.commit(manifest: RunManifestInfo())
            }
            #expect(try await runs.runs(plain).map(\.name) == ["als-20260102-120405"])
            #expect(try await runs.runs(ranked).map(\.name) == ["als-postrank-20260102-120405"])
            let latest = try #require(try await runs.latest(plain))
            #expect(try await runs.read("metrics.json", of: latest) == Data("plain".utf8))
            #expect(try await runs.latest(ranked)?.name == "als-postrank-20260102-120405")
            #expect(try await runs.history(plain).count == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func anOlderRunThatEndsLaterDoesNotTakeOver(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try Families.userSeg()
            let slow = try await runs.begin(family, now: noon)
            try slow.put(Data("slow".utf8), at: "x")
            let quick = try await runs.commitPair(family, "quick", now: noon.addingTimeInterval(5))
            let record = try await slow.commit(manifest: RunManifestInfo())
            #expect(record.promotion == nil)
            #expect(try await runs.latest(family)?.name == quick.name)
            #expect(try await runs.runs(family).count == 2)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aClockThatLagsDoesNotKeepARunFromBeingLatest(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try Families.userSeg()
            try await runs.commitPair(family, "from the future", now: noon.addingTimeInterval(86_400))
            let record = try await runs.commitPair(family, "now", now: noon)
            #expect(record.promotion?.generation == 2)
            #expect(try await runs.pairSeen(family) == ["now"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func goingBackAndHistory(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try Families.userSeg()
            let names = try await threeRuns(runs, family)
            #expect(try await runs.history(family).map(\.run) == names)
            let later = noon.addingTimeInterval(1000)
            #expect(try await runs.rollback(family, now: later).name == names[1])
            #expect(try await runs.pairSeen(family) == ["run 1"])
            #expect(try await runs.rollback(family, to: names[0], now: later + 1).name == names[0])
            try await runs.promote(family, names[2], now: later + 2)
            try await runs.promote(family, names[2], now: later + 3)
            let history = try await runs.history(family)
            #expect(history.map(\.run) == [names[0], names[1], names[2], names[1], names[0], names[2]])
            #expect(history.map(\.generation) == [1, 2, 3, 4, 5, 6])
            #expect(history.map(\.reason) == ["commit", "commit", "commit", "rollback", "rollback", "promote"])
            #expect(try await runs.promotion(family, at: noon + 15)?.run == names[1])
            #expect(try await runs.promotion(family, at: noon - 1) == nil)
            #expect(try await runs.promotion(family, at: later + 0.5)?.run == names[1])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func pruneNeverTakesTheLatest(_ kind: StoreKind) async throws {
        try await kind.with { runs, store in
            let family = try Families.userSeg()
            let names = try await threeRuns(runs, family)
            try await runs.rollback(family, to: names[0])
            let policy = RetentionPolicy(newest: 1)
            #expect(try await runs.prune(family, policy, now: noon, isDryRun: true) == [names[1]])
            #expect(try await runs.runs(family).count == 3)
            #expect(try await runs.prune(family, RetentionPolicy(newest: 0, seconds: 60), now: noon + 30) == [])
            #expect(try await runs.prune(family, RetentionPolicy(newest: 0, keepsPromoted: true), now: noon) == [])
            #expect(try await runs.prune(family, policy, now: noon) == [names[1]])
            #expect(try await runs.runs(family).map(\.name) == [names[0], names[2]])
            #expect(try await store.list("recsys/user_seg/\(names[1])").isEmpty)
            #expect(try await runs.pairSeen(family) == ["run 0"])
            // What was latest is still known, and rollback passes over what is gone.
            #expect(try await runs.history(family).contains { $0.run == names[1] })
            #expect(try await runs.rollback(family).name == names[2])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func refusals(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            await expectError(.emptyData) { try await writer.commit(manifest: RunManifestInfo()) }
            await expectError(.invalidArgument) { _ = try writer.localPath(for: "../escape") }
            await expectError(.invalidArgument) { _ = try writer.localPath(for: "/absolute") }
            await expectError(.invalidArgument) { try writer.put(Data(), at: "_manifest.json") }
            try writer.put(Data([1]), at: "x")
            try await writer.commit(manifest: RunManifestInfo())
            await expectError(.conflict) { try writer.put(Data([2]), at: "x") }
            await expectError(.conflict) { try await writer.commit(manifest: RunManifestInfo()) }
            await expectError(.notFound) { try await runs.promote(family, "run-20200101-000000") }
            await expectError(.invalidArgument) { try await runs.promote(family, "nonsense") }
            await expectError(.notFound) { try await runs.rollback(family) }
            let features = try await runs.begin(try Families.features(), now: noon)
            try features.put(Data([1]), at: "ratings/part-0")
            await expectError(.invalidData) { try await features.commit(manifest: RunManifestInfo()) }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func verifyFindsEveryHarm(_ kind: StoreKind) async throws {
        try await kind.with { runs, store in
            let family = try Families.userSeg()
            let run = try await runs.commitPair(family, "sound").name
            #expect(try await runs.verify(family, run, in: RunContext(workers: 2)).isEmpty)
            let base = "recsys/user_seg/\(run)/"
            try await store.put(Data("SOUND".utf8), at: base + "other.csv")
            #expect(try await runs.verify(family, run).map(\.path) == ["other.csv"])
            try await store.put(Data("longer than before".utf8), at: base + "other.csv")
            try await store.put(Data("stray".utf8), at: base + "stray")
            try await store.delete(base + "user_seg.parquet/part-00000")
            let problems = try await runs.verify(family, run)
            #expect(problems.map(\.path) == ["other.csv", "user_seg.parquet/part-00000", "stray"])
            await expectError(.corruptFile) { try await runs.promote(family, run) }
            try await store.put(Data("{}".utf8), at: base + "_manifest.json")
            #expect(try await runs.verify(family, run).map(\.path) == ["_manifest.json"])
            await expectError(.corruptFile) { _ = try await runs.latest(family) }
            let listing = try #require(try await runs.runs(family).first)
            #expect(listing.manifest == nil && listing.problem != nil && listing.isLatest)
        }
    }

    private func threeRuns(_ runs: RunStore, _ family: RunFamily) async throws -> [String] {
        var names: [String] = []
        for number in 0..<3 {
            names.append(try await runs.commitPair(family, "run \(number)", now: noon + Double(number) * 10).name)
        }
        return names
    }
}
