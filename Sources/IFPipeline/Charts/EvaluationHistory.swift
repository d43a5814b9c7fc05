public import FoundationEssentials
public import IFCore
import IFEval
import IFStore

/// The evaluations that lie in a store, of this program and of others, in the order of time.
public struct EvaluationHistory: Sendable {
    /// One evaluation.
    public struct Run: Sendable {
        /// Name of the run's folder.
        public var id: String
        /// `als-postrank`, `als` or `unknown`, by the name.
        public var variant: String
        /// The run's folder.
        public var prefix: String
        /// When it finished: by `finished_at_utc`, else by the name, else by the file's last change.
        public var finished: Date
        /// K of the metrics.
        public var topK: Int?
        /// Users the metrics are means over.
        public var usersEvaluated: Int?
        /// Metrics of the model.
        public var model: MetricValues
        /// Metrics of the baseline.
        public var baseline: MetricValues
        /// Relative gain of the model over the baseline.
        public var lift: MetricValues
        /// Share of the users with truth that got recommendations; nil without `coverage.json`.
        public var userCoverage: Double?
        /// Share of the catalogue that was recommended; nil without `coverage.json`.
        public var itemCoverage: Double?
        var intervals: Intervals?
    }

    /// The four metrics, each nil where a file does not have it.
    public struct MetricValues: Sendable, Hashable, Decodable {
        /// Precision at K.
        public var precision: Double?
        /// Recall at K.
        public var recall: Double?
        /// Mean average precision at K.
        public var map: Double?
        /// Normalized discounted cumulative gain at K.
        public var ndcg: Double?
    }

    /// Evaluations in the order of time; those of one second by name.
    public let runs: [Run]
    /// Files that could not be used, and why.
    public let problems: [String]

    /// Looks for `metrics.json` in the folders below a prefix.
    ///
    /// A broken file, or one that is gone meanwhile, is reported in ``problems`` and passed over. A broken `coverage.json`
    /// costs its run the coverage only.
    ///
    /// - Parameters:
    ///   - prefix: Where evaluations lie, such as `recsys/eval`.
    ///   - store: The store.
    /// - Throws: What the store throws, but for files that are damaged or gone; `CancellationError`.
    public static func scan(_ prefix: String, in store: any ArtifactStore) async throws -> EvaluationHistory {
        var runs: [Run] = []
        var problems: [String] = []
        for info in try await store.list(prefix + "/") {
            let parts = info.key.dropFirst(prefix.count + 1).split(separator: "/")
            guard parts.count == 2, parts[1] == "metrics.json", !parts[0].hasPrefix("."), parts[0] != "latest" else {
                continue
            }
            try Task.checkCancellation()
            do {
                let file = try JSONDecoder().decode(MetricsFile.self, from: await store.get(info.key))
                let id = String(parts[0])
                var run = Run(
                    id: id, variant: variant(of: id), prefix: "\(prefix)/\(id)",
                    finished: file.finished ?? time(inName: id) ?? info.modified, topK: file.topK,
                    usersEvaluated: file.usersEvaluated, model: file.als, baseline: file.baseline,
                    lift: file.lift ?? MetricValues(), intervals: file.intervals)
                problems += file.problems.map { "\(info.key): \($0)" }
                try await addCoverage(to: &run, from: store, &problems)
                runs.append(run)
            } catch let error where isOfTheFile(error) {
                problems.append("\(info.key) is left out: \(reason(error))")
            }
        }
        runs.sort { ($0.finished, $0.id) < ($1.finished, $1.id) }
        return EvaluationHistory(runs: runs, problems: problems)
    }

    private static func addCoverage(
        to run: inout Run, from store: any ArtifactStore, _ problems: inout [String]
    ) async throws {
        struct File: Decodable {
            var coverage_user_eval: Double?
            var coverage_item: Double?
        }
        let key = "\(run.prefix)/coverage.json"
        do {
            guard try await store.stat(key) != nil else { return }
            let file = try JSONDecoder().decode(File.self, from: await store.get(key))
            run.userCoverage = file.coverage_user_eval
            run.itemCoverage = file.coverage_item
        } catch let error where isOfTheFile(error) {
            problems.append("\(key) is left out: \(reason(error))")
        }
    }

    private static func variant(of id: String) -> String {
        id.hasPrefix("als-postrank") ? "als-postrank" : id.hasPrefix("als") ? "als" : "unknown"
    }

    /// The first timestamp in a name: as `als-20260131-235959`, whatever stands behind it.
    private static func time(inName id: String) -> Date? {
        let name = Array(id)
        guard name.count >= 15 else { return nil }
        for start in 0...name.count - 15 {
            if let time = RunTimestamp(String(name[start..<start + 15])) { return time.date }
        }
        return nil
    }

    /// Whether the file is at fault; what the store or the network did not give says nothing of it.
    private static func isOfTheFile(_ error: any Error) -> Bool {
        guard let error = error as? IFError else { return error is DecodingError }
        return error.code == .notFound || error.code == .corruptFile
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "it has no '\(key.stringValue)'"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty ? "it is no valid JSON" : context.debugDescription
        default: "\(error)"
        }
    }

    /// Ends of confidence intervals, by metric.
    struct Intervals: Decodable, Sendable {
        struct Ends: Decodable, Sendable {
            var lower: Double
            var upper: Double
        }
        var als: [String: Ends]
        var baseline: [String: Ends]
    }

    /// `metrics.json` of this and of older programs.
    private struct MetricsFile: Decodable {
        var topK: Int?
        var finished: Date?
        /// What could not be used of an otherwise sound file.
        var problems: [String] = []
        var usersEvaluated: Int?
        var als: MetricValues
        var baseline: MetricValues
        var lift: MetricValues?
        var intervals: Intervals?

        private enum CodingKeys: String, CodingKey {
            case topK = "top_k"
            case finished = "finished_at_utc"
            case usersEvaluated = "users_evaluated"
            case als, baseline, lift
            case intervals = "confidence_intervals"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            als = try container.decode(MetricValues.self, forKey: .als)
            baseline = try container.decode(MetricValues.self, forKey: .baseline)
            topK = optional(Int.self, .topK, container)
            usersEvaluated = optional(Int.self, .usersEvaluated, container)
            lift = optional(MetricValues.self, .lift, container)
            guard als != MetricValues() else {
                throw DecodingError.dataCorruptedError(
                    forKey: .als, in: container, debugDescription: "it holds none of the four metrics")
            }
            intervals = optional(Intervals.self, .intervals, container)
            if let text = optional(String.self, .finished, container) {
                finished = UTCStamp.date(text)
                if finished == nil { problems.append("finished_at_utc '\(text)' is no time and was not used") }
            }
        }

        /// A value that a run can do without; one of another type is reported and not used.
        private mutating func optional<Value: Decodable>(
            _ type: Value.Type, _ key: CodingKeys, _ container: KeyedDecodingContainer<CodingKeys>
        ) -> Value? {
            do {
                return try container.decodeIfPresent(type, forKey: key)
            } catch {
                problems.append("\(key.stringValue) is of another type and was not used")
                return nil
            }
        }
    }
}
