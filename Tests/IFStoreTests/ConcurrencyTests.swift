import FoundationEssentials
import IFCore
import IFTesting
import Testing

@testable import IFStore

@Suite("Many writers and readers", .serialized) struct ConcurrencyTests {
    static let writesPerWriter = 15
    static let family = Result { try RunFamily(prefix: "recsys/x", latest: .sameNames) }
    static let viewed = Result {
        try RunFamily(prefix: "recsys/x", latest: LatestLayout(["a": "A.parquet", "b": "B.parquet"]))
    }

    @Test(arguments: StoreKind.allCases)
    func noReaderOfThePointerSeesAMixture(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try Self.family.get()
            try await CrashTests.write("first", runs, family)
            let (written, read) = (Counter(), Counter())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0..<Self.writesPerWriter {
                            try await CrashTests.write("\(writer)-\(number)", runs, family)
                            written.next()
                        }
                    }
                }
                for _ in 0..<4 {
                    group.addTask {
                        while written.value < 4 * Self.writesPerWriter {
                            let seen = try await CrashTests.seen(runs, family)
                            #expect(seen.count == 1, "\(seen)")
                            read.next()
                            try await Task.sleep(for: .microseconds(200))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(read.value > 0)
            // Every run is there, each name once, and the history has no hole.
            #expect(try await runs.runs(family).count == written.value + 1)
            let history = try await runs.history(family)
            #expect(history.map(\.generation) == Array(1...history.count))
            #expect(try await runs.repair(family).isEmpty)
        }
    }

    /// A reader of plain paths opens `latest/…` while links move and old runs are pruned.
    @Test func aPlainReaderFindsAWholeFileAlways() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Self.viewed.get()
            try await CrashTests.write("first", runs, family)
            let (written, read) = (Counter(), Counter())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<2 {
                    group.addTask {
                        for number in 0..<Self.writesPerWriter {
                            try await CrashTests.write("\(writer)-\(number)", runs, family)
                            written.next()
                        }
                    }
                }
                for _ in 0..<4 {
                    group.addTask {
                        while written.value < 2 * Self.writesPerWriter {
                            let content = try text(root + "/recsys/x/latest/A.parquet/part-0")
                            #expect(!content.isEmpty)
                            let parts = try FileManager.default.contentsOfDirectory(
                                atPath: root + "/recsys/x/latest/B.parquet")
                            #expect(parts == ["part-0"])
                            read.next()
                            try await Task.sleep(for: .microseconds(200))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(read.value > 0)
        }
    }

    @Test func pruningWhileOthersPromoteTakesNoLatest() async throws {
        try await withTemporaryFolder { root in
            let runs = RunStore(root: root)
            let family = try Self.family.get()
            try await CrashTests.write("first", runs, family)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<40 { try await CrashTests.write("\(number)", runs, family) }
                }
                group.addTask {
                    for _ in 0..<40 {
                        do {
                            try await runs.prune(family, RetentionPolicy(newest: 1))
                        } catch let error as IFError where error.code == .conflict {
                            // It became the latest meanwhile, and was left alone.
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<200 {
                        let latest = try await runs.latest(family)
                        #expect(latest != nil)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await CrashTests.seen(runs, family) == ["39"])
        }
    }

    @Test func twoStoresOnOneFolderShareItsLocks() async throws {
        try await withTemporaryFolder { root in
            let family = try Self.family.get()
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await CrashTests.write("x", RunStore(root: root + "/"), family).name }
                }
                var names: Set<String> = []
                for try await name in group { names.insert(name) }
                #expect(names.count == 8)
            }
        }
    }
}
