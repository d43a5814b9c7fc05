import Foundation
import IFCore
import IFPipeline
import Synchronization

/// Foundation has a class of the same name.
typealias StageProgress = IFCore.Progress

/// How progress is shown.
enum ProgressStyle: String, CaseIterable, Sendable {
    /// A line that is redrawn on a terminal; elsewhere a line as work begins and ends, and every two seconds.
    case bar
    /// One JSON object a line on standard error.
    case json
    /// Nothing.
    case none
}

/// Shows progress on standard error. Safe to call from any task.
final class ProgressDisplay: Sendable {
    private struct State {
        var stage = ""
        var started = ContinuousClock.now
        var drawn = ContinuousClock.now - .seconds(10)
        var hasLine = false
        /// Of each piece of work since the last ``clear()``, how much of it the last plain line told of.
        var told: [String: Int] = [:]
    }

    private let style: ProgressStyle
    private let interactive: Bool
    private let state = Mutex(State())

    init(_ style: ProgressStyle) {
        self.style = style
        interactive = style == .bar && Terminal.isInteractive(STDERR_FILENO)
    }

    /// The handler for a run context.
    var handler: ProgressHandler {
        if style == .none { return { _ in } }
        return { progress in self.show(progress) }
    }

    /// Removes the line being redrawn, so that other text can be printed.
    func clear() {
        state.withLock { state in
            if state.hasLine { Terminal.note("\r\u{1B}[2K") }
            state.hasLine = false
            state.told = [:]
        }
    }

    private func show(_ progress: StageProgress) {
        state.withLock { state in
            let now = ContinuousClock.now
            let isNew = progress.stage != state.stage
            if isNew {
                state.stage = progress.stage
                state.started = now
            }
            let isLast = progress.total.map { progress.completed >= $0 } ?? false
            let pause: Duration = interactive ? .milliseconds(100) : .seconds(2)
            if style == .bar, !interactive {
                // Files that are read and written on the way are told only where the caller has named them.
                let isUnnamed = progress.stage == "read" || progress.stage == "write"
                let last = state.told[progress.stage]
                guard !isUnnamed, last != progress.completed,
                    last == nil || isLast || now - state.drawn > pause
                else { return }
                state.told[progress.stage] = progress.completed
            } else {
                guard isNew || isLast || now - state.drawn > pause else { return }
            }
            state.drawn = now
            let elapsed = (now - state.started) / .seconds(1)
            switch style {
            case .none: break
            case .json: Terminal.note(Self.json(progress, elapsed))
            case .bar where interactive:
                state.hasLine = true
                Terminal.note("\r\u{1B}[2K" + Self.bar(progress, elapsed, width: Terminal.width))
            case .bar: Terminal.note(Self.plain(progress, elapsed) + "\n")
            }
        }
    }

    static func bar(_ progress: StageProgress, _ elapsed: Double, width: Int) -> String {
        let name = progress.stage.padding(toLength: max(18, progress.stage.count), withPad: " ", startingAt: 0)
        guard let total = progress.total, total > 0 else {
            return String("\(name) \(tail(progress, elapsed))".prefix(width - 1))
        }
        let share = min(1, Double(progress.completed) / Double(total))
        let cells = 24
        let full = Int(share * Double(cells))
        let drawing = String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
        let percent = String(Int(share * 100))
        let padded = String(repeating: " ", count: 3 - percent.count) + percent
        return String("\(name) \(drawing) \(padded)%  \(tail(progress, elapsed))".prefix(width - 1))
    }

    static func plain(_ progress: StageProgress, _ elapsed: Double) -> String {
        "\(progress.stage): \(tail(progress, elapsed))"
    }

    /// Count, rate, time left and metrics.
    private static func tail(_ progress: StageProgress, _ elapsed: Double) -> String {
        var count = Format.count(progress.completed)
        if let total = progress.total, total > progress.completed { count += " of \(Format.count(total))" }
        var parts = ["\(count) \(progress.unit)"]
        if elapsed > 0.5, progress.completed > 0 {
            let rate = Double(progress.completed) / elapsed
            parts.append("\(Format.short(rate))/s")
            if let total = progress.total, total > progress.completed {
                parts.append("ETA \(Format.seconds(Double(total - progress.completed) / rate))")
            }
        }
        for (name, value) in progress.metrics.sorted(by: { $0.key < $1.key }) where value != 0 {
            parts.append("\(name) \(String(format: "%.6g", value))")
        }
        return parts.joined(separator: "  ")
    }

    private static func json(_ progress: StageProgress, _ elapsed: Double) -> String {
        struct Line: Encodable {
            var event = "progress"
            var stage: String
            var completed: Int
            var total: Int?
            var unit: String
            var elapsed: Double
            var metrics: [String: Double]
        }
        let line = Line(
            stage: progress.stage, completed: progress.completed, total: progress.total, unit: progress.unit,
            elapsed: (elapsed * 1000).rounded() / 1000,
            metrics: progress.metrics.filter { $0.value.isFinite })
        return JSONOutput.line(line) + "\n"
    }
}
