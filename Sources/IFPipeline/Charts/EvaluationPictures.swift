import FoundationEssentials
import IFCharts
import IFCore

/// The seven charts and the table of a series of evaluations.
struct EvaluationPictures {
    private let runs: [EvaluationHistory.Run]

    private typealias Metric = KeyPath<EvaluationHistory.MetricValues, Double?>

    /// - Precondition: At least one run, in the order of time.
    init(_ runs: [EvaluationHistory.Run]) { self.runs = runs }

    /// File names and charts.
    var charts: [(file: String, chart: Chart)] {
        var charts = Self.metrics.map { name, title, path in
            ("\(name)_trend.png", trend("\(title)\(cutOff)", path))
        }
        let finished = runs.map(\.finished)
        charts.append(
            (
                "coverage_item_trend.png",
                EvaluationCharts.coverage(
                    "Share of the catalogue recommended", finished: finished, shares: runs.map(\.itemCoverage),
                    variants: runs.map(\.variant), cutOffs: runs.map(\.topK))
            ))
        charts.append(
            (
                "coverage_user_trend.png",
                EvaluationCharts.coverage(
                    "Share of users with truth that were evaluated", finished: finished,
                    shares: runs.map(\.userCoverage), variants: runs.map(\.variant))
            ))
        charts.append(("metrics_bar.png", latest))
        return charts
    }

    private static var metrics: [(name: String, title: String, path: Metric)] {
        [
            ("map", "MAP", \.map), ("ndcg", "NDCG", \.ndcg), ("precision", "Precision", \.precision),
            ("recall", "Recall", \.recall),
        ]
    }

    /// "@10" where all runs have the same K; else the series say theirs.
    private var cutOff: String {
        let values = Set(runs.map(\.topK))
        guard values.count == 1, let only = values.first, let topK = only else { return "" }
        return "@\(topK)"
    }

    private func trend(_ title: String, _ path: Metric) -> Chart {
        EvaluationCharts.trend(
            title,
            runs.map {
                EvaluationCharts.Score(
                    variant: $0.variant, finished: $0.finished, model: $0.model[keyPath: path],
                    baseline: $0.baseline[keyPath: path],
                    lift: $0.lift[keyPath: path], topK: $0.topK)
            })
    }

    private var latest: Chart {
        guard let run = runs.last else { return EvaluationCharts.latest([], subtitle: "") }
        let values = Self.metrics.map { name, title, path in
            let cut = run.topK.map { "@\($0)" } ?? ""
            return (
                name: title + cut,
                model: Self.estimate(run.model[keyPath: path], run.intervals?.als[name]),
                baseline: Self.estimate(run.baseline[keyPath: path], run.intervals?.baseline[name])
            )
        }
        let users = run.usersEvaluated.map { ", \(NumberFormat.decimal(0).text(Double($0))) users" } ?? ""
        let intervals = run.intervals == nil ? "" : ", with confidence intervals"
        return EvaluationCharts.latest(values, variant: run.variant, subtitle: "\(run.id)\(users)\(intervals)")
    }

    private static func estimate(
        _ value: Double?, _ ends: EvaluationHistory.Intervals.Ends?
    ) -> EvaluationCharts.Estimate {
        let interval = ends.flatMap { $0.lower <= $0.upper ? $0.lower...$0.upper : nil }
        return EvaluationCharts.Estimate(value ?? .nan, interval: interval)
    }

    /// The rows of `metrics_trend.csv`.
    static func table(_ runs: [EvaluationHistory.Run]) -> Table {
        func column(_ value: (EvaluationHistory.Run) -> Double?) -> Column {
            let values = runs.map(value)
            return .double(
                ColumnValues(values.map { $0 ?? .nan }, validity: Bitmap(values.map { $0 != nil })))
        }
        var table = Table()
        table.set("run_id", .strings(runs.map(\.id)))
        table.set("variant", .strings(runs.map(\.variant)))
        table.set("run_prefix", .strings(runs.map(\.prefix)))
        table.set("finished_at_dt", .strings(runs.map { ArtifactJSON.timestamp($0.finished) }))
        let order: [(String, Metric)] = [
            ("precision", \.precision), ("recall", \.recall), ("map", \.map), ("ndcg", \.ndcg),
        ]
        for (name, path) in order { table.set("als.\(name)", column { $0.model[keyPath: path] }) }
        for (name, path) in order { table.set("baseline.\(name)", column { $0.baseline[keyPath: path] }) }
        for (name, path) in order { table.set("lift.\(name)", column { $0.lift[keyPath: path] }) }
        table.set("coverage_user_eval", column(\.userCoverage))
        table.set("coverage_item", column(\.itemCoverage))
        return table
    }
}
