import ArgumentParser
import Foundation
import IFCore
import IFPipeline

/// `insightflow charts`: pictures of what is in the store.
struct ChartsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charts", abstract: "Draw charts of what is in the store.",
        subcommands: [PublishCharts.self], defaultSubcommand: PublishCharts.self)
}

/// `insightflow charts publish`.
struct PublishCharts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Draw the trends of all evaluations and the latest against the baseline.",
        discussion: """
            Also how the latest model came about: chains of the imputation, loss of training, trade-offs of reranking, as far \
            as the store holds them. Files that cannot be read are named and left out.
            """)
    @OptionGroup var options: StoreOptions
    @Flag(name: .long, help: "Print JSON.") var json = false

    func run() async throws {
        let command = self
        try await guarded(Manner(reportsJSON: json)) {
            let configuration = try command.options.configuration()
            let root = try configuration.root(command.options.root)
            let publication = try ChartPublication(
                root: root, layout: ArtifactLayout(configuration), environment: configuration.environment())
            let workers = WorkerBudget(ProcessInfo.processInfo.activeProcessorCount)
            let result = try await publication.publish(in: RunContext(workers: workers))
            if command.json {
                struct Report: Encodable {
                    var run: String
                    var evaluations: Int
                    var problems: [String]
                }
                Terminal.say(
                    JSONOutput.pretty(
                        Report(run: result.run, evaluations: result.evaluations, problems: result.problems)))
                return
            }
            for problem in result.problems { Terminal.note("insightflow: \(problem)\n") }
            Terminal.say("Charts of \(result.evaluations) evaluations are in \(root)/\(result.run).")
        }
    }
}
