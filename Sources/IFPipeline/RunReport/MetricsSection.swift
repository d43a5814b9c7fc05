import IFCharts
import IFCore
import IFEval
import IFStore

/// Metrics of the model and of the reranked lists, against the baseline and against the run before.
struct MetricsSection: ReportSection {
    let title = "Metrics"

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        var blocks: [ReportBlock] = []
        for (stage, name) in [(StageName.evaluate, "als"), (.rerank, "als-postrank")] {
            guard let record = run[stage],
                let report = try await run.json(MetricsReport.self, "metrics.json", of: record)
            else { continue }
            let (earlier, problem) = try await Self.earlier(run, stage)
            blocks.append(.heading(stage == .evaluate ? "The model" : "The reranked lists"))
            if let warning = try await Self.warning(report, stage, run) { blocks.append(.warning(.init(warning))) }
            blocks.append(.table(Self.table(report, name, earlier, run.previous[stage])))
            if let problem { blocks.append(.text(.init(problem))) }
            if stage == .evaluate {
                blocks.append(.chart(Self.chart(report, record), note: "Bars are means over users."))
                blocks.append(.text(.init(Self.meaning(report))))
            }
            if !Self.isOfModel(record, run) {
                blocks.append(
                    .warning(
                        "This evaluation is of another model than the latest; run the stage '\(stage.rawValue)' again.")
                )
            }
            if let earlier, let before = run.previous[stage], Self.differ(report, earlier) {
                blocks.append(
                    .warning(
                        """
                        \(before.name) was computed by other rules (K, denominator or baseline), so the change is \
                        no gain or loss.
                        """
                    ))
            }
        }
        return blocks
    }

    /// Says which metrics are below the baseline's, with the figures, and what to do; `nil` where NDCG is not.
    private static func warning(
        _ report: MetricsReport, _ stage: StageName, _ run: ReportedRun
    ) async throws -> String? {
        guard let lift = report.lift.ndcg, lift < 0 else { return nil }
        let digits = NumberFormat.decimal(4)
        let worse = metrics.compactMap { _, title, path -> String? in
            guard let value = report.als[keyPath: path], let baseline = report.baseline[keyPath: path], value < baseline
            else { return nil }
            let change = report.lift[keyPath: path].map { ", \(ReportFormat.change($0, .percent(1)))" } ?? ""
            return "\(title)@\(report.topK) (\(digits.text(value)) against \(digits.text(baseline))\(change))"
        }
        let parameters = try await run.json(TrainingSection.Metadata.self, "meta.json", of: run[.train])?.parameters
        let model = try await run.json(MetricsReport.self, "metrics.json", of: run[.evaluate])
        let modelIsWorse = stage == .evaluate || (model?.lift.ndcg ?? 0) < 0
        let remedy = MetricsSummary.remedy(
            modelIsWorse: modelIsWorse, alpha: parameters?.alpha, isWeighted: parameters?.isWeighted ?? true)
        return "Below the popularity baseline: \(worse.joined(separator: ", ")). "
            + remedy.prefix(1).uppercased() + remedy.dropFirst() + "."
    }

    private static var metrics: [(key: String, name: String, path: KeyPath<MetricsReport.Values, Double?>)] {
        [
            ("precision", "Precision", \.precision), ("recall", "Recall", \.recall), ("map", "MAP", \.map),
            ("ndcg", "NDCG", \.ndcg),
        ]
    }

    private static func table(
        _ report: MetricsReport, _ name: String, _ earlier: MetricsReport?, _ before: RunRecord?
    ) -> ReportTable {
        let level = report.intervals.map { NumberFormat.percent(0).text($0.level) }
        var columns: [ReportTable.Column] = [.words("Metric"), .numbers(name)]
        if let level { columns.append(.numbers("\(level) interval")) }
        columns += [.numbers("Baseline"), .numbers("Lift")]
        if earlier != nil { columns += [.numbers("Run before"), .numbers("Change")] }
        var table = ReportTable(
            "\(ReportFormat.count(report.usersEvaluated)) users evaluated"
                + (before.map { ", beside \($0.name)" } ?? ", no run before"), columns)
        let digits = NumberFormat.decimal(4)
        for (key, title, path) in metrics {
            let value = report.als[keyPath: path]
            var cells: [ReportTable.Cell] = [.init("\(title)@\(report.topK)"), .init(value, digits)]
            if level != nil {
                let interval = report.intervals?.als[key]
                cells.append(
                    .init(
                        .init(interval.map { "\(digits.text($0.lower)) to \(digits.text($0.upper))" } ?? "–"),
                        sortedBy: interval?.lower))
            }
            let lift = report.lift[keyPath: path]
            cells.append(.init(report.baseline[keyPath: path], digits))
            cells.append(.init(.init(ReportFormat.change(lift, .percent(1))), sortedBy: lift))
            if let earlier {
                let old = earlier.als[keyPath: path]
                cells += [.init(old, digits), .change(value, old, digits)]
            }
            table.add(cells)
        }
        return table
    }

    /// The metrics of the run before, or why there are none to compare with: an old run's damage must not cost the report.
    private static func earlier(
        _ run: ReportedRun, _ stage: StageName
    ) async throws -> (report: MetricsReport?, problem: String?) {
        guard let before = run.previous[stage] else { return (nil, nil) }
        do {
            return (try await run.json(MetricsReport.self, "metrics.json", of: before), nil)
        } catch let error as IFError where error.code == .corruptFile || error.code == .notFound {
            return (nil, "The metrics of the run before, \(before.name), cannot be read: \(error.message)")
        }
    }

    private static func chart(_ report: MetricsReport, _ record: RunRecord) -> Chart {
        func estimate(_ value: Double?, _ interval: MetricsReport.Interval?) -> EvaluationCharts.Estimate {
            .init(value ?? .nan, interval: interval.flatMap { $0.lower <= $0.upper ? $0.lower...$0.upper : nil })
        }
        return EvaluationCharts.latest(
            metrics.map { key, title, path in
                (
                    name: "\(title)@\(report.topK)",
                    model: estimate(report.als[keyPath: path], report.intervals?.als[key]),
                    baseline: estimate(report.baseline[keyPath: path], report.intervals?.baseline[key])
                )
            }, subtitle: "\(record.name), \(ReportFormat.count(report.usersEvaluated)) users")
    }

    private static func meaning(_ report: MetricsReport) -> String {
        var sentences = [
            """
            The baseline recommends the most bought products to everyone. Lift is how much better the model is, as \
            a share of the baseline.
            """
        ]
        if let level = report.intervals?.level {
            sentences.append(
                "Intervals are percentile-bootstrap intervals over users at \(NumberFormat.percent(0).text(level)).")
        }
        if !report.notes.isEmpty { sentences.append("Notes of the evaluation: \(report.notes).") }
        return sentences.joined(separator: " ")
    }

    /// Whether an evaluation is of the model that the report tells of.
    private static func isOfModel(_ record: RunRecord, _ run: ReportedRun) -> Bool {
        guard let model = run[.train], let used = record.manifest.inputs.first(where: { $0.name == "model" }) else {
            return true
        }
        return used.location.hasPrefix(model.key + "/")
    }

    private static func differ(_ one: MetricsReport, _ other: MetricsReport) -> Bool {
        one.topK != other.topK || one.averagePrecisionDenominator != other.averagePrecisionDenominator
            || one.popularitySource != other.popularitySource
    }
}
