import ArgumentParser
import Dispatch
import Foundation
import IFCore

/// Runs `body`, turns an interrupt into cancellation, prints errors and gives them their exit code.
func guarded(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let work = Task { try await body() }
    let signals = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { work.cancel() }
        source.resume()
        return source
    }
    defer { signals.forEach { $0.cancel() } }
    do {
        try await work.value
    } catch let code as ExitCode {
        throw code
    } catch is CancellationError {
        Terminal.note("insightflow: interrupted. Finished stages are kept; run the same command again to resume.\n")
        throw ExitCode(130)
    } catch {
        Terminal.note("insightflow: error: \(error)\n")
        throw ExitStatus.code(for: error)
    }
}
