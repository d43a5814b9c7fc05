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
        let metrics: [(String, String, KeyPath<MetricsReport.Values, Double?>)] = [
            ("precision", "precision", \.precision), ("recall", "recall", \.recall), ("MAP", "map", \.map),
            ("NDCG", "ndcg", \.ndcg),
        ]
        report.metrics = metrics.map { name, key, path in
            PipelineReport.MetricRow(
                name: "\(name)@\(first.topK)",
                values: columns.map { number($0.report.als[keyPath: path]) } + [number(first.baseline[keyPath: path])]
                    + columns.map { percent($0.report.lift[keyPath: path]) },
                intervals: columns.map { interval($0.report.intervals?.als[key]) }
                    + [interval(first.intervals?.baseline[key])] + columns.map { _ in nil })
        }
        report.metricNotes = ["\(first.usersEvaluated) users evaluated; \(first.notes)"]
        if let level = first.intervals?.level {
            report.metricNotes.append("±: half the \(percentage(level)) interval, percentile bootstrap over users")
        }
        report.warnings += warnings(columns, workspace.configuration.training.als)
    }

    /// Says so where lists are worse than the same best sellers for everybody, by NDCG, and what to change.
    private static func warnings(
        _ columns: [(name: String, report: MetricsReport)], _ settings: RecsysConfiguration.ALS
    ) -> [String] {
        let worse = columns.compactMap { name, report -> (name: String, text: String)? in
            guard let lift = report.lift.ndcg, lift < 0, let percent = percent(-lift) else { return nil }
            return (name, "\(name) by \(percent.dropFirst())")
        }
        guard let topK = columns.first?.report.topK, !worse.isEmpty else { return [] }
        let cause = remedy(
            modelIsWorse: worse.contains { $0.name == "als" }, alpha: settings.alpha,
            isWeighted: settings.confidence != .asGiven)
        let worst = worse.map(\.text).joined(separator: ", ")
        return ["NDCG@\(topK) is below that of the popularity baseline (\(worst)): \(cause)"]
    }

    /// What to change where lists are worse than best sellers.
    ///
    /// - Parameters:
    ///   - modelIsWorse: Whether the model's own lists are; otherwise reranking makes them so.
    ///   - alpha: The confidence weight of the model; `nil` where it is not known.
    ///   - isWeighted: Whether that weight plays a part: not where ratings are confidences as given.
    static func remedy(modelIsWorse: Bool, alpha: Double?, isWeighted: Bool) -> String {
        guard modelIsWorse else {
            return "post-ranking makes the model's lists worse than the best sellers for everybody; try a smaller "
                + "eval.blend.gamma, or eval.mmr.enabled: false"
        }
        guard isWeighted else {
            return "these lists are worse than the best sellers for everybody. training.als.confidence is as-given; "
                + "try linear with an alpha of 1, or let 'insightflow tune' search for better settings on this input"
        }
        return "these lists are worse than the best sellers for everybody. "
            + (alpha.map { "training.als.alpha is \($0.brief): " } ?? "For training.als.alpha ")
            + ((alpha ?? 40) > 1
                ? "a smaller one often ranks far better where people buy the same things again and again; try 1, or "
                : "try another one, or ")
            + "let 'insightflow tune' search for better settings on this input"
    }

    private static func interval(_ interval: MetricsReport.Interval?) -> PipelineReport.Interval? {
        interval.map { .init(lower: $0.lower, upper: $0.upper) }
    }

    /// 0.95 becomes `95 %`, 0.999 `99.9 %`.
    private static func percentage(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
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

extension Double {
    /// The number as a person writes it: 40, not 40.0.
    var brief: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}
