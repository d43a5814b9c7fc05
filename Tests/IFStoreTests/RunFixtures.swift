import FoundationEssentials
import IFCore
import IFTesting
import Testing

@testable import IFStore

/// The kinds of store that runs are tested on.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case folder, memory, objectsInFolder

    var testDescription: String { rawValue }

    /// Runs `body` with an empty run store and the store beneath it.
    func with<Result>(_ body: (RunStore, any ArtifactStore) async throws -> Result) async throws -> Result {
        try await withTemporaryFolder { folder in
            switch self {
            case .folder:
                return try await body(RunStore(root: folder + "/root"), FolderStore(root: folder + "/root"))
            case .memory:
                let store = MemoryStore()
                return try await body(RunStore(store: store, scratch: folder + "/scratch"), store)
            case .objectsInFolder:
                let store = FolderStore(root: folder + "/root", isDurable: false)
                let runs = RunStore(objectsIn: store, scratch: folder + "/scratch", staleAfter: 86_400)
                return try await body(runs, store)
            }
        }
    }
}

enum Families {
    /// Every file under latest/ by its own name.
    static func userSeg() throws -> RunFamily { try RunFamily(prefix: "recsys/user_seg", latest: .sameNames) }

    /// Other names under latest/, and a file that is not there.
    static func features() throws -> RunFamily {
        try RunFamily(
            prefix: "after-transformation/upi_features",
            latest: LatestLayout(["ratings": "ratings.parquet", "upi_features": "nested/upi_features.parquet"]))
    }

    /// No latest/; shares its folder with the next.
    static func evaluation() throws -> RunFamily { try RunFamily(prefix: "recsys/eval", runPrefix: "als-") }

    static func postranked() throws -> RunFamily { try RunFamily(prefix: "recsys/eval", runPrefix: "als-postrank-") }
}

let noon = Date(timeIntervalSince1970: 1_767_355_445)  // 2026-01-02 12:04:05 UTC

extension RunStore {
    /// Commits a run of user_seg whose two parts both hold `text`.
    @discardableResult
    func commitPair(
        _ family: RunFamily, _ text: String, now: Date = noon, promoting: Bool = true
    ) async throws -> RunRecord {
        let writer = try await begin(family, now: now)
        try writer.put(Data(text.utf8), at: "user_seg.parquet/part-00000")
        try writer.put(Data(text.utf8), at: "other.csv")
        return try await writer.commit(
            manifest: RunManifestInfo(seed: 7, version: "1.2.3"), promoting: promoting, in: RunContext(now: { now }))
    }

    /// What a reader that starts from the pointer sees; `nil` before the first run.
    func pairSeen(_ family: RunFamily) async throws -> Set<String>? {
        guard let run = try await latest(family) else { return nil }
        var seen: Set<String> = []
        for path in ["user_seg.parquet/part-00000", "other.csv"] {
            seen.insert(String(decoding: try await read(path, of: run), as: UTF8.self))
        }
        return seen
    }
}

func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// Expects an ``IFError`` of a code.
func expectError(
    _ code: IFError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("nothing was thrown instead of \(code)", sourceLocation: sourceLocation)
    } catch let error as IFError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
