public import FoundationEssentials

/// The content of `metrics.json`.
///
/// The keys of the contract come first and in its order; what goes beyond it (denominator, popularity source, further
/// metrics, intervals, tests) comes after. `JSONEncoder` does not keep the order of keys: write ``text`` to a file.
public struct MetricsReport: Hashable, Sendable {
    /// The four metrics of the contract; a value is `nil` (JSON null) where it is not defined.
    public struct Values: Hashable, Sendable, Codable {
        /// Precision at K.
        public var precision: Double?
        /// Recall at K.
        public var recall: Double?
        /// Mean average precision at K.
        public var map: Double?
        /// Normalised discounted cumulative gain at K.
        public var ndcg: Double?

        /// Creates the values.
        public init(precision: Double?, recall: Double?, map: Double?, ndcg: Double?) {
            (self.precision, self.recall, self.map, self.ndcg) = (precision, recall, map, ndcg)
        }

        var json: OrderedJSON {
            .object([
                "precision": .number(precision), "recall": .number(recall), "map": .number(map), "ndcg": .number(ndcg),
            ])
        }
    }

    /// Places of a list that count.
    public var topK: Int
    /// When the evaluation ended; whole seconds, UTC.
    public var finishedAt: Date
    /// Users with a truth and a list.
    public var usersEvaluated: Int
    /// Means of the model (or of the reranker after it: the key is the contract's).
    public var als: Values
    /// Means of the most popular items.
    public var baseline: Values
    /// (model − baseline) / baseline.
    public var lift: Values
    /// What a reader of the numbers has to know, sentences parted by "; ".
    public var notes: String
    /// What average precision was divided by; `nil` in files of older runs.
    public var averagePrecisionDenominator: AveragePrecision.Denominator?
    /// Which lines the baseline was counted on; `nil` in files of older runs.
    public var popularitySource: Evaluation.PopularitySource?
    /// How sure the means are; `nil` without resampling and in files of older runs.
    public private(set) var intervals: Intervals?
    /// Further members as they are written: more metrics, intervals, tests. Not read back, but for ``intervals``.
    private var details: [OrderedJSON.Member] = []

    /// The report of a result.
    public init(_ result: EvaluationResult) {
        func values(_ value: (String) -> Double?) -> Values {
            Values(precision: value("precision"), recall: value("recall"), map: value("map"), ndcg: value("ndcg"))
        }
        topK = result.coverage.topK
        finishedAt = result.finishedAt
        usersEvaluated = result.coverage.usersEvaluated
        als = values(result.mean)
        baseline = values(result.baselineMean)
        lift = values(result.lift)
        notes = result.notes.joined(separator: "; ")
        averagePrecisionDenominator = result.configuration.averagePrecisionDenominator
        popularitySource = result.configuration.popularitySource
        intervals = Intervals(result)
        details = ReportDetails.members(of: result)
    }

    private var json: OrderedJSON {
        var members: [OrderedJSON.Member] = [
            .init(key: "top_k", value: .integer(topK)),
            .init(key: "finished_at_utc", value: .string(finishedAt.formatted(.iso8601))),
            .init(key: "users_evaluated", value: .integer(usersEvaluated)),
            .init(key: "als", value: als.json), .init(key: "baseline", value: baseline.json),
            .init(key: "lift", value: lift.json), .init(key: "notes", value: .string(notes)),
        ]
        if let denominator = averagePrecisionDenominator {
            members.append(.init(key: "ap_denominator", value: .string(denominator.rawValue)))
        }
        if let source = popularitySource {
            members.append(.init(key: "popularity_source", value: .string(source.rawValue)))
        }
        return .object(members + details)
    }

    /// The file: keys in the order of the contract, nulls written out, the same bytes for the same result.
    public var text: String { json.text }
}

extension MetricsReport: Codable {
    private enum CodingKeys: String, CodingKey {
        case topK = "top_k"
        case finishedAt = "finished_at_utc"
        case usersEvaluated = "users_evaluated"
        case als, baseline, lift, notes
        case averagePrecisionDenominator = "ap_denominator"
        case popularitySource = "popularity_source"
        case intervals = "confidence_intervals"
    }

    /// Writes the value as it stands in files.
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }

    /// Reads a file of this or an older version. The time may have fractions of a second, and no zone (UTC then).
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        topK = try container.decode(Int.self, forKey: .topK)
        let stamp = try container.decode(String.self, forKey: .finishedAt)
        guard let date = UTCStamp.date(stamp) else {
            throw DecodingError.dataCorruptedError(
                forKey: .finishedAt, in: container, debugDescription: "'\(stamp)' is not an ISO 8601 time")
        }
        finishedAt = date
        usersEvaluated = try container.decode(Int.self, forKey: .usersEvaluated)
        als = try container.decode(Values.self, forKey: .als)
        baseline = try container.decode(Values.self, forKey: .baseline)
        lift = try container.decode(Values.self, forKey: .lift)
        notes =
            try (try? container.decodeIfPresent([String].self, forKey: .notes))?.joined(separator: "; ")
            ?? container.decodeIfPresent(String.self, forKey: .notes) ?? ""
        averagePrecisionDenominator = try container.decodeIfPresent(
            AveragePrecision.Denominator.self, forKey: .averagePrecisionDenominator)
        popularitySource = try container.decodeIfPresent(Evaluation.PopularitySource.self, forKey: .popularitySource)
        intervals = try container.decodeIfPresent(Intervals.self, forKey: .intervals)
    }
}
