import ArgumentParser
import Foundation
import IFCore
import IFJobs
import IFPipeline
import IFStore

/// `insightflow jobs submit`.
struct SubmitJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit a stage as a job.",
        discussion: """
            Without --script the stage itself runs in the image that processing.image or --image names. With --script a \
            Python script of yours runs in AWS's Spark container (impute: in its scikit-learn container) on copies of the \
            stage's inputs below /opt/ml/processing/input; what it writes below /opt/ml/processing/output becomes the run. \
            Arguments of the script follow after --.
            """)

    @Argument(help: "Stage.") var stage: StageName
    @OptionGroup var options: JobOptions
    @Option(name: .long, help: "s3:// location of the input.") var input: String?
    @Option(name: .long, help: "Python script to run in place of the stage.") var script: String?
    @Option(name: .long, help: "Python module for the script (.py, .zip); may be repeated. Spark only.")
    var pyFiles: [String] = []
    @Option(name: .long, help: "Input of which each machine gets some of the objects only; may be repeated.")
    var shard: [String] = []
    @Option(name: .long, help: "Address of the container image.") var image: String?
    @Option(name: .long, help: "Name of the job (default: made of stage and time).") var name: String?
    @Option(name: .long, help: "Environment variable NAME=VALUE for the container, not INSIGHTFLOW_…; may be repeated.")
    var environment: [String] = []
    @Option(name: .long, help: "Seed of all random streams; a script finds it in INSIGHTFLOW_SEED.") var seed: UInt64 =
        42
    @Flag(name: .long, help: "Reproduce the numbers of the original system, including its defects.") var compat = false
    @Flag(name: .long, help: "Repeat the stage even where nothing has changed.") var force = false
    @Flag(name: .long, help: "Print the request and submit nothing.") var dryRun = false
    @Flag(name: .long, help: "Wait for the end, as 'jobs wait' does.") var wait = false
    @OptionGroup var watching: WatchOptions
    @Argument(parsing: .postTerminator, help: "Arguments of the script.") var arguments: [String] = []

    mutating func validate() throws {
        if script == nil && !(arguments.isEmpty && pyFiles.isEmpty && shard.isEmpty) {
            throw ValidationError("Arguments after --, --py-files and --shard go with --script.")
        }
        if script != nil && (compat || force) {
            throw ValidationError("--compat and --force are for the stage itself; a script has its own arguments.")
        }
        if let wrong = environment.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
            throw ValidationError("--environment needs NAME=VALUE, not '\(wrong)'.")
        }
    }

    func run() async throws {
        let command = self
        let manner = Manner(reportsJSON: options.json)
        try await guarded(manner) { try await command.submit(manner) }
    }

    private func submit(_ manner: Manner) async throws {
        let configuration = try options.configuration()
        let file = try options.config.map { try Data(contentsOf: URL(filePath: $0)) }
        let stages = try StageJobs(
            configuration: configuration, input: input, root: options.root, configurationFile: file)
        let plan = try await stages.plan(stage, stageOptions, now: Date())
        for note in plan.notes { manner.note(.note, note) }
        if dryRun {
            try plan.job.validate()
            Terminal.say(JSONOutput.pretty(plan.job.request))
            return
        }
        let name = ShellWord.quoted(plan.job.name)
        let arn = try await stages.submit(plan) {
            manner.remains.tell(
                "The job \(plan.job.name) may have been submitted; look with: insightflow jobs status \(name)"
                    + options.words)
        }
        manner.remains.tell(
            "The job \(plan.job.name) was submitted and goes on; 'insightflow jobs wait \(name)' takes up the watching, "
                + "'insightflow jobs stop \(name)' ends it.")
        guard wait else {
            struct Report: Encodable {
                var arn: String
                var job: String
                var stage: String
            }
            if options.json {
                Terminal.say(JSONOutput.pretty(Report(arn: arn, job: plan.job.name, stage: stage.rawValue)))
            } else {
                Terminal.say("Submitted \(plan.job.name) in \(stages.region).")
                Terminal.say("Watch it with: insightflow jobs wait \(name)\(options.words)")
            }
            return
        }
        Terminal.note("insightflow: submitted \(plan.job.name) in \(stages.region)\n")
        try await watching.watch(plan.job.name, stages, options)
    }

    private var stageOptions: StageJobOptions {
        var options = StageJobOptions()
        options.script = script
        options.modules = pyFiles
        options.sharded = shard
        options.arguments = arguments
        options.image = image
        options.name = name
        for pair in environment {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options.environment[String(parts[0])] = String(parts[1])
        }
        options.seed = seed
        options.compat = compat
        options.force = force
        return options
    }
}

extension JobOptions {
    /// The options as they would be written again.
    var words: String {
        [("--config", config), ("--root", root), ("--region", region)].compactMap { name, value in
            value.map { " \(name) \(ShellWord.quoted($0))" }
        }.joined()
    }
}
