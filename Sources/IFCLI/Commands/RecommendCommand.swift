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
            (user_id, rec_items, scores). Users the model does not know are named, never given a made-up list. With \
            --similar-to the products most like another are printed.
            """)

    @Option(name: .long, help: "User id; may be repeated.")
    var user: [String] = []

    @Option(name: [.short, .long], help: "Length of a list.")
    var count: Int = 10

    @Flag(name: .long, help: "Leave out products of the user's training history.")
    var unseen = false

    @Option(name: .long, help: "Product id not to list, or @FILE with one id a line; may be repeated.")
    var deny: [String] = []

    @Option(name: .long, help: "Product id to list and no other, or @FILE with one id a line; may be repeated.")
    var allow: [String] = []

    @Flag(name: .long, help: "Say what of the user's history speaks for each product (with --user).")
    var explain = false

    @Option(name: .long, help: "Product id whose nearest products are listed; may be repeated.")
    var similarTo: [String] = []

    @Option(name: .long, help: "Folder or s3:// location of the artifact store (default: insightflow-store).")
    var root: String?

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
        if user.isEmpty && output == nil && similarTo.isEmpty {
            throw ValidationError("Name users with --user, products with --similar-to, or a file with --output.")
        }
        if !similarTo.isEmpty && (!user.isEmpty || output != nil || unseen || explain) {
            throw ValidationError("--similar-to goes with --count, --allow and --deny, not with users or files.")
        }
        if explain && output != nil {
            throw ValidationError("--explain goes with lists that are printed, not --output.")
        }
    }

    func run() async throws {
        let command = self
        let manner = Manner(
            reportsJSON: json, writesJSONLines: progress == .json, afterInterrupt: "No list was written.")
        try await guarded(manner) {
            let configuration = try command.config.map { try RecsysConfiguration.load($0).configuration } ?? .default
            let service = RecommendationService(
                configuration: configuration, root: try configuration.root(command.root))
            let display = ProgressDisplay(command.progress)
            let context = RunContext(
                workers: WorkerBudget(command.workers ?? ProcessInfo.processInfo.activeProcessorCount),
                progress: display.handler)
            let options = try command.options()
            if !command.similarTo.isEmpty {
                let found = try await service.similar(
                    to: command.similarTo, count: command.count, options: options, in: context)
                display.clear()
                if command.json {
                    Terminal.say(JSONOutput.pretty(found))
                } else {
                    found.forEach { Self.show("product", $0.product, $0.items, manner) }
                }
                if found.contains(where: { $0.items == nil }) { throw ExitCode(66) }
                return
            }
            if let output = command.output {
                let written = try await service.write(
                    users: command.user.isEmpty ? nil : command.user, count: command.count, options: options,
                    to: output, in: context)
                display.clear()
                for id in written.unknownUsers { manner.note(.warning, "the model does not know user \(id)") }
                Terminal.say("\(output): lists for \(Format.count(written.users)) users.")
                if !written.unknownUsers.isEmpty { throw ExitCode(66) }
                return
            }
            let answers = try await service.lists(
                for: command.user, count: command.count, options: options, in: context)
            display.clear()
            if command.json {
                Terminal.say(JSONOutput.pretty(answers))
            } else {
                answers.forEach { Self.show("user", $0.user, $0.items, manner) }
            }
            if answers.contains(where: { $0.items == nil }) { throw ExitCode(66) }
        }
    }

    private func options() throws -> RecommendationService.Options {
        var options = RecommendationService.Options()
        options.unseen = unseen
        options.denied = try Self.ids(deny)
        options.allowed = allow.isEmpty ? nil : try Self.ids(allow)
        options.reasons = explain ? 3 : 0
        return options
    }

    /// Ids as they are given, and those in the files that are given with an @ before their name.
    private static func ids(_ given: [String]) throws -> [String] {
        try given.flatMap { value in
            guard value.hasPrefix("@") else { return [value] }
            let path = String(value.dropFirst())
            do {
                return try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
                    .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            } catch {
                throw IFError(
                    .notFound, "could not read ids from the file; name a text file with one id a line", file: path,
                    cause: error)
            }
        }
    }

    private static func show(
        _ kind: String, _ id: String, _ items: [RecommendationService.Answer.Item]?, _ manner: Manner
    ) {
        guard let items else {
            manner.note(.warning, "the model does not know \(kind) \(id)")
            return
        }
        let explains = items.contains { $0.because != nil }
        let hasNames = items.contains { $0.name != nil }
        var table = TextTable(
            [("rank", .right), ("product", .left)] + (hasNames ? [("name", .left)] : []) + [("score", .right)]
                + (explains ? [("because of", .left)] : []))
        for (index, item) in items.enumerated() {
            let reasons = (item.because ?? []).map { "\($0.product) (\(Format.fixed($0.contribution, 4)))" }
            table.add(
                [String(index + 1), item.product] + (hasNames ? [item.name ?? "–"] : [])
                    + [Format.fixed(item.score, 4)]
                    + (explains ? [reasons.joined(separator: ", ")] : []))
        }
        Terminal.say("\(kind.capitalized) \(id)")
        table.lines.forEach(Terminal.say)
    }
}
