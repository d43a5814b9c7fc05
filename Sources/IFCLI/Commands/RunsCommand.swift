import ArgumentParser
import Foundation
import IFCore
import IFPipeline
import IFStore

/// `insightflow runs`: what is in the store, and which run is the latest.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List, show, verify, promote, roll back, prune and repair runs.",
        subcommands: [
            ListRuns.self, ShowRun.self, VerifyRuns.self, PromoteRun.self, RollBackRun.self, PruneRuns.self,
            RepairRuns.self,
        ],
        defaultSubcommand: ListRuns.self)
}

/// Which store, and which families of it.
struct StoreOptions: ParsableArguments {
    @Option(name: .long, help: "Folder or s3:// location of the artifact store (default: insightflow-store).")
    var root: String?

    @Option(name: .long, help: "Configuration file (recsys.yaml) that names other places for artifacts.")
    var config: String?

    /// The store, and the families of it that are named, all where none is.
    func open(_ names: [String] = []) throws -> (store: RunStore, families: [(name: String, family: RunFamily)]) {
        let configuration = try configuration()
        let place = try StorePlace(configuration.root(root), name: "--root")
        let store = try place.runs(environment: configuration.environment())
        return (store, try families(names, of: ArtifactLayout(configuration)))
    }

    /// The configuration named, else the default one.
    func configuration() throws -> RecsysConfiguration {
        try config.map { try RecsysConfiguration.load($0).configuration } ?? .default
    }

    private func families(
        _ names: [String], of layout: ArtifactLayout
    ) throws -> [(name: String, family: RunFamily)] {
        let all = layout.named
        guard !names.isEmpty else { return all }
        return try names.map { name in
            guard let found = all.first(where: { $0.name == name || $0.family.prefix == name }) else {
                throw IFError(
                    .invalidArgument,
                    "there is no family '\(name)'; families are \(all.map(\.name).joined(separator: ", "))")
            }
            return found
        }
    }
}

struct ListRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List runs; * marks the latest.")
    @OptionGroup var options: StoreOptions
    @Argument(help: "Families to list; all by default.") var families: [String] = []
    @Flag(name: .long, help: "Print JSON.") var json = false

    func run() async throws {
        let command = self
        try await guarded(Manner(reportsJSON: json)) {
            struct Row: Encodable {
                var family: String
                var run: String
                var latest: Bool
                var bytes: Int
                var problem: String?
            }
            var rows: [Row] = []
            let (store, families) = try command.options.open(command.families)
            for (name, family) in families {
                for run in try await store.runs(family) {
                    rows.append(
                        Row(family: name, run: run.name, latest: run.isLatest, bytes: run.size, problem: run.problem))
                }
            }
            if command.json {
                Terminal.say(JSONOutput.pretty(rows))
                return
            }
            var table = TextTable([
                ("family", .left), ("run", .left), ("latest", .left), ("size", .right),
                (rows.contains { $0.problem != nil } ? "problem" : "", .left),
            ])
            for row in rows {
                table.add([row.family, row.run, row.latest ? "*" : "", Format.bytes(row.bytes), row.problem ?? ""])
            }
            if rows.isEmpty {
                Terminal.say("There are no runs under \(store.location).")
            } else {
                table.lines.forEach(Terminal.say)
            }
        }
    }
}

struct ShowRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the manifest of a run, by default the latest of its family.")
    @OptionGroup var options: StoreOptions
    @Argument(help: "Family.") var family: String
    @Argument(help: "Run; the latest by default.") var run: String?

    func run() async throws {
        let command = self
        try await guarded(Manner()) {
            let (store, families) = try command.options.open([command.family])
            let family = families[0].family
            let record: RunRecord
            if let name = command.run {
                record = try await store.record(family, name)
            } else if let latest = try await store.latest(family) {
                record = latest
            } else {
                throw IFError(.notFound, "no run of \(command.family) is the latest yet", file: store.location)
            }
            Terminal.say(String(decoding: try await store.read("_manifest.json", of: record), as: UTF8.self))
        }
    }
}

struct VerifyRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Compare every file of the runs with the SHA-256 in its manifest.")
    @OptionGroup var options: StoreOptions
    @Argument(help: "Families; all by default.") var families: [String] = []

    func run() async throws {
        let command = self
        try await guarded(Manner(afterInterrupt: "Not every run was checked.")) {
            let context = RunContext(workers: WorkerBudget(ProcessInfo.processInfo.activeProcessorCount))
            var checked = 0
            var bad = 0
            let (store, families) = try command.options.open(command.families)
            for (name, family) in families {
                for run in try await store.runs(family) {
                    checked += 1
                    let problems: [String]
                    if let problem = run.problem {
                        problems = [problem]
                    } else {
                        problems = try await store.verify(family, run.name, in: context)
                            .map(\.description)
                    }
                    bad += problems.isEmpty ? 0 : 1
                    for problem in problems { Terminal.say("\(name) \(run.name): \(problem)") }
                }
            }
            Terminal.say("\(checked) runs checked, \(bad) with problems.")
            if bad > 0 { throw ExitCode(65) }
        }
    }
}

struct PromoteRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "promote", abstract: "Make a run the latest.")
    @OptionGroup var options: StoreOptions
    @Argument(help: "Family.") var family: String
    @Argument(help: "Run.") var run: String

    func run() async throws {
        let command = self
        try await guarded(Manner(afterInterrupt: "'insightflow runs list' says which run is the latest.")) {
            let (store, families) = try command.options.open([command.family])
            let family = families[0].family
            let record = try await store.promote(family, command.run)
            Terminal.say("\(record.key) is the latest.")
        }
    }
}

struct RollBackRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make the run that was the latest before the latest again.")
    @OptionGroup var options: StoreOptions
    @Argument(help: "Family.") var family: String
    @Argument(help: "Run to go back to; the previous latest by default.") var run: String?

    func run() async throws {
        let command = self
        try await guarded(Manner(afterInterrupt: "'insightflow runs list' says which run is the latest.")) {
            let (store, families) = try command.options.open([command.family])
            let family = families[0].family
            let record = try await store.rollback(family, to: command.run)
            Terminal.say("\(record.key) is the latest.")
        }
    }
}

struct PruneRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove old runs; the latest is always kept.")
    @OptionGroup var options: StoreOptions
    @Argument(help: "Families; all by default.") var families: [String] = []
    @Option(name: .long, help: "So many of the newest runs of each family are kept.") var keep: Int
    @Option(name: .long, help: "Runs younger than so many days are kept.") var days: Double?
    @Flag(name: .long, help: "Only say what would be removed.") var dryRun = false

    mutating func validate() throws {
        if keep < 1 { throw ValidationError("--keep needs a number of at least 1.") }
    }

    func run() async throws {
        let command = self
        try await guarded(Manner(afterInterrupt: "Runs that were removed stay removed; the latest is kept.")) {
            let policy = RetentionPolicy(newest: command.keep, seconds: command.days.map { $0 * 86_400 })
            let (store, families) = try command.options.open(command.families)
            for (name, family) in families {
                let removed = try await store.prune(family, policy, isDryRun: command.dryRun)
                for run in removed { Terminal.say("\(command.dryRun ? "would remove" : "removed") \(name) \(run)") }
            }
        }
    }
}

struct RepairRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Remove what dead writers left; bring latest/ and its pointer in step.")
    @OptionGroup var options: StoreOptions
    @Argument(help: "Families; all by default.") var families: [String] = []

    func run() async throws {
        let command = self
        try await guarded(
            Manner(afterInterrupt: "What was repaired stays so; run the same command again for the rest.")
        ) {
            var actions = 0
            let (store, families) = try command.options.open(command.families)
            for (name, family) in families {
                for action in try await store.repair(family) {
                    actions += 1
                    Terminal.say("\(name): \(action)")
                }
            }
            if actions == 0 { Terminal.say("Nothing to repair.") }
        }
    }
}
