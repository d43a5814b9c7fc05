import IFCharts
import IFEval

/// What reranking gives and what it takes.
struct RerankSection: ReportSection {
    let title = "Reranking"

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard let before = try await Lists(run, .evaluate), let after = try await Lists(run, .rerank) else { return [] }
        var table = ReportTable(
            "The model’s lists and the reranked ones",
            [.words("Figure"), .numbers("Model"), .numbers("Reranked"), .numbers("Change")])
        let digits = NumberFormat.decimal(4)
        func add(_ name: String, _ old: Double?, _ new: Double?, _ format: NumberFormat) {
            table.add([.init(.init(name)), .init(old, format), .init(new, format), .change(new, old, format)])
        }
        add("Precision@\(after.metrics.topK)", before.metrics.als.precision, after.metrics.als.precision, digits)
        add("Recall@\(after.metrics.topK)", before.metrics.als.recall, after.metrics.als.recall, digits)
        add("NDCG@\(after.metrics.topK)", before.metrics.als.ndcg, after.metrics.als.ndcg, digits)
        func addShare(_ name: String, _ old: Double?, _ new: Double?) {
            table.add([.init(.init(name)), .init(old, .percent(2)), .init(new, .percent(2)), .points(new, old)])
        }
        addShare("Share of the catalogue recommended", before.coverage.itemShare, after.coverage.itemShare)
        add(
            "Products recommended", Double(before.coverage.itemsRecommended), Double(after.coverage.itemsRecommended),
            .decimal(0))
        addShare(
            "Share of users with a list", before.coverage.userRecommendationShare,
            after.coverage.userRecommendationShare)
        var blocks: [ReportBlock] = [
            .text(
                """
                Reranking blends the model’s scores with popularity (weight γ) and keeps lists from repeating \
                themselves (weight λ of the score against likeness). What that gives and takes is measured here.
                """
            ),
            .table(table),
        ]
        guard let file = try await run.json(RerankTradeOff.self, "trade_off.json", of: run[.rerank]) else {
            return blocks
        }
        let notes = ["With λ as configured.", "With γ as configured."]
        let charts = file.charts
        for (chart, note) in zip(charts, file.gamma.isEmpty ? Array(notes.dropFirst()) : notes) {
            blocks.append(.chart(chart.chart.frame(width: 480, height: 400), note: .init(note)))
        }
        if !charts.isEmpty {
            blocks.append(.details("The figures of these charts", [.table(Self.figures(file))]))
        }
        return blocks
    }

    private static func figures(_ file: RerankTradeOff) -> ReportTable {
        var table = ReportTable(
            "Precision and coverage along the weights",
            [
                .words("Weight"), .numbers("Value"), .numbers("Precision@\(file.topK)"),
                .numbers("Catalogue recommended"),
            ])
        for (name, points) in [("popularity γ", file.gamma), ("score λ", file.lambda)] {
            for point in points {
                table.add([
                    .init(.init(name)), .init(point.weight, .automatic), .init(point.precision, .decimal(4)),
                    .init(point.coverage, .percent(2)),
                ])
            }
        }
        return table
    }

    private struct Lists {
        var metrics: MetricsReport
        var coverage: CoverageReport

        init?(_ run: ReportedRun, _ stage: StageName) async throws {
            guard let metrics = try await run.json(MetricsReport.self, "metrics.json", of: run[stage]),
                let coverage = try await run.json(CoverageReport.self, "coverage.json", of: run[stage])
            else { return nil }
            (self.metrics, self.coverage) = (metrics, coverage)
        }
    }
}
