import Foundation
import IFCore
import IFJobs

/// Prints lines of a job's log that have not been printed yet.
final class LogPrinter {
    private let logs: JobLogs
    private let job: String
    private var position = JobLogs.Position()
    /// Whether each line is told with time and stream.
    private let isPlain: Bool

    init(_ logs: JobLogs, job: String, isPlain: Bool = false) {
        self.logs = logs
        self.job = job
        self.isPlain = isPlain
    }

    /// Prints what is new; of the first look only the last so many lines.
    func printNew(tail: Int? = nil, to print: (String) -> Void) async throws {
        let lines = try await logs.read(job, from: &position)
        for line in tail.map({ lines.suffix($0) }) ?? lines[...] { print(text(line) + "\n") }
    }

    private func text(_ line: JobLogLine) -> String {
        isPlain ? line.text : "\(line.time.formatted(.iso8601)) \(line.stream) \(line.text)"
    }
}
