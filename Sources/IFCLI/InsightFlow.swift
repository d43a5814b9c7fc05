import ArgumentParser
import IFPipeline

/// `insightflow`: parses, shows progress, prints tables, sets the exit code. The work is done by the libraries.
@main
struct InsightFlow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "insightflow",
        abstract: "From orders to recommendations, segments and campaign files.",
        discussion: """
            The pipeline: impute, check-imputation, ratings, train, evaluate, rerank, segment, export. 'run' does all of \
            it and takes over finished stages whose inputs have not changed; the other commands do one stage.

            Exit codes: 0 done, 64 wrong command line, 65 wrong input data, 66 input not found, 69 something missing or \
            unsupported, 70 a computation failed, 74 reading or writing failed, 75 another writer was first, 78 wrong \
            configuration, 130 interrupted (run again to resume).
            """,
        version: PipelineVersion.current,
        subcommands: [
            RunCommand.self, ImputeCommand.self, CheckImputationCommand.self, RatingsCommand.self, TrainCommand.self,
            EvaluateCommand.self, RerankCommand.self, RecommendCommand.self, SegmentCommand.self, ExportCommand.self,
            RunsCommand.self, SynthCommand.self, DoctorCommand.self,
        ])
}
