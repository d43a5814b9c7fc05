public import IFCore

/// Scores final lists against what users really took, beside the most popular items as a baseline.
///
/// What is defined where others differ:
/// - Means of the model are over users with a truth and a list that is not empty; means of the baseline over all users
///   with a truth. The paired differences are over the former.
/// - An item repeated in a list counts once: later ones are left out, the places after them move up, and the notes say
///   so.
/// - Items of the truth that the model does not know count in the size of the truth.
/// - Whatever was fitted says on which data (``DataProvenance``); what was fitted on the evaluated orders is refused.
///
/// ```swift
/// let split = try OrderSplit.byEvalSet(orders)
/// let training = try OrderLines(split.training, orders: orders, lines: [priorLines])
/// let truth = try GroundTruth(OrderLines(split.evaluated, orders: orders, lines: [trainLines]))
/// let result = try await Evaluation().evaluate(
///     Recommendations(of: model, users: users, lists: lists, fittedOn: training.provenance),
///     against: truth, popularity: ItemPopularity(counting: training), in: context)
/// ```
public struct Evaluation: Sendable {
    /// How lists are scored.
    public let configuration: Configuration

    /// Creates an evaluation.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    static let blockSize = 4096

    /// Scores lists.
    ///
    /// - Parameters:
    ///   - recommendations: One list a user.
    ///   - truth: What users really took.
    ///   - popularity: Counts for the baseline; needed unless they are counted on the evaluated lines.
    ///   - catalogue: What the recommended items are a share of.
    /// - Throws: ``IFCore/IFError/Code/leakage`` where something was fitted on what is evaluated;
    ///   ``IFCore/IFError/Code/invalidArgument`` on an unusable configuration or without popularity;
    ///   ``IFCore/IFError/Code/invalidData`` where a user has two lists or an item index is not in the id map;
    ///   ``IFCore/IFError/Code/emptyData`` where no user has both a truth and a list; `CancellationError`.
    /// - Complexity: O(users · K · log |truth| + min(users, 8192) · resamples).
    @concurrent
    public func evaluate(
        _ recommendations: Recommendations, against truth: GroundTruth, popularity: ItemPopularity?,
        catalogue: Catalogue = .evaluatedItems, in context: RunContext
    ) async throws -> EvaluationResult {
        try configuration.validate()
        let popularity = try resolve(popularity, truth)
        let leaks = try LeakGuard(policy: configuration.leakage).check(
            [recommendations.name: recommendations.fittedOn, "the baseline's popularity": popularity.provenance],
            against: truth)
        let rows = try Self.evaluatedRows(recommendations, truth)
        let metrics: [any RankingMetric] = [
            Precision(), Recall(), AveragePrecision(denominator: configuration.averagePrecisionDenominator),
            NDCG(cutoff: configuration.topK), HitRate(), ReciprocalRank(),
        ]
        let judge = Judge(truth: truth, cutoff: configuration.topK, metrics: metrics)
        let names = metrics.map(\.name)

        let truthItems = truth.items.indices(of: recommendations.items.ids)
        let blocks = BlockRanges(rowCount: rows.count, blockSize: Self.blockSize)
        let verdicts = try await context.mapBlocks(blocks.count) { block in
            judge.score(recommendations.lists, rows: rows[blocks[block]], truthItems: truthItems)
        }
        context.progress(Progress(stage: "evaluate", completed: rows.count, total: rows.count, unit: "users"))
        let model = UserMetrics(names: names, users: rows.map(\.user), values: verdicts.flatMap(\.values))
        let top = popularity.top(configuration.topK)
        let baseline = UserMetrics(
            names: names, users: (0..<Int32(truth.users.count)).map { $0 },
            values: judge.score(sameList: truth.items.indices(of: popularity.items.ids(at: top))))

        var modelEstimates: [MetricEstimate] = []
        var baselineEstimates: [MetricEstimate] = []
        var differences: [PairedDifference] = []
        if let resampling = configuration.resampling {
            modelEstimates = try await resampling.estimates(of: model, in: context)
            baselineEstimates = try await resampling.estimates(of: baseline, in: context)
            differences = try await resampling.differences(model, minus: baseline, in: context)
        }
        let coverage = Self.coverage(
            recommendations, truth, evaluated: rows.count, topK: configuration.topK, catalogue: catalogue)
        return EvaluationResult(
            configuration: configuration, finishedAt: context.now(), model: model, baseline: baseline,
            modelEstimates: modelEstimates, baselineEstimates: baselineEstimates, differences: differences,
            coverage: coverage, leaks: leaks,
            notes: notes(leaks, repeated: verdicts.reduce(0) { $0 + $1.repeatedItems }, coverage, top.count))
    }

    private func resolve(_ popularity: ItemPopularity?, _ truth: GroundTruth) throws -> ItemPopularity {
        if configuration.popularitySource == .evaluated { return ItemPopularity(leakingFrom: truth) }
        guard let popularity else {
            throw IFError(
                .invalidArgument,
                "the baseline needs item popularity counted on training lines; pass ItemPopularity(counting:)")
        }
        return popularity
    }

    /// Lists that are not empty and whose user has a truth, in the order of the truth's users.
    private static func evaluatedRows(
        _ recommendations: Recommendations, _ truth: GroundTruth
    ) throws -> [(list: Int32, user: Int32)] {
        let lists = recommendations.lists
        let itemCount = Int32(recommendations.items.count)
        if let bad = lists.items.first(where: { $0 < 0 || $0 >= itemCount }) {
            throw IFError(
                .invalidData, "\(recommendations.name) recommends item index \(bad), its id map has \(itemCount) items")
        }
        let different = IDMap(recommendations.users).count
        guard different == lists.count else {
            throw IFError(
                .invalidData,
                "\(lists.count - different) users of \(recommendations.name) have more than one list; give each one")
        }
        var listOfUser = [Int32](repeating: -1, count: truth.users.count)
        for (list, user) in truth.users.indices(of: recommendations.users).enumerated()
        where user >= 0 && !lists.range(of: list).isEmpty {
            listOfUser[Int(user)] = Int32(list)
        }
        let rows = listOfUser.indices.compactMap { user in
            listOfUser[user] < 0 ? nil : (list: listOfUser[user], user: Int32(user))
        }
        guard !rows.isEmpty else {
            throw IFError(
                .emptyData,
                "none of the \(lists.count) users with lists is among the \(truth.users.count) users with a truth; "
                    + "check that both use the same ids")
        }
        return rows
    }

    private static func coverage(
        _ recommendations: Recommendations, _ truth: GroundTruth, evaluated: Int, topK: Int, catalogue: Catalogue
    ) -> Coverage {
        let lists = recommendations.lists
        var recommended = [Bool](repeating: false, count: recommendations.items.count)
        var users = 0
        for list in 0..<lists.count {
            var seen = Set<Int32>()
            let range = lists.range(of: list)
            if !range.isEmpty { users += 1 }
            for position in range where seen.count < topK && seen.insert(lists.items[position]).inserted {
                recommended[Int(lists.items[position])] = true
            }
        }
        return Coverage(
            topK: topK, usersWithTruth: truth.users.count, usersWithRecommendations: users, usersEvaluated: evaluated,
            catalogueSize: catalogue.count(truth), itemsRecommended: recommended.lazy.filter { $0 }.count)
    }

    private func notes(_ leaks: [LeakFinding], repeated: Int, _ coverage: Coverage, _ baselineLength: Int) -> [String] {
        var notes = leaks.map { "LEAKAGE ALLOWED: \($0.description)" }
        notes.append("average precision divided by \(configuration.averagePrecisionDenominator.rawValue)")
        notes.append("baseline: most frequent items, counted on \(configuration.popularitySource.rawValue) lines")
        if repeated > 0 { notes.append("\(repeated) repeated items in lists were counted once") }
        if baselineLength < configuration.topK {
            notes.append("the baseline has \(baselineLength) items for \(configuration.topK) places")
        }
        if coverage.usersEvaluated < coverage.usersWithTruth {
            notes.append(
                "\(coverage.usersWithTruth - coverage.usersEvaluated) users with a truth have no list and are in the "
                    + "baseline's means only")
        }
        return notes
    }
}
