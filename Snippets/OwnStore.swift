// A store of your own, and the contract suite that says whether it keeps its promises.
import Foundation
import IFCore
import IFStore
import IFTesting
import Testing

// snippet.store
/// Keeps objects below a prefix of another store, so that two tenants can share a bucket.
struct PrefixedStore: ArtifactStore {
    let base: any ArtifactStore
    let prefix: String

    var location: String { "\(base.location)/\(prefix)" }

    func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
        outer(try await base.put(data, at: inner(key), if: condition))
    }

    func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
        outer(try await base.put(contentsOf: path, at: inner(key), if: condition))
    }

    func get(_ key: String) async throws -> Data { try await base.get(inner(key)) }

    func download(_ key: String, to path: String) async throws { try await base.download(inner(key), to: path) }

    func stat(_ key: String) async throws -> ArtifactInfo? { try await base.stat(inner(key)).map(outer) }

    func list(_ prefix: String) async throws -> [ArtifactInfo] { try await base.list(inner(prefix)).map(outer) }

    func delete(_ key: String) async throws { try await base.delete(inner(key)) }

    private func inner(_ key: String) -> String { "\(prefix)/\(key)" }

    private func outer(_ info: ArtifactInfo) -> ArtifactInfo {
        var info = info
        info.key.removeFirst(prefix.count + 1)
        return info
    }
}
// snippet.end

// snippet.contract
@Suite struct PrefixedStoreTests {
    @Test(arguments: ArtifactStoreContract.cases.filter { !$0.isSlow })
    func contract(_ check: ArtifactStoreContract.Case) async throws {
        try await check.run(on: PrefixedStore(base: MemoryStore(), prefix: "tenant"))
    }
}
// snippet.end

// snippet.runs
// Whatever keeps the contract keeps runs.
let store = RunStore(store: PrefixedStore(base: MemoryStore(), prefix: "tenant"))
let family = try RunFamily(prefix: "recsys/scores")
let writer = try await store.begin(family, now: Date())
try writer.put(Data("1,0.5\n".utf8), at: "scores.csv")
let run = try await writer.commit(manifest: RunManifestInfo())
// snippet.end

let latest = try await store.latest(family)
precondition(latest?.name == run.name, "the run is the latest")
// The suite above, run here: a snippet is a program of its own.
let status: CInt = await Testing.__swiftPMEntryPoint()
precondition(status == 0, "the store breaks the contract")
