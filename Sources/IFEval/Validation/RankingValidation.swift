public import IFCore

/// Scores a model on held-out interactions: the number that early stopping and a search watch.
///
/// What is defined where others differ: items of the training side are masked, unless asked otherwise; a mean is over all users with held-out
/// items, and one whose list is empty counts as 0; recall divides by all held-out items of the user.
///
/// ```swift
/// let split = try InteractionSplit.holdingOut(share: 0.1, of: interactions, random: context.random)
/// let validation = try RankingValidation(split, metric: NDCG(cutoff: 20), cutoff: 20)
/// let score = try await validation.score(model, in: context)
/// ```
public struct RankingValidation: Sendable {
    /// Places of a list that count.
    public let cutoff: Int
    /// What is measured; the first is the score.
    public let metrics: [any RankingMetric]
    /// Dense indices of the users that are scored, ascending.
    public let users: [Int32]

    private let training: Interactions
    private let masksSeen: Bool
    private let truth: GroundTruth

    static let blockSize = 4096

    /// Prepares scoring on a split.
    ///
    /// - Parameters:
    ///   - split: The model is to be fitted on its training side.
    ///   - metric: What is measured. Metrics with a cutoff of their own need the same one.
    ///   - cutoff: Places of a list that count, at least 1.
    ///   - others: Metrics that ``means(of:in:)`` gives as well.
    ///   - maximumUsers: Score this many users at most, evenly spread over their indices: quicker, less sure.
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` on a cutoff or number of users below 1.
    public init(
        _ split: InteractionSplit, metric: any RankingMetric, cutoff: Int, others: [any RankingMetric] = [],
        maximumUsers: Int? = nil
    ) throws {
        try self.init(
            training: split.training, heldOut: split.heldOut, masksSeen: true, metric: metric, cutoff: cutoff,
            others: others, maximumUsers: maximumUsers)
    }

    /// Prepares scoring where users come back to items, so that a pair may be on both sides: in orders, say.
    ///
    /// - Parameters:
    ///   - training: What the model is to be fitted on.
    ///   - heldOut: What later events of the same users led to, under the same ids.
    ///   - masksSeen: Whether items of the training side are left out of the lists.
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` on a cutoff or number of users below 1 or where the sides have
    ///   different ids, ``IFCore/IFError/Code/emptyData`` where nothing is held out.
    public init(
        training: Interactions, heldOut: Interactions, masksSeen: Bool, metric: any RankingMetric, cutoff: Int,
        others: [any RankingMetric] = [], maximumUsers: Int? = nil
    ) throws {
        guard cutoff >= 1, maximumUsers.map({ $0 >= 1 }) ?? true else {
            throw IFError(.invalidArgument, "validation needs at least one place and one user", key: "cutoff")
        }
        guard training.users == heldOut.users, training.items == heldOut.items else {
            throw IFError(.invalidArgument, "validation needs the same users and items on both sides")
        }
        self.training = training
        self.masksSeen = masksSeen
        self.cutoff = cutoff
        metrics = [metric] + others
        let held = heldOut.matrix
        let all = (0..<Int32(held.rowCount)).filter { !held.range(ofRow: Int($0)).isEmpty }
        let count = min(all.count, maximumUsers ?? all.count)
        users = (0..<count).map { all[$0 * all.count / count] }
        let pairs = users.flatMap { user in held.columns(ofRow: Int(user)).map { (user, $0) } }
        truth = try GroundTruth(
            OrderLines(
                label: "held out", users: heldOut.users.ids(at: pairs.map(\.0)),
                items: heldOut.items.ids(at: pairs.map(\.1))))
    }

    /// The mean of the first metric. Better is greater.
    public func score(_ model: some RecommenderModel, in context: RunContext) async throws -> Double {
        try await means(of: model, in: context)[0]
    }

    /// The means of all metrics, in their order. The same for any number of workers.
    ///
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` where the model has other users or items than the split;
    ///   `CancellationError`.
    public func means(of model: some RecommenderModel, in context: RunContext) async throws -> [Double] {
        guard model.users == training.users, model.items == training.items else {
            throw IFError(.invalidArgument, "the model was fitted on other users or items than the split's")
        }
        let quiet = context.reporting(to: { _ in })
        let lists = try await model.recommendAll(
            users: users, count: cutoff, filter: masksSeen ? .removingSeen(training.matrix) : .none, in: quiet)
        let judge = Judge(truth: truth, cutoff: cutoff, metrics: metrics)
        let truthItems = truth.items.indices(of: model.items.ids)
        let blocks = BlockRanges(rowCount: users.count, blockSize: Self.blockSize)
        // The truth's users are these users: both ascend.
        let verdicts = try await quiet.mapBlocks(blocks.count) { block in
            let rows = blocks[block].map { (list: Int32($0), user: Int32($0)) }
            return judge.score(lists, rows: rows[...], truthItems: truthItems).values
        }
        let values = verdicts.flatMap { $0 }
        return metrics.indices.map { metric in
            stride(from: metric, to: values.count, by: metrics.count).reduce(0.0) { $0 + values[$1] }
                / Double(users.count)
        }
    }
}
