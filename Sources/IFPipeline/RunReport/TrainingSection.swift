import IFCharts

/// How the model was fitted.
struct TrainingSection: ReportSection {
    let title = "Training"

    /// What the report reads of `meta.json`, of this and of older versions.
    struct Metadata: Decodable {
        struct Parameters: Decodable {
            var rank: Int?
            var regParam: Double?
            var itemRegParam: Double?
            var alpha: Double?
            var confidence: String?
            var maxIter: Int?
            var nonnegative: Bool?
            var regularizationScaling: Double?
            var unobservedWeight: Double?

            /// Whether α plays a part in the confidence.
            var isWeighted: Bool { confidence != RecsysConfiguration.ALS.Confidence.asGiven.rawValue }
        }

        var rowsBefore: Int?
        var rowsAfter: Int?
        var parameters: Parameters?
        var losses: [Double]?
        var users: Int?
        var items: Int?

        private enum CodingKeys: String, CodingKey {
            case rowsBefore = "rows_before"
            case rowsAfter = "rows_after_dedup"
            case parameters = "params"
            case losses = "loss_per_sweep"
            case users, items
        }
    }

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard let metadata = try await run.json(Metadata.self, "meta.json", of: run[.train]) else { return [] }
        var facts: [ReportFact] = [.init("Model", "implicit alternating least squares")]
        func add(_ name: String, _ value: (some CustomStringConvertible)?) {
            if let value { facts.append(.init(name, ReportText(value.description))) }
        }
        let parameters = metadata.parameters
        add("Users", metadata.users.map(ReportFormat.count))
        add("Products", metadata.items.map(ReportFormat.count))
        add("Ratings", metadata.rowsAfter.map(ReportFormat.count))
        add("Factors", parameters?.rank)
        add("Regularization", parameters?.regParam)
        add("Regularization of products", parameters?.itemRegParam)
        add("Confidence", parameters?.confidence)
        // Confidence as given has no weight.
        let alpha: Double? = parameters?.isWeighted == false ? nil : parameters?.alpha
        add("Confidence weight α", alpha)
        add("Sweeps", parameters?.maxIter)
        add("Exponent of the scaling of regularization", parameters?.regularizationScaling)
        add("Weight of what was not bought", parameters?.unobservedWeight)
        add("Factors below zero", parameters?.nonnegative.map { $0 ? "not allowed" : "allowed" })
        var blocks: [ReportBlock] = [.facts(facts)]
        let losses = metadata.losses ?? []
        guard let first = losses.first, let last = losses.last, losses.count > 1 else { return blocks }
        let tail = losses[losses.count - 2] - last
        let share = NumberFormat.percent(2)
        blocks.append(
            .chart(
                TrainingCharts.loss(losses, subtitle: "\(losses.count) sweeps"),
                note: .init(
                    """
                    The objective fell by \(share.text((first - last) / first)) from the first sweep to the last, \
                    and by \(share.text(tail / losses[losses.count - 2])) in the last.
                    """
                )))
        return blocks
    }
}
