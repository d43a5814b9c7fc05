import ArgumentParser
import Foundation
import IFCore

/// Runs `body`, turns an interrupt into cancellation, reports errors in the command's manner and gives them their
/// exit code: 128 and the number of the signal after an interrupt, else that of ``ExitStatus``.
func guarded(_ manner: Manner, _ body: @escaping @Sendable () async throws -> Void) async throws {
    let work = Task { try await body() }
    let interruption = Interruption {
        work.cancel()
        if !manner.writesJSONLines, Terminal.isInteractive(STDERR_FILENO) {
            Terminal.note("\ninsightflow: stopping at the next safe point; Ctrl-C again ends it at once\n")
        }
    }
    defer { interruption.stop() }
    do {
        try await work.value
    } catch let code as ExitCode {
        throw code
    } catch is CancellationError {
        let code = interruption.exitCode ?? ExitStatus.interrupted
        ErrorReport(interruptedIn: manner, exitCode: code).show(in: manner)
        throw code
    } catch {
        let code = ExitStatus.code(for: error)
        ErrorReport(error, exitCode: code, stage: manner.stage.origin).show(in: manner)
        throw code
    }
}
