import Foundation
import IFCore
import IFJobs

/// Prints lines of a job's log that have not been printed yet.
final class LogPrinter {
    /// How a line is printed.
    enum Form {
        /// With time and stream.
        case full
        /// As the job wrote it.
        case plain
        /// An event of one line of JSON.
        case json
    }

    private let logs: JobLogs
    private let job: String
    private var position = JobLogs.Position()
    private let form: Form
    /// Why the log could not be read at the last look.
    private var failure: String?

    init(_ logs: JobLogs, job: String, form: Form = .full) {
        self.logs = logs
        self.job = job
        self.form = form
    }

    /// Prints what is new, as it comes: logs may be long. Where this throws, what was printed is not printed again.
    ///
    /// - Parameter tail: Of this look only the last so many lines.
    func printNew(tail: Int? = nil, to print: (String) -> Void) async throws {
        var reached = position
        defer { position = reached }
        if let tail {
            for line in try await logs.readLast(tail, of: job, from: &reached) { print(text(line) + "\n") }
        } else {
            try await logs.read(job, from: &reached) { line in print(text(line) + "\n") }
        }
    }

    /// Prints what is new. Where the log cannot be read, says so, once for the same reason: the job goes on, and the next look
    /// finds the lines that this one missed.
    ///
    /// - Throws: `CancellationError`.
    func printWhatCanBeRead(to print: (String) -> Void, saying note: (String) -> Void) async throws {
        do {
            try await printNew(to: print)
            if failure != nil { note("the log can be read again") }
            failure = nil
        } catch let error as IFError {
            // Without the cause: it holds the request's number, another one each time.
            let text = error.message
            if text != failure { note("the log cannot be read now, the waiting goes on: \(text)") }
            failure = text
        }
    }

    /// Prints what is left once the job has ended: a look that failed is repeated a few times.
    ///
    /// - Throws: `CancellationError`.
    func printRest(to print: (String) -> Void, saying note: (String) -> Void) async throws {
        for _ in 0..<3 where failure != nil {
            try await Task.sleep(for: .seconds(1))
            try await printWhatCanBeRead(to: print, saying: note)
        }
        if failure != nil { note("the end of the log is missing; see 'insightflow jobs logs \(job)'") }
    }

    private struct Event: Encodable {
        var event = "log"
        var job: String
        var stream: String
        var time: String
        var message: String
    }

    private func text(_ line: JobLogLine) -> String {
        switch form {
        case .full: "\(line.time.formatted(.iso8601)) \(line.stream) \(line.text)"
        case .plain: line.text
        case .json:
            JSONOutput.line(
                Event(
                    job: job, stream: line.stream, time: line.time.formatted(Self.precise), message: line.text))
        }
    }

    private static let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
