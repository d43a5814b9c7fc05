public import ArgumentParser
import Foundation
import IFCore
public import IFPipeline
import IFSynth

/// `insightflow synth`.
struct SynthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Write a made-up shop in the form of the Instacart data, with the truth to score against.",
        discussion: """
            Orders, order lines, products, aisles, departments and truth.parquet (intervals before they were cut off at \
            30 days, taste clusters). 206209 users give a shop of the size of Instacart. Written as a stream: memory does \
            not grow with the number of users.
            """)

    @Option(name: .long, help: "Users.")
    var users: Int = 20_000

    @Option(name: .long, help: "Products (default: in proportion to the users, as at Instacart).")
    var items: Int?

    @Option(name: .long, help: "Taste clusters.")
    var clusters: Int?

    @Option(name: .long, help: "Seed: same seed, same shop.")
    var seed: UInt64 = 42

    @Option(name: .shortAndLong, help: "Folder to write; made if absent.")
    var output: String

    @Option(name: .long, help: "parquet, csv or csv.gz.")
    var format: ShopWriter.Format = .parquet

    @Option(name: .long, help: "Blocks computed at once (default: all cores).")
    var workers: Int?

    @Option(name: .long, help: "How progress is shown on standard error: bar, json or none.")
    var progress: ProgressStyle = .bar

    mutating func validate() throws {
        if let workers, workers < 1 { throw ValidationError("--workers needs a number of at least 1.") }
    }

    func run() async throws {
        let command = self
        let manner = Manner(
            writesJSONLines: progress == .json,
            afterInterrupt: "The shop was not finished and none of its files was written.")
        try await guarded(manner) {
            var configuration = SyntheticShop.Configuration(users: command.users, seed: command.seed)
            if let items = command.items { configuration.items = items }
            if let clusters = command.clusters { configuration.clusters = clusters }
            let display = ProgressDisplay(command.progress)
            let context = RunContext(
                seed: command.seed,
                workers: WorkerBudget(command.workers ?? ProcessInfo.processInfo.activeProcessorCount),
                progress: display.handler)
            let summary = try await ShopWriter.write(
                SyntheticShop(configuration), to: command.output, format: command.format, in: context)
            display.clear()
            Terminal.say(
                "\(command.output): \(Format.count(command.users)) users, \(Format.count(summary.orders)) orders, "
                    + "\(Format.count(summary.priorLines)) prior and \(Format.count(summary.trainLines)) train lines.")
        }
    }
}

extension ShopWriter.Format: ExpressibleByArgument {}
