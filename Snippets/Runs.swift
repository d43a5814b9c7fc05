// Runs that are written apart and published in one step; the latest, the history, and going back.
import Foundation
import IFCore
import IFStore

let root = FileManager.default.temporaryDirectory.appending(path: "snippet-runs-\(UUID().uuidString)").path()
defer { try? FileManager.default.removeItem(atPath: root) }

// snippet.write
let store = RunStore(root: root)
let scores = try RunFamily(prefix: "recsys/scores", latest: .sameNames)

let writer = try await store.begin(scores, now: Date(timeIntervalSince1970: 1_800_000_000))
try writer.put(Data("user,score\n1,0.5\n".utf8), at: "scores.csv")
let first = try await writer.commit(
    manifest: RunManifestInfo(configuration: ["factors": 64], seed: 42, version: "1.0"))
// snippet.end

precondition(first.name == "run-20270115-080000" && first.promotion?.generation == 1, "named by its second")

// snippet.read
if let latest = try await store.latest(scores) {
    // All that is read through one record is of one run, whoever else writes meanwhile.
    let data = try await store.read("scores.csv", of: latest)
    print(latest.name, latest.manifest.seed, data.count)
}
// snippet.end

let plain = try String(contentsOfFile: root + "/recsys/scores/latest/scores.csv", encoding: .utf8)
precondition(plain.hasPrefix("user"), "readers of plain files find the latest, too")

let next = try await store.begin(scores, now: Date(timeIntervalSince1970: 1_800_000_060))
try next.put(Data("user,score\n1,0.7\n".utf8), at: "scores.csv")
let second = try await next.commit(manifest: RunManifestInfo())

// snippet.rollback
let restored = try await store.rollback(scores)
let history = try await store.history(scores).map { "\($0.generation) \($0.run) \($0.reason)" }
// snippet.end

precondition(restored.name == first.name, "the run before the latest is the latest again")
precondition(
    history == ["1 \(first.name) commit", "2 \(second.name) commit", "3 \(first.name) rollback"],
    "going back is a promotion, too")

// snippet.verify
let problems = try await store.verify(scores, second.name)
let removed = try await store.prune(scores, RetentionPolicy(newest: 0, keepsPromoted: true), isDryRun: true)
// snippet.end

precondition(problems.isEmpty && removed.isEmpty, "both runs are whole, and both were promoted once")
