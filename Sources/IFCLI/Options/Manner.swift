import IFPipeline
import Synchronization

/// How a command speaks of what went wrong.
struct Manner: Sendable {
    /// The report on standard output is JSON: an error takes its place there.
    var reportsJSON = false
    /// Standard error holds JSON lines: an error is one of them.
    var writesJSONLines = false
    /// What an interrupt leaves behind, in a sentence; ``remains`` tells it where that changes while the command works.
    var afterInterrupt = "Nothing was changed."
    /// What has come to be there since the command began.
    let remains = Remains()
    /// The stage at work, where the command runs stages.
    let stage = CurrentStage()

    /// Says something beside the result: a plain line, or an event among JSON lines.
    func note(_ kind: NoteKind, _ text: String) {
        if writesJSONLines {
            Terminal.note(JSONOutput.line(Note(event: kind, message: text)) + "\n")
        } else {
            Terminal.note("insightflow: \(kind.rawValue): \(text)\n")
        }
    }

    /// What a note is about.
    enum NoteKind: String, Encodable {
        case warning, note
    }

    private struct Note: Encodable {
        var event: NoteKind
        var message: String
    }
}

/// What an interrupt leaves behind from now on, told from the command's task and read where an error is caught.
final class Remains: Sendable {
    private let state = Mutex<String?>(nil)

    /// The sentence, `nil` while none was told.
    var text: String? { state.withLock { $0 } }

    func tell(_ text: String) { state.withLock { $0 = text } }
}

/// The stage that a pipeline is at, told from its task and read where its error is caught.
final class CurrentStage: Sendable {
    private let state = Mutex<(stage: StageName?, isReadingInput: Bool)>((nil, false))

    var current: StageName? { state.withLock { $0.stage } }

    /// Where an error comes from: the stage, or `input` where what the stage asked for could not be read.
    var origin: String? { state.withLock { $0.isReadingInput ? "input" : $0.stage?.rawValue } }

    func begin(_ stage: StageName) { state.withLock { $0 = (stage, false) } }

    func readsInput(_ isReading: Bool) { state.withLock { $0.isReadingInput = isReading } }

    func end() { state.withLock { $0 = (nil, false) } }
}
