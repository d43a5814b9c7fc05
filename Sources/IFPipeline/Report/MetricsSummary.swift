import FoundationEssentials
import IFCore
import IFEval
import IFStore

/// The metrics of the run's evaluations side by side: the model, the reranked lists, the baseline.
enum MetricsSummary {
    /// Adds the table of metrics, where the run evaluated anything.
    static func add(to report: inout PipelineReport, from workspace: Workspace, stages: [StageName]) async throws {
        var columns: [(name: String, report: MetricsReport)] = []
        for (stage, name, family) in [
            (StageName.evaluate, "als", workspace.layout.evaluation),
            (StageName.rerank, "als-postrank", workspace.layout.reranked),
        ] {
            guard stages.contains(stage), let run = workspace.runs(of: stage)?.first else { continue }
            let record = try await workspace.store.record(family, run)
            let data = try await workspace.store.read("metrics.json", of: record)
            columns.append((name, try JSONDecoder().decode(MetricsReport.self, from: data)))
        }
        guard let first = columns.first?.report else { return }
        report.metricColumns = columns.map(\.name) + ["baseline"] + columns.map { "lift \($0.name)" }
        let metrics: [(String, KeyPath<MetricsReport.Values, Double?>)] = [
            ("precision", \.precision), ("recall", \.recall), ("MAP", \.map), ("NDCG", \.ndcg),
        ]
        report.metrics = metrics.map { name, path in
            PipelineReport.MetricRow(
                name: "\(name)@\(first.topK)",
                values: columns.map { number($0.report.als[keyPath: path]) } + [number(first.baseline[keyPath: path])]
                    + columns.map { percent($0.report.lift[keyPath: path]) })
        }
        report.metricNotes = ["\(first.usersEvaluated) users evaluated; \(first.notes)"]
    }

    private static func number(_ value: Double?) -> String? {
        guard let value else { return nil }
        let scaled = String(Int((abs(value) * 10_000).rounded()) % 10_000)
        let whole = Int((abs(value) * 10_000).rounded()) / 10_000
        return "\(value < 0 ? "-" : "")\(whole).\(String(repeating: "0", count: 4 - scaled.count))\(scaled)"
    }

    private static func percent(_ value: Double?) -> String? {
        guard let value else { return nil }
        let tenths = Int((value * 1000).rounded())
        return "\(tenths >= 0 ? "+" : "-")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
    }
}
