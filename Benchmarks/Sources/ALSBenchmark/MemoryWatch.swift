import Foundation
import Synchronization

/// Watches the memory that is this process's own, without the pages of programs and libraries, fifty times a second.
final class MemoryWatch: Sendable {
    private let state = Mutex((peak: MemoryWatch.own, isOver: false))

    init() {
        Thread.detachNewThread {
            while self.look() { Thread.sleep(forTimeInterval: 0.02) }
        }
    }

    /// The peak in MB since the beginning.
    func end() -> Double {
        _ = look()
        return state.withLock { state in
            state.isOver = true
            return state.peak
        }
    }

    private func look() -> Bool {
        let now = Self.own
        return state.withLock { state in
            state.peak = max(state.peak, now)
            return !state.isOver
        }
    }

    /// In MB, from /proc.
    static var own: Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        return (line?.split(separator: " ").dropLast().last).flatMap { Double($0) }.map { $0 * 1024 / 1e6 } ?? 0
    }

    /// Gives freed memory back to the system, by a function of glibc that its module does not declare.
    static func trim() {
        guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
        _ = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
    }
}
