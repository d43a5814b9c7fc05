import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM while a command works: the first asks it to stop, the second ends the process at once.
struct Interruption {
    private let first = FirstSignal()
    private let sources: [any DispatchSourceSignal]

    /// Listens; `cancel` is called once, at the first signal.
    init(_ cancel: @escaping @Sendable () -> Void) {
        // A queue of its own has a thread of its own: a computation that takes every core does not delay it.
        let queue = DispatchQueue(label: "insightflow.signals", qos: .userInteractive)
        let first = first
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                // Nothing is half-written: runs are published in one step, and leftovers are removed by the next run.
                guard first.receive(number) else { _exit(128 + number) }
                cancel()
            }
            source.resume()
            return source
        }
    }

    /// 128 and the number of the first signal, as shells report it; `nil` where none came.
    var exitCode: ExitCode? { first.number.map { ExitCode(128 + $0) } }

    /// Stops listening.
    func stop() { sources.forEach { $0.cancel() } }
}

/// Which signal came first.
private final class FirstSignal: Sendable {
    private let state = Mutex<Int32?>(nil)

    var number: Int32? { state.withLock { $0 } }

    /// Notes a signal; whether it is the first.
    func receive(_ number: Int32) -> Bool {
        state.withLock { first in
            guard first == nil else { return false }
            first = number
            return true
        }
    }
}
