import ArgumentParser
import IFCore
import IFPipeline

/// An error as programs read it, and as people do.
struct ErrorReport: Encodable {
    /// Name of an ``IFError/Code``, `interrupted`, or `failure` for an error that has no code.
    var code: String
    /// Exit code of the process.
    var exitCode: Int32
    /// What was wrong and what to do.
    var message: String
    /// The stage that failed, where one was at work; `input` where the input could not be read.
    var stage: String?
    /// Path or URI of the file or object.
    var file: String?
    /// One-based row of the file.
    var row: Int?
    /// Column.
    var column: String?
    /// Configuration key, object key or option.
    var key: String?
    /// The error beneath.
    var cause: String?
    /// The error in one line for people.
    private var text: String

    private enum CodingKeys: String, CodingKey {
        case code
        case exitCode = "exit_code"
        case message, stage, file, row, column, key, cause
    }

    /// The report of an error thrown by a command.
    init(_ error: any Error, exitCode: ExitCode, stage: String?) {
        self.exitCode = exitCode.rawValue
        self.stage = stage
        text = "error: " + (stage.map { "\($0): " } ?? "") + "\(error)"
        guard let error = error as? IFError else {
            code = "failure"
            message = "\(error)"
            return
        }
        code = error.code.name
        message = error.message
        file = error.location.file
        row = error.location.row
        column = error.location.column
        key = error.location.key
        cause = error.cause.map { "\($0)" }
    }

    /// The report of an interrupt.
    init(interruptedIn manner: Manner, exitCode: ExitCode) {
        self.exitCode = exitCode.rawValue
        code = "interrupted"
        stage = manner.stage.current?.rawValue
        message =
            "interrupted" + (stage.map { " in stage \($0)" } ?? "") + ". "
            + (manner.remains.text ?? manner.afterInterrupt)
        text = message
    }

    /// The report of a command line that cannot be understood.
    init(usage message: String, exitCode: ExitCode) {
        self.exitCode = exitCode.rawValue
        code = IFError.Code.invalidArgument.name
        self.message = message
        text = "error: \(message)"
    }

    /// Prints the report: on standard output in place of a JSON report, and on standard error as an event among JSON
    /// lines or as text.
    func show(in manner: Manner) {
        if manner.reportsJSON { Terminal.say(JSONOutput.pretty(["error": self])) }
        Terminal.note((manner.writesJSONLines ? JSONOutput.line(Event(self)) : "insightflow: \(text)") + "\n")
    }

    /// The report as one of the events on standard error.
    private struct Event: Encodable {
        private let report: ErrorReport

        init(_ report: ErrorReport) { self.report = report }

        private enum CodingKeys: CodingKey {
            case event
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("error", forKey: .event)
            try report.encode(to: encoder)
        }
    }
}
