import FoundationEssentials
import IFCore
import IFTesting
import Testing

@testable import IFStore

@Suite("Runs on a folder") struct FolderRunTests {
    @Test func latestIsALinkToTheRun() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Families.userSeg()
            let record = try await runs.commitPair(family, "one")
            let folder = root + "/recsys/user_seg"
            #expect(try FileOperations.readLink(folder + "/latest") == record.name)
            #expect(try text(folder + "/latest/user_seg.parquet/part-00000") == "one")
            #expect(
                try await runs.latestPath(family, "user_seg.parquet")
                    == "\(folder)/\(record.name)/user_seg.parquet")
            let pointer = try StoreJSON.decode(
                Promotion.self, from: Data(contentsOf: URL(filePath: folder + "/_latest.json")), file: "")
            #expect(pointer == record.promotion)
            let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") })
            #expect(names == ["latest", "_latest.json", "_history", record.name])
        }
    }

    @Test func aRootIsMadeOrRefusedBeforeWork() async throws {
        try await withTemporaryFolder { folder in
            try RunStore(root: folder + "/a/b").prepare()
            #expect(try FileStatus.of(folder + "/a/b")?.kind == .folder)
            try RunStore(root: folder + "/a/b").prepare()
            try Data().write(to: URL(filePath: folder + "/file"))
            for root in ["/file", "/file/below"] {
                let error = #expect(throws: IFError.self) { try RunStore(root: folder + root).prepare() }
                #expect(error?.code == .inputOutput && error?.location.file == folder + root)
            }
            // Under /proc no folder can be made, by nobody.
            let error = #expect(throws: IFError.self) { try RunStore(root: "/proc/nope").prepare() }
            #expect(error?.code == .inputOutput)
        }
    }

    @Test func latestMayHaveNamesOfItsOwn() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Families.features()
            for text in ["one", "two"] {
                let writer = try await runs.begin(family, now: noon)
                for path in ["ratings/part-0", "upi_features/part-0", "_debug.json"] {
                    try writer.put(Data(text.utf8), at: path)
                }
                try await writer.commit(manifest: RunManifestInfo())
                let latest = root + "/after-transformation/upi_features/latest"
                #expect(try IFStoreTests.text(latest + "/ratings.parquet/part-0") == text)
                #expect(try IFStoreTests.text(latest + "/nested/upi_features.parquet/part-0") == text)
                #expect(!exists(latest + "/_debug.json"))
                #expect(try IFStoreTests.text(latest + "/_manifest.json").contains(writer.name))
                let path = try await runs.latestPath(family, "nested/upi_features.parquet")
                #expect(path.hasSuffix("\(writer.name)/upi_features"))
            }
            await expectError(.notFound) { _ = try await runs.latestPath(family, "_debug.json") }
        }
    }

    @Test func familiesWithoutLatestShowNone() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try RunFamily(prefix: "recsys/models", runPrefix: "als-")
            let writer = try await runs.begin(family, now: noon)
            try writer.put(Data("{}".utf8), at: "meta.json")
            let record = try await writer.commit(manifest: RunManifestInfo())
            #expect(!exists(root + "/recsys/models/latest"))
            #expect(try await runs.latest(family) == record)
            #expect(try await runs.latestPath(family, "meta.json") == root + "/recsys/models/\(record.name)/meta.json")
        }
    }

    @Test func aFolderThatStoodForLatestIsKept() async throws {
        try await withTemporaryFolder { root in
            let family = try Families.userSeg()
            let folder = root + "/recsys/user_seg"
            try FileManager.default.createDirectory(atPath: folder + "/latest", withIntermediateDirectories: true)
            try Data("old".utf8).write(to: URL(filePath: folder + "/latest/user_seg.parquet"))
            try FileManager.default.createDirectory(
                atPath: folder + "/run-20250101-000000", withIntermediateDirectories: true)
            let runs = RunStore(root: root)
            // As another tool left it: readable, but with no record.
            #expect(try await runs.latest(family) == nil)
            #expect(
                try await runs.latestPath(family, "user_seg.parquet") == folder + "/latest/user_seg.parquet")
            #expect(try await runs.runs(family).map(\.problem).count == 1)
            try await runs.commitPair(family, "new")
            #expect(try text(folder + "/latest/other.csv") == "new")
            let kept = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(".replaced") }
            #expect(kept.count == 1)
            #expect(try text(folder + "/\(kept[0])/user_seg.parquet") == "old")
            #expect(try await runs.prune(family, RetentionPolicy(newest: 0)).isEmpty)
        }
    }

    @Test func aLinkLostInCopyingIsMadeAgain() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Families.userSeg()
            try await runs.commitPair(family, "one")
            try await runs.commitPair(family, "two")
            let latest = root + "/recsys/user_seg/latest"
            try FileManager.default.removeItem(atPath: latest)
            #expect(try await runs.pairSeen(family) == ["two"])
            #expect(try await runs.repair(family).count == 1)
            #expect(try text(latest + "/other.csv") == "two")
            #expect(try await runs.repair(family).isEmpty)
            // The pointer too, and then the history.
            try FileManager.default.removeItem(atPath: latest)
            try FileManager.default.removeItem(atPath: root + "/recsys/user_seg/_latest.json")
            #expect(try await runs.repair(family).count == 2)
            #expect(try await runs.pairSeen(family) == ["two"])
            #expect(try await runs.history(family).count == 2)
        }
    }

    @Test func aLinkMovedByHandIsTheTruth() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Families.userSeg()
            let first = try await runs.commitPair(family, "one").name
            let second = try await runs.commitPair(family, "two").name
            let latest = root + "/recsys/user_seg/latest"
            try FileManager.default.removeItem(atPath: latest)
            try FileManager.default.createSymbolicLink(atPath: latest, withDestinationPath: first)
            #expect(try await runs.pairSeen(family) == ["one"])
            #expect(try await !runs.repair(family).isEmpty)
            #expect(try await runs.history(family).map(\.run) == [first, second, first])
            #expect(try await runs.history(family).last?.reason == "repair")
            #expect(try await runs.repair(family).isEmpty)
        }
    }

    @Test func whereTheLatestRunIsGoneAnEarlierOneTakesItsPlace() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Families.userSeg()
            try await runs.commitPair(family, "one")
            let second = try await runs.commitPair(family, "two")
            try FileManager.default.removeItem(atPath: try #require(second.folder))
            await expectError(.notFound) { _ = try await runs.latest(family) }
            #expect(try await runs.repair(family).count == 1)
            #expect(try await runs.pairSeen(family) == ["one"])
            try await runs.commitPair(family, "three")
            #expect(try await runs.history(family).map(\.generation) == [1, 2, 3, 4])
        }
    }

    @Test func droppedWritersAreCleanedUpAndLivingOnesLeftAlone() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Families.userSeg()
            let staging = root + "/recsys/user_seg/.staging"
            var dropped: RunWriter? = try await runs.begin(family, now: noon)
            try dropped?.put(Data("lost".utf8), at: "x")
            let living = try await runs.begin(family, now: noon)
            try living.put(Data("kept".utf8), at: "x")
            #expect(try FileManager.default.contentsOfDirectory(atPath: staging).count == 2)
            #expect(try await runs.repair(family).isEmpty)
            dropped = nil
            #expect(try await runs.repair(family).count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: staging) == [living.name])
            try await living.commit(manifest: RunManifestInfo())
            #expect(try FileManager.default.contentsOfDirectory(atPath: staging).isEmpty)
        }
    }

    @Test func linksAreNoFilesOfARun() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let writer = try await runs.begin(try Families.userSeg(), now: noon)
            try FileManager.default.createSymbolicLink(
                atPath: try writer.localPath(for: "x"), withDestinationPath: "/etc/hostname")
            await expectError(.invalidData) { try await writer.commit(manifest: RunManifestInfo()) }
        }
    }
}
