import ArgumentParser
import Foundation
import IFCore
import IFPipeline

/// `insightflow recommend`.
struct RecommendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommend",
        abstract: "The best products for users, from the latest model.",
        discussion: """
            With --user the lists are printed; with --output they are written for these or for all users as Parquet \
            (user_id, rec_items, scores). Users the model does not know are named, never given a made-up list.
            """)

    @Option(name: .long, help: "User id; may be repeated.")
    var user: [String] = []

    @Option(name: [.short, .long], help: "Length of a list.")
    var count: Int = 10

    @Flag(name: .long, help: "Leave out products of the user's training history.")
    var unseen = false

    @Option(name: .long, help: "Folder of the artifact store.")
    var root: String = "insightflow-store"

    @Option(name: .long, help: "Configuration file (recsys.yaml) that names other places for artifacts.")
    var config: String?

    @Option(name: .shortAndLong, help: "Parquet file to write.")
    var output: String?

    @Option(name: .long, help: "Blocks computed at once (default: all cores).")
    var workers: Int?

    @Option(name: .long, help: "How progress is shown on standard error: bar, json or none.")
    var progress: ProgressStyle = .none

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func validate() throws {
        if count < 1 { throw ValidationError("--count needs a number of at least 1.") }
        if let workers, workers < 1 { throw ValidationError("--workers needs a number of at least 1.") }
        if user.isEmpty && output == nil { throw ValidationError("Name users with --user, or a file with --output.") }
    }

    func run() async throws {
        let command = self
        let manner = Manner(
            reportsJSON: json, writesJSONLines: progress == .json, afterInterrupt: "No list was written.")
        try await guarded(manner) {
            let configuration = try command.config.map { try RecsysConfiguration.load($0).configuration } ?? .default
            let service = RecommendationService(configuration: configuration, root: command.root)
            let display = ProgressDisplay(command.progress)
            let context = RunContext(
                workers: WorkerBudget(command.workers ?? ProcessInfo.processInfo.activeProcessorCount),
                progress: display.handler)
            if let output = command.output {
                let written = try await service.write(
                    users: command.user.isEmpty ? nil : command.user, count: command.count, unseen: command.unseen,
                    to: output, in: context)
                display.clear()
                for id in written.unknownUsers { manner.note(.warning, "the model does not know user \(id)") }
                Terminal.say("\(output): lists for \(Format.count(written.users)) users.")
                if !written.unknownUsers.isEmpty { throw ExitCode(66) }
                return
            }
            let answers = try await service.lists(
                for: command.user, count: command.count, unseen: command.unseen, in: context)
            display.clear()
            if command.json {
                Terminal.say(JSONOutput.pretty(answers))
            } else {
                answers.forEach { Self.show($0, manner) }
            }
            if answers.contains(where: { $0.items == nil }) { throw ExitCode(66) }
        }
    }

    private static func show(_ answer: RecommendationService.Answer, _ manner: Manner) {
        guard let items = answer.items else {
            manner.note(.warning, "the model does not know user \(answer.user)")
            return
        }
        var table = TextTable([("rank", .right), ("product", .left), ("score", .right)])
        for (index, item) in items.enumerated() {
            table.add([String(index + 1), item.product, Format.fixed(item.score, 4)])
        }
        Terminal.say("User \(answer.user)")
        table.lines.forEach(Terminal.say)
    }
}
