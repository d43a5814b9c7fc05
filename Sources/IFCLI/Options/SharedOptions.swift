public import ArgumentParser
import Foundation
import IFCore
public import IFPipeline

/// Options of every command that runs stages.
struct SharedOptions: ParsableArguments {
    @Option(name: .long, help: "Configuration file (recsys.yaml). Defaults apply to keys that are absent.")
    var config: String?

    @Option(
        name: .long,
        help: "Folder of orders, order lines and products, or a file of transactions; also s3://bucket/prefix.")
    var input: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folder or s3:// location of the artifact store; takes the place of every bucket in the configuration "
                + "(default: the bucket that the configuration names, else insightflow-store)."))
    var root: String?

    @Option(name: .long, help: "Seed of all random streams: same seed, same result.")
    var seed: UInt64 = 42

    @Option(name: .long, help: "Blocks computed at once (default: all cores). Changes the time, never the result.")
    var workers: Int?

    @Flag(name: .long, help: "Reproduce the numbers of the original system, including its defects.")
    var compat = false

    @Flag(help: "Stop at bad input rows (the default), or leave them out, counted and reported.")
    var validation: InputValidation?

    @Flag(name: .long, help: "Repeat stages even where nothing has changed.")
    var force = false

    @Flag(name: .long, help: "Print the report, or what went wrong, as JSON on standard output.")
    var json = false

    @Option(name: .long, help: "How progress is shown on standard error: bar, json or none.")
    var progress: ProgressStyle = .bar

    mutating func validate() throws {
        if let workers, workers < 1 { throw ValidationError("--workers needs a number of at least 1.") }
    }

    /// How the commands that run stages speak of what went wrong.
    var manner: Manner {
        Manner(
            reportsJSON: json, writesJSONLines: progress == .json,
            afterInterrupt: "Finished stages are kept; run the same command again to resume.")
    }

    /// The configuration, with the options that override it.
    func loadConfiguration() throws -> RecsysConfiguration {
        var configuration = RecsysConfiguration.default
        if let config {
            let parsed = try RecsysConfiguration.load(config)
            for warning in parsed.warnings { manner.note(.warning, "\(warning)") }
            configuration = parsed.configuration
            let unused = configuration.keysWithoutEffect(input: input, root: root)
            if !unused.isEmpty {
                manner.note(.note, "without effect in this run: \(unused.joined(separator: ", "))")
            }
        }
        switch validation {
        case .strict?: configuration.input.validation = .strict
        case .lenient?: configuration.input.validation = .lenient
        case nil: break
        }
        return configuration
    }

    /// A context that reports to `display`.
    func context(_ display: ProgressDisplay) -> RunContext {
        RunContext(
            seed: seed, workers: WorkerBudget(workers ?? ProcessInfo.processInfo.activeProcessorCount),
            progress: display.handler)
    }
}

/// What happens to bad input rows.
enum InputValidation: String, EnumerableFlag {
    case strict, lenient
}

extension ProgressStyle: ExpressibleByArgument {}
extension StageName: ExpressibleByArgument {}
