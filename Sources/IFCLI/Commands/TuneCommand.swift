import ArgumentParser
import Foundation
import IFALS
import IFCore
import IFPipeline

/// `insightflow tune`.
struct TuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Search for better training settings on the input.",
        discussion: """
            Holds out every user's last prior order, fits candidates on the orders before it and scores the lists the \
            pipeline would make. The orders that 'evaluate' uses take no part. Prints the table and the lines to put \
            into recsys.yaml; changes nothing itself. Same seed, same table, whatever the number of workers.
            """)

    @Option(name: .long, help: "Configuration file (recsys.yaml). Its settings are the first candidate.")
    var config: String?

    @Option(name: .long, help: "Folder of orders, order lines and products, or a file of transactions.")
    var input: String?

    @Option(name: .long, help: "Folder that s3:// locations of the configuration are put below.")
    var root: String = "insightflow-store"

    @Option(name: .long, help: "Candidates, the configuration's own settings included.")
    var candidates: Int = 27

    @Option(name: .long, help: "Sweeps of the candidates that are left in the end; all get 2, a third of them goes on.")
    var sweeps: Int = 18

    @Option(name: .long, parsing: .upToNextOption, help: "Lengths of the factors to choose from.")
    var factors: [Int] = [32, 64, 128]

    @Option(name: .long, help: "Users that are scored at most.")
    var validationUsers: Int = 5000

    @Option(name: .shortAndLong, help: "File to write the table to: .csv or .json.")
    var output: String?

    @Option(name: .long, help: "Seed of all random streams: same seed, same result.")
    var seed: UInt64 = 42

    @Option(name: .long, help: "Blocks computed at once (default: all cores). Changes the time, never the result.")
    var workers: Int?

    @Flag(name: .long, help: "Print the report as JSON on standard output.")
    var json = false

    @Option(name: .long, help: "How progress is shown on standard error: bar, json or none.")
    var progress: ProgressStyle = .bar

    mutating func validate() throws {
        if let workers, workers < 1 { throw ValidationError("--workers needs a number of at least 1.") }
        if candidates < 1 { throw ValidationError("--candidates needs a number of at least 1.") }
        if sweeps < 1 { throw ValidationError("--sweeps needs a number of at least 1.") }
        if validationUsers < 1 { throw ValidationError("--validation-users needs a number of at least 1.") }
        if factors.isEmpty || factors.contains(where: { !(1...1024).contains($0) }) {
            throw ValidationError("--factors needs numbers from 1 to 1024.")
        }
        if let output, !output.hasSuffix(".csv") && !output.hasSuffix(".json") {
            throw ValidationError("--output needs a name that ends in .csv or .json.")
        }
    }

    func run() async throws {
        let command = self
        let manner = Manner(
            reportsJSON: json, writesJSONLines: progress == .json, afterInterrupt: "No table was written.")
        try await guarded(manner) { try await command.search(manner) }
    }

    private func search(_ manner: Manner) async throws {
        let parsed = try config.map { try RecsysConfiguration.load($0) }
        for warning in parsed?.warnings ?? [] { manner.note(.warning, "\(warning)") }
        var options = TuningService.Options()
        options.candidates = candidates
        options.sweeps = sweeps
        options.firstSweeps = min(2, sweeps)
        options.maximumUsers = validationUsers
        options.space.factors = factors
        let service = try TuningService(
            configuration: parsed?.configuration ?? .default, input: input, root: root, options: options)
        let display = ProgressDisplay(progress)
        defer { display.clear() }
        let context = RunContext(
            seed: seed, workers: WorkerBudget(workers ?? ProcessInfo.processInfo.activeProcessorCount),
            progress: display.handler)
        let report = try await service.run(in: context)
        display.clear()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let text = String(decoding: try encoder.encode(report), as: UTF8.self)
        if let output {
            let content = output.hasSuffix(".csv") ? report.csv : text + "\n"
            do {
                try Data(content.utf8).write(to: URL(filePath: output), options: .atomic)
            } catch {
                throw IFError(.inputOutput, "could not write the table; check the folder", file: output, cause: error)
            }
        }
        json ? Terminal.say(text) : Self.show(report)
    }

    private static func show(_ report: TuningService.Report) {
        var table = TextTable([
            ("place", .right), ("candidate", .right), (report.metric, .right), ("sweeps", .right), ("factors", .right),
            ("regularization", .right), ("exponent", .right), ("alpha", .right), ("unobserved", .right),
            ("best sweep", .right),
        ])
        for (place, trial) in report.trials.enumerated() {
            let settings = trial.configuration
            table.add([
                String(place + 1), trial.number == 0 ? "given" : String(trial.number),
                trial.score.map { Format.fixed($0, 4) } ?? "failed", String(trial.scores.count),
                String(settings.factors), "\(settings.regularization)", "\(settings.regularizationScaling.exponent)",
                "\(settings.alpha)", "\(settings.unobservedWeight)", String(settings.iterations),
            ])
        }
        table.lines.forEach(Terminal.say)
        Terminal.say(
            "\(report.metric) of each of \(Format.count(report.scoredUsers)) users' last prior order; popular items reach "
                + "\(Format.fixed(report.popularity, 4)).")
        for trial in report.trials {
            if let failure = trial.failure { Terminal.say("candidate \(trial.number) failed: \(failure)") }
        }
        Terminal.say("\nThe best candidate in recsys.yaml:\n\n\(report.yaml)")
    }
}
