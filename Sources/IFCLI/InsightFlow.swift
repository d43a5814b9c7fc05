import ArgumentParser
import IFPipeline

/// `insightflow`: parses, shows progress, prints tables, sets the exit code. The work is done by the libraries.
@main
struct InsightFlow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "insightflow",
        abstract: "From orders to recommendations, segments and campaign files.",
        discussion: """
            The pipeline: impute, check-imputation, ratings, train, evaluate, rerank, segment, export, report. 'run' \
            does all of it and takes over finished stages whose inputs have not changed; the other commands do one stage.

            Exit codes: 0 done, 64 wrong command line, 65 wrong input data, 66 input not found, 69 something missing or \
            unsupported, 70 a computation or job failed, 74 reading or writing failed, 75 another writer was first, 77 \
            credentials or permissions, 78 wrong configuration, 130 interrupted (Ctrl-C), 143 terminated. A second Ctrl-C \
            ends the process at once; either way 'run' resumes where it stopped.

            Errors are text on standard error. With --json the object {"error": …} stands on standard output in place of \
            the report; with --progress json it is an event on standard error. Its keys: code, exit_code, message and, \
            where known, stage ('input' where the input could not be read), file, row, column, key and cause.
            """,
        version: PipelineVersion.current,
        subcommands: [
            RunCommand.self, ImputeCommand.self, CheckImputationCommand.self, RatingsCommand.self, TrainCommand.self,
            EvaluateCommand.self, RerankCommand.self, RecommendCommand.self, SegmentCommand.self, ExportCommand.self,
            ReportCommand.self, TuneCommand.self, ChartsCommand.self, RunsCommand.self, JobsCommand.self,
            SynthCommand.self, DoctorCommand.self,
        ])

    /// Runs the command; a command line that asks for JSON gets JSON even where it is wrong.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            let manner = Manner(arguments: CommandLine.arguments)
            if code == .validationFailure, manner.reportsJSON || manner.writesJSONLines {
                ErrorReport(usage: message(for: error), exitCode: code).show(in: manner)
                exit(withError: code)
            }
            exit(withError: error)
        }
    }
}

extension Manner {
    /// What a command line asks for, as far as that can be told before it is understood.
    fileprivate init(arguments: [String]) {
        reportsJSON = arguments.contains("--json")
        writesJSONLines =
            arguments.contains("--progress=json")
            || zip(arguments, arguments.dropFirst()).contains { $0 == "--progress" && $1 == "json" }
    }
}
