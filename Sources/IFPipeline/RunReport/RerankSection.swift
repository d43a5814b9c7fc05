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
        add("Share of the catalogue recommended", before.coverage.itemShare, after.coverage.itemShare, .percent(2))
        add(
            "Products recommended", Double(before.coverage.itemsRecommended), Double(after.coverage.itemsRecommended),
            .decimal(0))
        add(
            "Share of users with a list", before.coverage.userRecommendationShare,
            after.coverage.userRecommendationShare, .percent(2))
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
        let sample = "On a sample of \(ReportFormat.count(file.users)) users."
        if !file.gamma.isEmpty {
            blocks.append(
                .chart(
                    Self.chart(file.gamma, "Weight of popularity γ", file.topK, "Blend with popularity"),
                    note: .init("\(sample) λ as configured; this run has γ = \(file.configuredGamma).")))
        }
        if !file.lambda.isEmpty {
            blocks.append(
                .chart(
                    Self.chart(file.lambda, "Weight of the score λ", file.topK, "Diversity"),
                    note: .init("\(sample) γ as configured; this run has λ = \(file.configuredLambda).")))
        }
        return blocks
    }

    private static func chart(_ points: [RerankTradeOff.Point], _ weight: String, _ count: Int, _ title: String)
        -> Chart
    {
        EvaluationCharts.tradeOff(
            points.map { .init(weight: $0.weight, precision: $0.precision, coverage: $0.coverage) }, weight: weight,
            count: count
        ).subtitle("\(title): up and to the right is better").frame(width: 480, height: 400)
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
