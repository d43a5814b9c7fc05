import ArgumentParser
import IFCore
import IFPipeline

/// `insightflow run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the pipeline, or the part of it between two stages.",
        discussion: """
            Stages that already have a finished run with the same inputs, settings and seed are taken over. After an \
            interruption or a failure, run the same command again: it goes on where it stopped.
            """)

    @OptionGroup var shared: SharedOptions

    @Option(name: .long, help: "First stage.")
    var from: StageName = .impute

    @Option(name: .long, help: "Last stage.")
    var to: StageName = .report

    mutating func validate() throws {
        if from > to { throw ValidationError("--from \(from.rawValue) comes after --to \(to.rawValue).") }
    }

    func run() async throws {
        let command = self
        let manner = command.shared.manner
        try await guarded(manner) { try await command.shared.runStages(from: command.from, to: command.to, manner) }
    }
}

extension SharedOptions {
    /// Runs stages and prints what became of them.
    func runStages(from: StageName, to: StageName, _ manner: Manner) async throws {
        let display = ProgressDisplay(progress)
        let pipeline = try Pipeline(
            configuration: loadConfiguration(), input: input, root: root,
            options: PipelineOptions(from: from, to: to, force: force, compat: compat, measuresMemory: true))
        defer { display.clear() }
        let showsLines = progress == .bar
        let report = try await pipeline.run(
            in: context(display),
            onStage: { stage in
                display.clear()
                if showsLines { Terminal.note(ReportPrinter.line(stage) + "\n") }
            }, onStart: { manner.stage.begin($0) }, onInput: { manner.stage.readsInput($0) })
        manner.stage.end()
        display.clear()
        if json {
            Terminal.say(JSONOutput.pretty(report))
        } else {
            ReportPrinter.print(report)
        }
    }
}
