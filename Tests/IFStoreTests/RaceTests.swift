import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFStore

/// Four writers, one of which prunes, and four readers for some seconds: `INSIGHTFLOW_RACE_SECONDS`, three by default, longer
/// where a busy machine would do too little in that time.
@Suite("Races", .serialized) struct RaceTests {
    static let seconds = ProcessInfo.processInfo.environment["INSIGHTFLOW_RACE_SECONDS"].flatMap { Double($0) } ?? 3
    /// Writes and reads without which a race proves nothing.
    static let fewest = 20

    @Test(arguments: StoreKind.allCases)
    func readersOfThePointerSeeWholeRuns(_ kind: StoreKind) async throws {
        try await kind.with { runs, _ in
            let family = try RunFamily(prefix: "recsys/x", latest: .sameNames)
            try await Self.write("first", runs, family, at: noon)
            let names = Counter()
            let (written, read, bad) = (Counter(), Counter(), Counter())
            let end = ContinuousClock.now + .seconds(Self.seconds)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        while ContinuousClock.now < end || written.value < Self.fewest {
                            let second = noon.addingTimeInterval(TimeInterval(names.next()))
                            try await Self.write("\(writer)-\(written.next())", runs, family, at: second)
                            if writer == 0 { try await Self.prune(runs, family) }
                        }
                    }
                }
                for _ in 0..<4 {
                    group.addTask {
                        while ContinuousClock.now < end || read.value < Self.fewest {
                            let seen = try await CrashTests.seen(runs, family)
                            #expect(seen.count == 1, "\(seen)")
                            if seen.count != 1 { bad.next() }
                            read.next()
                            // A reader of a folder waits for nothing, and would keep the thread to itself.
                            try await Task.sleep(for: .microseconds(200))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let history = try await runs.history(family)
            #expect(history.map(\.generation) == Array(1...history.count))
            for run in try await runs.runs(family) { #expect(try await runs.verify(family, run.name).isEmpty) }
            #expect(try await runs.repair(family).isEmpty)
            print("\(kind): \(written.value) runs written, \(read.value) reads through the pointer, \(bad.value) bad")
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
