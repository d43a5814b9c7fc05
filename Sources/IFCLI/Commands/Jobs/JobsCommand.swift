import ArgumentParser
import IFAWS
import IFCore
import IFJobs
import IFPipeline

/// `insightflow jobs`: stages on machines of AWS.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Submit stages as SageMaker Processing jobs; list, watch, stop and wait for them.",
        discussion: """
            A job outlives this command: Ctrl-C ends the watching, never the job. 'wait' (and 'submit --wait') publishes \
            the results of a job that ended well as a run that becomes the latest; of one that failed it keeps the reason \
            under recsys/debug/ and touches nothing else.
            """,
        subcommands: [
            SubmitJob.self, ListJobs.self, ShowJobStatus.self, ShowJobLogs.self, StopJob.self, WaitForJob.self,
        ])
}

/// Which configuration and root the jobs of a command go by.
struct JobOptions: ParsableArguments {
    @Option(name: .long, help: "Configuration file (recsys.yaml).")
    var config: String?

    @Option(
        name: .long, help: "s3:// location of the artifact store (default: the bucket that the configuration names).")
    var root: String?

    @Option(name: .long, help: "Region of the jobs (default: aws.region, else AWS_REGION).")
    var region: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    /// The configuration with the region that was given.
    func configuration() throws -> RecsysConfiguration {
        var configuration = try config.map { try RecsysConfiguration.load($0).configuration } ?? .default
        configuration.aws.region = region ?? configuration.aws.region
        return configuration
    }

    /// The region and connections, for commands that need no bucket.
    func connection() throws -> (session: AWSSession, region: String?) {
        (try AWSSession(), try configuration().aws.region)
    }

    func jobs() throws -> ProcessingJobs {
        let (session, region) = try connection()
        return try ProcessingJobs(session: session, region: region)
    }

    func logs() throws -> JobLogs {
        let (session, region) = try connection()
        return try JobLogs(session: session, region: region)
    }
}
