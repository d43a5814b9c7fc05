import ArgumentParser
import Foundation
import IFCore
import IFJobs
import IFPipeline

/// How a job is watched to its end.
struct WatchOptions: ParsableArguments {
    @Flag(name: .long, inversion: .prefixedNo, help: "Show the job's log on standard error while it runs.")
    var logs = false

    @Option(name: .long, help: "Seconds between looks at first; they grow to fifteen times that.")
    var poll: Double = 2

    mutating func validate() throws {
        if !(poll >= 0.05 && poll <= 3600) { throw ValidationError("--poll needs a number from 0.05 to 3600.") }
    }

    /// What an interrupt leaves behind.
    static let afterInterrupt =
        "The job goes on; 'insightflow jobs wait' takes up the watching again, 'insightflow jobs stop' ends it."

    var pace: JobWaiter.Pace { JobWaiter.Pace(first: poll, longest: poll * 15) }

    private static func warn(_ text: String) { Terminal.note("insightflow: warning: \(text)\n") }

    /// Waits for the end of a job of this pipeline, publishes its results or keeps the reason of its failure, and
    /// reports.
    ///
    /// - Throws: ``IFError/Code/jobFailed`` where it failed or was stopped.
    func watch(_ name: String, _ stages: StageJobs, _ options: JobOptions) async throws {
        let waiter = JobWaiter(try stages.service(), pace: pace)
        let log: LogPrinter? = try logs ? LogPrinter(stages.logs(), job: name) : nil
        var last: ProcessingJobStatus?
        let state = try await waiter.wait(for: name) { state in
            if state.status != last { Terminal.note("insightflow: \(name): \(state.status)\n") }
            last = state.status
            try await log?.printWhatCanBeRead(to: Terminal.note, saying: Self.warn)
        }
        try await log?.printRest(to: Terminal.note, saying: Self.warn)
        let outcome = try await stages.finish(state)
        if let reason = outcome.reason {
            let why = state.failureReason ?? state.exitMessage
            throw IFError(
                .jobFailed,
                (state.status == .stopped ? "the job was stopped" : "the job failed") + (why.map { ": \($0)" } ?? "")
                    + "; see the log beside the reason", file: reason, key: name)
        }
        struct Report: Encodable {
            var job: String
            var status: String
            var seconds: Double
            var runs: [String]
            var overtaken: [String]
        }
        if options.json {
            Terminal.say(
                JSONOutput.pretty(
                    Report(
                        job: name, status: state.status.rawValue, seconds: state.seconds(until: Date()),
                        runs: outcome.runs, overtaken: outcome.overtaken)))
            return
        }
        Terminal.say("\(name) completed in \(Format.seconds(state.seconds(until: Date()))).")
        for run in outcome.runs {
            let isOvertaken = outcome.overtaken.contains(run)
            let what =
                isOvertaken
                ? "is there, but another run is the latest" : outcome.wasPublished ? "is there" : "published"
            Terminal.say("  \(run): \(what)")
        }
    }
}
