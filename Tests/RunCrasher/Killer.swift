import Foundation
import IFCore
import IFStore

/// Starts a writer, kills it after a random time, checks the store; as often as it is told.
struct Killer {
    let store: CrashStore
    let kills: Int
    let seed: UInt64

    init(_ store: CrashStore, kills: Int, seed: UInt64) {
        self.store = store
        self.kills = kills
        self.seed = seed
    }

    /// A run that its writer was told to be stored.
    private struct Told: Hashable {
        var family: String
        var run: String
        var wasPromoted: Bool
    }

    func run() async throws {
        var random = RandomSource(seed: seed).stream("kills")
        // How long a round of runs takes, so that the kills spread over all of it.
        let first = try life(seconds: nil, lines: 1 + 8 * store.families.count)
        var told = first.told
        let round = first.seconds / 8
        var midway = 0
        for kill in 1...max(1, kills) {
            let life = try life(seconds: Double.random(in: 0...3 * round, using: &random), lines: nil)
            told += life.told
            if life.told.count % store.families.count != 0 { midway += 1 }
            try await check(told, isThorough: kill % 20 == 0, "kill \(kill)")
        }
        try await finish(told)
        print(
            "RunCrasher: \(kills) writers killed over \(store.root.hasPrefix("s3://") ? "S3" : "a folder"); "
                + "\(told.count) runs were reported as committed, \(midway) kills fell between two families' commits; "
                + "a round of runs takes \(Int(round * 1000)) ms; nothing lost, no bad pointer, nothing left over")
    }

    // MARK: Writers

    /// Runs a writer and kills it after so many seconds from its first word, or after so many lines.
    private func life(seconds: Double?, lines: Int?) throws -> (told: [Told], seconds: Double) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: CommandLine.arguments[0])
        process.arguments = ["write", store.root]
        process.standardOutput = output
        try process.run()
        var text = Data()
        func read() -> Bool {
            let data = output.fileHandleForReading.availableData
            text += data
            return !data.isEmpty
        }
        let newline = UInt8(ascii: "\n")
        while !text.contains(newline), read() {}
        let start = Date()
        if let seconds { Thread.sleep(forTimeInterval: seconds) }
        if let lines { while text.count(where: { $0 == newline }) < lines, read() {} }
        let duration = Date().timeIntervalSince(start)
        let wasAlive = process.isRunning
        kill(process.processIdentifier, SIGKILL)
        while read() {}
        process.waitUntilExit()
        guard wasAlive else {
            throw IFError(.inputOutput, "the writer ended by itself: \(String(decoding: text, as: UTF8.self))")
        }
        // What follows the last line's end was cut off.
        let whole = text.lastIndex(of: newline).map { text[...$0] } ?? Data()
        let told = String(decoding: whole, as: UTF8.self).split(separator: "\n").compactMap { line -> Told? in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 4, words[0] == "committed" else { return nil }
            return Told(family: words[1], run: words[2], wasPromoted: words[3] == "promoted")
        }
        return (told, duration)
    }

    // MARK: What must hold

    private func check(_ told: [Told], isThorough: Bool, _ moment: String) async throws {
        for family in store.families {
            guard let latest = try await store.runs.latest(family) else {
                throw lost("\(moment): nothing is the latest")
            }
            try await checkContent(latest, moment)
            let mine = told.filter { $0.family == family.prefix }
            // The pointer never goes back to before what was reported.
            if let last = mine.last(where: \.wasPromoted), latest.name < last.run {
                throw lost("\(moment): \(family.prefix) points to \(latest.name) though \(last.run) was the latest")
            }
            // Older ones may have been pruned.
            let sure = mine.suffix(isThorough ? CrashStore.kept / 2 : 2)
            for item in sure { try await checkContent(try await store.runs.record(family, item.run), moment) }
            if !store.root.hasPrefix("s3://") { try checkLink(family, moment) }
        }
    }

    /// Every file is there and holds what its own run wrote.
    private func checkContent(_ run: RunRecord, _ moment: String) async throws {
        guard Set(run.manifest.files.map(\.path)) == Set(CrashStore.paths) else {
            throw lost("\(moment): the manifest of \(run.key) has other files")
        }
        for path in CrashStore.paths
        where try await store.runs.read(path, of: run) != CrashStore.data(run.name, path) {
            throw lost("\(moment): \(run.key)/\(path) holds something else")
        }
    }

    /// On a folder a reader of plain paths sees one whole run as well.
    private func checkLink(_ family: RunFamily, _ moment: String) throws {
        let latest = "\(store.root)/\(family.prefix)/latest"
        let names =
            family.prefix.hasSuffix("named") ? ["A.parquet/part-0", "A.parquet/part-1", "b.bin"] : CrashStore.paths
        let owners = try names.map { name in
            try String(
                decoding: Data(contentsOf: URL(filePath: "\(latest)/\(name)")).prefix { $0 != 0x20 }, as: UTF8.self)
        }
        guard Set(owners).count == 1 else { throw lost("\(moment): \(latest) is a mixture of \(Set(owners))") }
    }

    /// After repair nothing is left over, and the plain copy is the latest run.
    private func finish(_ told: [Told]) async throws {
        try await Task.sleep(for: .seconds(2))  // what the last writer left is stale by then
        for family in store.families {
            let later = store.root.hasPrefix("s3://") ? Date() : Date().addingTimeInterval(200_000)
            _ = try await store.runs.repair(family, now: later)
            let again = try await store.runs.repair(family, now: later)
            guard again.isEmpty else { throw lost("repair had something to do twice: \(again)") }
            for run in try await store.runs.runs(family) {
                guard run.manifest != nil else { throw lost("\(run.name) has no manifest after repair") }
                let problems = try await store.runs.verify(family, run.name)
                guard problems.isEmpty else { throw lost("\(run.name): \(problems)") }
            }
            let generations = try await store.runs.history(family).map(\.generation)
            guard generations == Array(1...max(1, generations.count)) else { throw lost("history \(generations)") }
        }
        try await check(told, isThorough: true, "the end")
    }

    private func lost(_ message: String) -> IFError { IFError(.corruptFile, message, file: store.root) }
}
