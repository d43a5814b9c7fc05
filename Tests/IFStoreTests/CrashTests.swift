import FoundationEssentials
import Glibc
import IFCore
import IFTesting
import Testing

@testable import IFStore

/// Crashes at every step: whoever reads sees the old run or the new one, whole, and nothing is lost.
@Suite("Crashes") struct CrashTests {
    /// A family with plain names and one with names of its own.
    enum Layout: String, CaseIterable, Codable, Sendable {
        case sameNames, ownNames

        func family() throws -> RunFamily {
            switch self {
            case .sameNames: try RunFamily(prefix: "recsys/x", latest: .sameNames)
            case .ownNames:
                try RunFamily(prefix: "recsys/x", latest: LatestLayout(["a": "A.parquet", "b": "B.parquet"]))
            }
        }

        func plainPaths() -> [String] {
            self == .sameNames ? ["a/part-0", "b/part-0"] : ["A.parquet/part-0", "B.parquet/part-0"]
        }
    }

    static let folderSteps: [RunStep] = [
        .reserved, .filesHashed, .manifestWritten, .runStored, .historyWritten, .viewBuilt, .linkMade, .linkSwapped,
        .pointerWritten, .runMovedToTrash, .cleanedUp,
    ]

    @Test(arguments: Layout.allCases, folderSteps)
    func killedByTheSystem(_ layout: Layout, _ step: RunStep) async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try layout.family()
            let old = try await CrashTests.write("old", runs, family)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, layout = layout as Layout, step = step as RunStep] in
                let runs = RunStore(root: root)
                try await RunStep.$observer.withValue({ if $0 == step { kill(getpid(), SIGKILL) } }) {
                    _ = try await CrashTests.write("new", runs, try layout.family())
                }
            }
            let isNew =
                (try #require(CrashTests.folderSteps.firstIndex(of: step)))
                >= (try #require(CrashTests.folderSteps.firstIndex(of: .linkSwapped)))
            let expected = isNew ? "new" : "old"
            // Before anything is repaired, for both kinds of reader.
            #expect(try await CrashTests.seen(runs, family) == [expected])
            for path in layout.plainPaths() { #expect(try text("\(root)/recsys/x/latest/\(path)") == expected) }
            #expect(try await runs.history(family).last?.run == runs.latest(family)?.name)
            #expect(try await runs.history(family).count == (isNew ? 2 : 1))

            _ = try await runs.repair(family)
            #expect(try await runs.repair(family).isEmpty)
            #expect(try await CrashTests.seen(runs, family) == [expected])
            try CrashTests.expectTidy(root + "/recsys/x")
            let pointer = try StoreJSON.decode(
                Promotion.self, from: FileOperations.read(root + "/recsys/x/_latest.json"), file: "")
            #expect(pointer == (try await runs.latest(family))?.promotion)
            for listing in try await runs.runs(family) {
                #expect(try await runs.verify(family, listing.name).isEmpty)
            }
            // A run that was stored is not lost though it was never promoted.
            let stored = step != .reserved && step != .filesHashed && step != .manifestWritten
            #expect(try await runs.runs(family).count == (stored ? 2 : 1))
            #expect(try await runs.runs(family).first?.name == old.name)

            let next = try await CrashTests.write("next", runs, family)
            #expect(next.promotion?.generation == (isNew ? 3 : 2))
            #expect(try await CrashTests.seen(runs, family) == ["next"])
        }
    }

    @Test(arguments: StoreKind.allCases, Layout.allCases)
    func failedAtEveryStep(_ kind: StoreKind, _ layout: Layout) async throws {
        var failures = 0
        for target in 1...200 {
            let wasReached = try await kind.with { runs, store in
                let family = try layout.family()
                try await CrashTests.write("old", runs, family)
                let wasReached = try await CrashTests.write("new", runs, family, failingAt: target)
                let seen = try await CrashTests.seen(runs, family)
                #expect(seen == ["old"] || seen == ["new"], "step \(target): \(seen)")
                _ = try await runs.repair(family, now: Date().addingTimeInterval(100_000))
                #expect(try await runs.repair(family).isEmpty)
                #expect(try await CrashTests.seen(runs, family) == seen)
                for path in layout.plainPaths() {
                    let plain = try await store.get("recsys/x/latest/\(path)")
                    #expect(Set([String(decoding: plain, as: UTF8.self)]) == seen)
                }
                #expect(try await runs.history(family).last?.run == runs.latest(family)?.name)
                for listing in try await runs.runs(family) {
                    #expect(try await runs.verify(family, listing.name).isEmpty, "step \(target)")
                }
                try await CrashTests.write("next", runs, family)
                #expect(try await CrashTests.seen(runs, family) == ["next"])
                #expect(try await runs.rollback(family).promotion != nil)
                return wasReached
            }
            if !wasReached { break }
            failures += 1
        }
        #expect(failures > 8)
    }

    @Test func aWriterMayTryAgainAfterAFailure() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Families.userSeg()
            let writer = try await runs.begin(family, now: noon)
            try writer.put(Data("x".utf8), at: "x")
            await #expect(throws: Stop.self) {
                try await RunStep.$observer.withValue({ if $0 == .manifestWritten { throw Stop() } }) {
                    try await writer.commit(manifest: RunManifestInfo())
                }
            }
            #expect(try await runs.latest(family) == nil)
            let record = try await writer.commit(manifest: RunManifestInfo())
            #expect(record.manifest.files.map(\.path) == ["x"])
            #expect(try await runs.verify(family, record.name).isEmpty)
        }
    }

    // MARK: Parts

    struct Stop: Error {}

    @discardableResult
    static func write(_ text: String, _ runs: RunStore, _ family: RunFamily) async throws -> RunRecord {
        let writer = try await runs.begin(family, now: noon)
        for path in ["a/part-0", "b/part-0"] { try writer.put(Data(text.utf8), at: path) }
        return try await writer.commit(manifest: RunManifestInfo())
    }

    /// Writes a run that fails at the `target`-th step; answers whether it came to that.
    static func write(_ text: String, _ runs: RunStore, _ family: RunFamily, failingAt target: Int) async throws -> Bool
    {
        let steps = Counter()
        do {
            try await RunStep.$observer.withValue({ _ in if steps.next() == target { throw Stop() } }) {
                _ = try await write(text, runs, family)
            }
        } catch is Stop {
            return true
        }
        return steps.value >= target
    }

    /// The texts that a reader of the pointer finds in the parts of one run.
    static func seen(_ runs: RunStore, _ family: RunFamily) async throws -> Set<String> {
        guard let run = try await runs.latest(family) else { return [] }
        var seen: Set<String> = []
        for path in ["a/part-0", "b/part-0"] {
            seen.insert(String(decoding: try await runs.read(path, of: run), as: UTF8.self))
        }
        return seen
    }

    static func expectTidy(_ folder: String) throws {
        for name in try FileOperations.names(in: folder) {
            #expect(!name.hasPrefix(".swap-") && !name.hasPrefix(".tmp-"), "\(name) was left")
        }
        #expect(try FileOperations.names(in: folder + "/.staging").isEmpty)
        #expect(try FileOperations.names(in: folder + "/.trash").isEmpty)
    }
}
