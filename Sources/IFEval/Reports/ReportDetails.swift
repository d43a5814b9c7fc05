/// The members of `metrics.json` beyond the contract.
enum ReportDetails {
    static func members(of result: EvaluationResult) -> [OrderedJSON.Member] {
        var members: [OrderedJSON.Member] = [
            .init(
                key: "further",
                value: .object([
                    "als": further(result.mean), "baseline": further(result.baselineMean), "lift": further(result.lift),
                ])),
            .init(key: "leaks_allowed", value: .array(result.leaks.map { .string($0.description) })),
        ]
        guard let resampling = result.configuration.resampling, !result.modelEstimates.isEmpty else { return members }
        members.append(
            .init(
                key: "confidence_intervals",
                value: .object([
                    "level": .number(resampling.level), "resamples": .integer(resampling.resamples),
                    "method": .string("percentile bootstrap over users"),
                    "als": estimates(result.model.names, result.modelEstimates),
                    "baseline": estimates(result.baseline.names, result.baselineEstimates),
                ])))
        members.append(
            .init(
                key: "significance",
                value: .object([
                    "test": .string("randomization test over users with both, two-sided"),
                    "users": .integer(result.model.users.count),
                    "als_minus_baseline": .object(
                        result.differences.map { difference in
                            guard case .object(let estimate) = json(difference.difference, "difference") else {
                                return .init(key: difference.metric, value: .null)
                            }
                            return .init(
                                key: difference.metric,
                                value: .object(estimate + [.init(key: "p_value", value: .number(difference.pValue))]))
                        }),
                ])))
        return members
    }

    private static func further(_ value: (String) -> Double?) -> OrderedJSON {
        .object(["hit_rate": .number(value("hit_rate")), "mrr": .number(value("mrr"))])
    }

    private static func estimates(_ names: [String], _ estimates: [MetricEstimate]) -> OrderedJSON {
        .object(zip(names, estimates).map { .init(key: $0, value: json($1, "mean")) })
    }

    private static func json(_ estimate: MetricEstimate, _ name: String) -> OrderedJSON {
        .object([
            .init(key: name, value: .number(estimate.mean)),
            .init(key: "standard_error", value: .number(estimate.standardError)),
            .init(key: "lower", value: .number(estimate.lower)), .init(key: "upper", value: .number(estimate.upper)),
        ])
    }
}
