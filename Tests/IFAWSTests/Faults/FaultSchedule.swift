import Foundation
import IFCore
import IFStore
import IFTesting
import Testing

@testable import IFAWS

/// One history of runs that something goes wrong in, as its seed says.
///
/// A sound writer publishes runs of three families. Then one or two writers, each behind faults of its own and with a clock
/// that may be wrong, write further runs while a reader follows the pointers. What must hold afterwards is in `check`.
struct FaultSchedule {
    let seed: UInt64
    let server = ObjectServer()
    let scratch: String
    private var random: RandomStream
    /// What struck, for the tests to see that schedules are worth something.
    private(set) var seen: [FaultyTransport.Fault: Int] = [:]
    private(set) var requests = 0
    /// Runs of families that faulty writers could not write.
    private(set) var failures = 0

    /// What a writer was told, or what it was to write.
    struct Written: Sendable {
        var family: RunFamily
        var run: String
        var content: String
        var wasPromoted: Bool
    }

    init(seed: UInt64, scratch: String) {
        self.seed = seed
        self.scratch = scratch
        random = RandomSource(seed: seed).stream("schedule")
    }

    /// Plain names, names of its own, and a family without `latest/`.
    static let families = Result {
        [
            try RunFamily(prefix: "recsys/user_seg", latest: .sameNames),
            try RunFamily(
                prefix: "recsys/models", latest: LatestLayout(["model/data": "data", "big.bin": "big.bin"])),
            try RunFamily(prefix: "recsys/eval", runPrefix: "als-"),
        ]
    }
    static let paths = ["model/data/part-0", "model/data/part-1", "big.bin"]
    static let partSize = 512

    static func data(_ content: String, _ path: String) -> Data {
        let line = "\(content) \(path)\n"
        // Some files go in one request, one in parts.
        return Data(String(repeating: line, count: path == "big.bin" ? 3 * partSize / line.utf8.count : 2).utf8)
    }

    // MARK: Clients

    /// A run store as a process of its own would open it.
    func runs(_ transport: any HTTPTransport, ahead: TimeInterval = 0, attempts: Int = 5) throws -> RunStore {
        var settings = S3Settings(endpoint: "http://server", attempts: attempts)
        settings.partSize = Self.partSize
        settings.copyThreshold = 2 * Self.partSize
        settings.copyPartSize = Self.partSize
        var client = S3Client(
            bucket: server.bucket, settings: settings, transport: transport,
            credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "secret"))]))
        client.retries.base = 0.000_01
        client.retries.cap = 0.000_1
        let server = server
        client.now = { server.now.addingTimeInterval(ahead) }
        let place = try S3Location(bucket: server.bucket, prefix: "root")
        return RunStore(store: S3Store(place, client: client), scratch: scratch)
    }

    /// Writes a run of every family; what was reported as done is in the answer even where a later one failed.
    func write(
        _ content: String, _ runs: RunStore, at now: Date, abandoning: Bool
    ) async throws -> (written: [Written], failure: (any Error)?) {
        var written: [Written] = []
        var writers: [RunWriter] = []
        do {
            writers = try await runs.begin(try Self.families.get(), now: now)
            for writer in writers {
                for (index, path) in Self.paths.enumerated() {
                    // Over the seeds, each file is sent while it is written in half of the schedules.
                    if (seed >> UInt64(index)) & 1 == 1 {
                        try await writer.stream(Self.data(content, path), to: path, pieces: 100)
                    } else {
                        try writer.put(Self.data(content, path), at: path)
                    }
                }
            }
            for writer in writers {
                let record = try await writer.commit(
                    manifest: RunManifestInfo(), in: RunContext(workers: WorkerBudget(2)))
                written.append(
                    Written(
                        family: writer.family, run: record.name, content: content, wasPromoted: record.promotion != nil)
                )
            }
            return (written, nil)
        } catch {
            if abandoning { for writer in writers { try? await writer.abandon() } }
            return (written, error)
        }
    }

    // MARK: The history

    mutating func run() async throws {
        // As a half of all histories go on: with repair, or with the next run alone.
        let isRepairedFirst = Bool.random(using: &random)
        let healthy = try runs(server)
        let begin = server.now
        let first = try await write("first", healthy, at: begin, abandoning: false)
        try #require(first.failure == nil, "seed \(seed): \(first.failure.map { "\($0)" } ?? "")")

        let count = Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1
        let plans = (0..<count).map { plan($0) }
        let outcomes = try await withThrowingTaskGroup(of: [Written].self) { group in
            for plan in plans {
                group.addTask { [self] in
                    let store = try runs(plan.transport, ahead: plan.ahead, attempts: plan.attempts)
                    let outcome = try await write(
                        plan.name, store, at: begin.addingTimeInterval(60 + plan.ahead), abandoning: plan.abandons)
                    if let failure = outcome.failure {
                        #expect(failure is IFError, "seed \(seed): \(failure)")
                    }
                    return outcome.written
                }
            }
            let isDone = Locked(false)
            let reader = Task { [self] in
                while !isDone.withLock({ $0 }) {
                    try await look(healthy)
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            var all: [Written] = []
            do { for try await written in group { all += written } } catch {
                isDone.withLock { $0 = true }
                throw error
            }
            isDone.withLock { $0 = true }
            try await reader.value
            return all
        }
        for plan in plans {
            plan.transport.settle()
            seen.merge(plan.transport.seen, uniquingKeysWith: +)
            requests += plan.transport.sent
        }
        failures = plans.count * 3 - outcomes.count
        try await check(outcomes + first.written, healthy)
        if isRepairedFirst {
            for family in try Self.families.get() { _ = try await healthy.repair(family, now: server.now) }
            try await expectPlainCopies(healthy)
        }
        try await checkNextRun(outcomes + first.written, at: begin.addingTimeInterval(120))
        try await checkRepair(healthy)
    }

    private struct Plan: Sendable {
        var name: String
        var transport: FaultyTransport
        var ahead: TimeInterval
        var attempts: Int
        var abandons: Bool
    }

    private mutating func plan(_ index: Int) -> Plan {
        let rate = [0.01, 0.05, 0.15, 0.4][Int.random(in: 0..<4, using: &random)]
        let ahead: TimeInterval = [0, 0, 0, 1200, -1200, 200_000, -200_000][Int.random(in: 0..<7, using: &random)]
        let end = Bool.random(using: &random) ? Int.random(in: 1...140, using: &random) : nil
        let transport = FaultyTransport(server, seed: seed, client: index, rate: rate, end: end)
        return Plan(
            name: "writer-\(index)", transport: transport, ahead: ahead,
            attempts: Int.random(in: 2...6, using: &random), abandons: Bool.random(using: &random))
    }

    // MARK: What must hold

    /// A reader of the pointer sees one whole run, all of whose files are those of its manifest.
    private func look(_ runs: RunStore) async throws {
        for family in try Self.families.get() {
            let run = try #require(try await runs.latest(family), "seed \(seed): nothing is the latest")
            var contents: Set<String> = []
            for file in run.manifest.files {
                let data = try await runs.read(file.path, of: run)
                #expect(FileDigest.sha256(data) == file.sha256, "seed \(seed): \(run.key)/\(file.path)")
                contents.insert(String(decoding: data.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
            }
            #expect(contents.count == 1, "seed \(seed): \(run.key) is a mixture of \(contents)")
            #expect(Set(run.manifest.files.map(\.path)) == Set(Self.paths))
        }
    }

    /// Nothing that was reported as done is lost, and the pointer is sound.
    private func check(_ written: [Written], _ runs: RunStore) async throws {
        try await look(runs)
        for item in written {
            let record = try await runs.record(item.family, item.run)
            for path in Self.paths {
                let found = try await runs.read(path, of: record)
                #expect(found == Self.data(item.content, path), "seed \(seed): \(record.key)/\(path)")
            }
        }
        for family in try Self.families.get() {
            let history = try await runs.history(family)
            #expect(history.map(\.generation) == Array(1...max(1, history.count)), "seed \(seed): \(history)")
            let promoted = Set(history.map(\.run))
            for item in written where item.family == family && item.wasPromoted {
                #expect(promoted.contains(item.run), "seed \(seed): \(item.run) is not remembered")
            }
        }
    }

    /// The next run needs no repair: it becomes the latest, and the plain copy is its own.
    private func checkNextRun(_ written: [Written], at now: Date) async throws {
        let runs = try runs(server)
        let next = try await write("next", runs, at: now, abandoning: false)
        #expect(next.failure == nil, "seed \(seed): \(next.failure.map { "\($0)" } ?? "")")
        for item in next.written {
            #expect(item.wasPromoted, "seed \(seed): \(item.family.prefix)")
            #expect(try await runs.latest(item.family)?.name == item.run)
        }
        try await check(written + next.written, runs)
        try await expectPlainCopies(runs)
    }

    private func expectPlainCopies(_ runs: RunStore) async throws {
        for family in try Self.families.get() where family.latest != nil {
            let run = try #require(try await runs.latest(family))
            let renamed = family.prefix == "recsys/models"
            var expected: [String: Data] = [:]
            for path in Self.paths {
                expected["root/\(family.prefix)/latest/" + (renamed ? path.replacing("model/", with: "") : path)] =
                    try await runs.read(path, of: run)
            }
            let found = server.state.withLock { state in
                state.objects.filter { $0.key.hasPrefix("root/\(family.prefix)/latest/") }.mapValues(\.data)
            }.filter { !$0.key.hasSuffix("/_manifest.json") }
            #expect(found == expected, "seed \(seed): latest/ of \(family.prefix) is not \(run.name)")
        }
    }

    /// After a day, repair leaves nothing but runs, pointers, histories and copies, and has nothing to do a second time.
    private func checkRepair(_ healthy: RunStore) async throws {
        server.wait(3 * 86_400)
        let families = try Self.families.get()
        for family in families { _ = try await healthy.repair(family, now: server.now) }
        for family in families {
            #expect(try await healthy.repair(family, now: server.now).isEmpty, "seed \(seed)")
        }
        #expect(server.uploads == 0, "seed \(seed): uploads are left")
        try await expectPlainCopies(healthy)
        var expected: Set<String> = []
        for family in families {
            for run in try await healthy.runs(family) {
                let manifest = try #require(run.manifest, "seed \(seed): \(run.name) has no manifest")
                let folder = "root/\(family.prefix)/\(run.name)/"
                expected.formUnion(manifest.files.map { folder + $0.path } + [folder + "_manifest.json"])
            }
        }
        let found = server.keys.filter { key in
            !["/latest/", "/_history", "/_latest"].contains { key.contains($0) }
        }
        #expect(Set(found) == expected, "seed \(seed): \(Set(found).symmetricDifference(expected).sorted())")
        for family in families {
            try await healthy.prune(family, RetentionPolicy(newest: 1), now: server.now)
            #expect(try await healthy.runs(family).allSatisfy { $0.manifest != nil })
        }
        try await look(healthy)
    }
}
