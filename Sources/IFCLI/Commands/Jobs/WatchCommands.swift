import ArgumentParser
import Foundation
import IFCore
import IFJobs
import IFPipeline

/// `insightflow jobs list`.
struct ListJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List jobs, newest first.")
    @OptionGroup var options: JobOptions
    @Argument(help: "Stage; jobs of all stages by default. With --all the newest 500 jobs are looked at one by one.")
    var stage: StageName?
    @Option(name: .long, help: "InProgress, Completed, Failed, Stopping or Stopped.") var status: JobStatusName?
    @Option(name: .long, help: "At most so many jobs.") var limit: Int = 20
    @Flag(name: .long, help: "Also jobs that were not named by insightflow.") var all = false

    mutating func validate() throws {
        if limit < 1 { throw ValidationError("--limit needs a number of at least 1.") }
    }

    func run() async throws {
        let command = self
        try await guarded(Manner(reportsJSON: options.json)) {
            let found = try await command.found()
            if command.options.json {
                Terminal.say(JSONOutput.pretty(found.map(JobRow.init)))
                return
            }
            guard !found.isEmpty else { return Terminal.say("There are no such jobs.") }
            var table = TextTable([("job", .left), ("status", .left), ("submitted", .left), ("time", .right)])
            for job in found {
                let end = job.ended ?? (job.status.isFinal ? job.created : Date())
                table.add([
                    job.name, job.status.rawValue, job.created.formatted(.iso8601),
                    Format.seconds(max(0, end.timeIntervalSince(job.created))),
                ])
            }
            table.lines.forEach(Terminal.say)
        }
    }

    /// Jobs looked at, at most, where their names do not tell their stage.
    private static let looks = 500

    private func found() async throws -> [ProcessingJobSummary] {
        let jobs = try options.jobs()
        guard let stage, all else {
            let name = stage.map { "insightflow-\($0.rawValue)-" } ?? (all ? nil : "insightflow-")
            return try await jobs.list(nameContains: name, status: status?.status, limit: limit)
        }
        var found: [ProcessingJobSummary] = []
        let newest = try await jobs.list(status: status?.status, limit: Self.looks)
        for job in newest where found.count < limit {
            if StageJobs.stage(of: try await jobs.state(of: job.name)) == stage { found.append(job) }
        }
        if found.count < limit, newest.count == Self.looks {
            Terminal.note("insightflow: note: of the newest \(Self.looks) jobs; older ones were not looked at\n")
        }
        return found
    }
}

/// `insightflow jobs status`.
struct ShowJobStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show what is known of a job.")
    @OptionGroup var options: JobOptions
    @Argument(help: "Name of the job, or ARN of a batch of Bedrock.") var name: String

    func run() async throws {
        let command = self
        try await guarded(Manner(reportsJSON: options.json)) {
            if BedrockBatches.isBatch(command.name) {
                let state = try await command.options.batches().state(of: command.name)
                return BatchReport(state).show(asJSON: command.options.json)
            }
            JobReport(try await command.options.jobs().state(of: command.name)).show(asJSON: command.options.json)
        }
    }
}

/// `insightflow jobs logs`.
struct ShowJobLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a job says; with --json an event a line.")
    @OptionGroup var options: JobOptions
    @Argument(help: "Name of the job.") var name: String
    @Flag(name: .shortAndLong, help: "Go on until the job has ended.") var follow = false
    @Option(name: .long, help: "Only the last so many lines of what is there.") var tail: Int?
    @Flag(name: .long, help: "Lines as the job wrote them, without time and container.") var plain = false
    @Option(name: .long, help: "Seconds between looks with --follow.") var poll: Double = 2

    mutating func validate() throws {
        if let tail, tail < 0 { throw ValidationError("--tail needs a number of at least 0.") }
        if plain && options.json { throw ValidationError("--plain and --json are two forms of a line; give one.") }
        if !(poll >= 0.05 && poll <= 3600) { throw ValidationError("--poll needs a number from 0.05 to 3600.") }
    }

    func run() async throws {
        let command = self
        try await guarded(Manner(reportsJSON: options.json, afterInterrupt: "The job goes on.")) {
            try await command.show()
        }
    }

    private func show() async throws {
        let printer = LogPrinter(try options.logs(), job: name, form: options.json ? .json : plain ? .plain : .full)
        let note = { (text: String) in Terminal.note("insightflow: warning: \(text)\n") }
        let print = { (text: String) in Terminal.say(String(text.dropLast())) }
        let jobs = try options.jobs()
        // Asked first: a name that is wrong is an error and not silence.
        var state = try await jobs.state(of: name)
        try await printer.printNew(tail: tail, to: print)
        guard follow else { return }
        while !state.status.isFinal {
            try await Task.sleep(for: .seconds(poll))
            state = try await jobs.state(of: name)
            try await printer.printWhatCanBeRead(to: print, saying: note)
        }
        try await printer.printRest(to: print, saying: note)
    }
}

/// `insightflow jobs stop`.
struct StopJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Ask a job to stop; one that has ended is left as it is.")
    @OptionGroup var options: JobOptions
    @Argument(help: "Name of the job, or ARN of a batch of Bedrock.") var name: String

    func run() async throws {
        let command = self
        try await guarded(Manner(reportsJSON: options.json, afterInterrupt: "The job may have been asked to stop.")) {
            if BedrockBatches.isBatch(command.name) {
                let state = try await command.options.batches().stop(command.name)
                return BatchReport(state).show(asJSON: command.options.json)
            }
            JobReport(try await command.options.jobs().stop(command.name)).show(asJSON: command.options.json)
        }
    }
}

/// `insightflow jobs wait`.
struct WaitForJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait for the end of a job; publish its results, or keep why it failed.")
    @OptionGroup var options: JobOptions
    @OptionGroup var watching: WatchOptions
    @Argument(help: "Name of the job.") var name: String

    func run() async throws {
        let command = self
        let manner = Manner(reportsJSON: options.json, afterInterrupt: WatchOptions.afterInterrupt)
        try await guarded(manner) {
            let stages = try StageJobs(
                configuration: command.options.configuration(), root: command.options.root)
            try await command.watching.watch(command.name, stages, command.options)
        }
    }
}
