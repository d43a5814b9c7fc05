import Foundation
import IFPipeline

/// Prints what became of a pipeline run.
enum ReportPrinter {
    /// One line for a stage that just ended.
    static func line(_ stage: StageReport) -> String {
        let mark =
            switch stage.outcome {
            case .finished: "done     "
            case .unchanged: "unchanged"
            case .skipped: "skipped  "
            }
        let name = stage.stage.rawValue.padding(toLength: 17, withPad: " ", startingAt: 0)
        var text = "\(mark) \(name) \(Format.seconds(stage.seconds))"
        if let rows = stage.rowsOut { text += "  \(Format.count(rows)) rows" }
        if !stage.runs.isEmpty { text += "  → \(stage.runs.joined(separator: ", "))" }
        return text
    }

    /// The table of stages, the table of metrics, and where the artifacts are.
    static func print(_ report: PipelineReport) {
        var stages = TextTable([
            ("stage", .left), ("outcome", .left), ("rows in", .right), ("rows out", .right), ("time", .right),
            ("peak memory", .right),
        ])
        for stage in report.stages {
            stages.add([
                stage.stage.rawValue, stage.outcome.rawValue, stage.rowsIn.map(Format.count) ?? "–",
                stage.rowsOut.map(Format.count) ?? "–", Format.seconds(stage.seconds),
                stage.peakMemoryBytes.map(Format.bytes) ?? "–",
            ])
        }
        Terminal.say("")
        stages.lines.forEach(Terminal.say)
        let notes = report.stages.filter { !$0.notes.isEmpty && ![.evaluate, .rerank].contains($0.stage) }
            .flatMap { stage in stage.notes.map { "\(stage.stage.rawValue): \($0)" } }
        let skipped = report.stages.filter { $0.outcome == .skipped && [.evaluate, .rerank].contains($0.stage) }
            .flatMap { stage in stage.notes.map { "\(stage.stage.rawValue): \($0)" } }
        if !(notes + skipped).isEmpty {
            Terminal.say("")
            (notes + skipped).forEach(Terminal.say)
        }
        if !report.metrics.isEmpty {
            Terminal.say("")
            metricsTable(report).lines.forEach(Terminal.say)
            for note in report.metricNotes { Terminal.say(note) }
        }
        for warning in report.warnings { Terminal.say("\nWarning: \(warning).") }
        Terminal.say("")
        Terminal.say("Artifacts are under \(report.root). Total time \(Format.seconds(report.seconds)).")
    }

    private static func metricsTable(_ report: PipelineReport) -> TextTable {
        var table = TextTable(
            [("metric", .left)] + report.metricColumns.map { ($0, .right) })
        for row in report.metrics {
            table.add([row.name] + zip(row.values, row.intervals).map { cell($0, $1) })
        }
        return table
    }

    /// A value, with half the width of its interval where there is one.
    private static func cell(_ value: String?, _ interval: PipelineReport.Interval?) -> String {
        guard let value else { return "–" }
        return interval.map { "\(value) ± \(Format.fixed($0.halfWidth, 4))" } ?? value
    }
}
