import IFALS
import IFCore
import IFEval
import IFRerank
import IFStore

/// Candidates blended with popularity and diversified, then scored like the model.
struct RerankStage: PipelineStage {
    let name = StageName.rerank

    func obstacle(in workspace: Workspace) async throws -> String? { try await HeldOutOrders.obstacle(in: workspace) }

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        [
            "input": try await workspace.fingerprintOfInput(), "input-rules": try workspace.inputRules(),
            "configuration": try ArtifactJSON.line(Self.configuration(workspace)),
            "evaluation": try ArtifactJSON.line(EvaluateStage.configuration(workspace)),
            "filter_seen": String(workspace.configuration.eval.filterSeen),
        ]
    }

    func families(in workspace: Workspace) throws -> [RunFamily] { [workspace.layout.reranked] }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let model = try await workspace.model()
        let held = try await HeldOutOrders(workspace, model: model)
        let evaluation = EvaluateStage.configuration(workspace)
        let configuration = Self.configuration(workspace)
        let filter = try await Self.filter(workspace, model: model, held: held)
        let candidates = try await model.recommendAll(
            users: held.users, count: configuration.candidateK, filter: filter, stage: "candidates",
            in: workspace.context)
        let popularity = Self.popularity(workspace, held)
        let ranker = try PostRanker(
            configuration,
            prior: PopularityPrior(catalogue: popularity.items, counts: popularity.counts, items: model.items),
            model: model)
        let lists = try await ranker.rerankAll(
            candidates, users: held.users, filter: filter, in: workspace.context)
        let result = try await Evaluation(evaluation).evaluate(
            Recommendations(
                name: "als-postrank", of: model, users: held.users, lists: lists,
                fittedOn: held.provenance.union(popularity.provenance)),
            against: held.truth, popularity: held.popularity, in: workspace.context)
        try await output.text(MetricsReport(result).text, "metrics.json")
        try await output.text(CoverageReport(result.coverage).text, "coverage.json")
        try await output.parquetFolder(
            RecommendationTable.make(model: model, users: held.users, lists: lists), "recs.parquet")
        try await output.json(
            RerankTradeOff(
                configuration, evaluation: evaluation, model: model, held: held, popularity: popularity,
                filter: filter, in: workspace.context),
            "trade_off.json")
        output.inputs = try await workspace.evaluationInputs()
        output.rowsIn = candidates.items.count
        output.rowsOut = lists.count
        output.notes = result.notes
        if workspace.configuration.eval.filterSeen {
            output.notes.append(
                workspace.options.compat
                    ? "filter_seen removed the ground truth itself, as the original did: metrics are 0 by construction"
                    : "products of the user's training history removed")
        }
    }

    static func configuration(_ workspace: Workspace) -> PostRanker.Configuration {
        let eval = workspace.configuration.eval
        return PostRanker.Configuration(
            candidateK: eval.candidateK, topK: workspace.configuration.topK, blendEnabled: eval.blend.enabled,
            gamma: eval.blend.gamma, mmrEnabled: eval.mmr.enabled, lambda: eval.mmr.lambda)
    }

    /// The default removes what the user had before; compat removes the answers, as the original did.
    private static func filter(
        _ workspace: Workspace, model: ALSModel, held: HeldOutOrders
    ) async throws -> RecommendationFilter {
        guard workspace.configuration.eval.filterSeen else { return .none }
        if workspace.options.compat { return .removingSeen(try held.truthInModelIndices(model)) }
        return .removingSeen(try await workspace.history(of: model))
    }

    /// Compat counts popularity on the evaluated lines, which have seen the answers.
    private static func popularity(_ workspace: Workspace, _ held: HeldOutOrders) -> ItemPopularity {
        guard workspace.options.compat else { return held.popularity }
        return ItemPopularity(
            items: held.truth.items, counts: held.truth.lineCounts, countedOn: held.truth.provenance)
    }
}

extension HeldOutOrders {
    /// The truth as a matrix of the model's users and items; pairs with unknown ones are left out.
    func truthInModelIndices(_ model: ALSModel) throws -> CSRMatrix {
        let userIndex = model.users.indices(of: truth.users.ids)
        let itemIndex = model.items.indices(of: truth.items.ids)
        var rows: [Int32] = []
        var columns: [Int32] = []
        for user in 0..<truth.users.count where userIndex[user] >= 0 {
            for item in truth.items(ofUser: user) where itemIndex[Int(item)] >= 0 {
                rows.append(userIndex[user])
                columns.append(itemIndex[Int(item)])
            }
        }
        return try CSRMatrix(
            rows: rows, columns: columns, values: nil, rowCount: model.users.count, columnCount: model.items.count,
            duplicates: .maximum)
    }
}

extension Workspace {
    /// What each user had in the training orders, with the ratings, in the model's indices.
    func history(of model: ALSModel) async throws -> CSRMatrix {
        let ratings = try await ratings()
        let users = model.users.indices(of: try ratings.ids("user_id"))
        let items = model.items.indices(of: try ratings.ids("product_id"))
        let values = try ratings.float("rating").values
        let known = users.indices.filter { users[$0] >= 0 && items[$0] >= 0 }
        return try CSRMatrix(
            rows: known.map { users[$0] }, columns: known.map { items[$0] }, values: known.map { values[$0] },
            rowCount: model.users.count, columnCount: model.items.count, duplicates: .maximum)
    }
}

/// Recommendations as `recs.parquet` holds them.
enum RecommendationTable {
    /// user_id, rec_items: a list of product ids, best first.
    static func make(model: ALSModel, users: [Int32], lists: RankedLists) throws -> Table {
        var table = Table()
        table.set("user_id", model.users.ids(at: users).column)
        switch model.items.ids(at: lists.items) {
        case .strings(let items): table.set("rec_items", .stringList(offsets: lists.offsets, values: items))
        case .int32(let items): table.set("rec_items", .int32List(ListValues(offsets: lists.offsets, values: items)))
        case .int64(let items):
            // The contract's type is list<int32>; a catalogue of wider ids keeps its width, whatever is listed.
            if case .int64(let catalogue) = model.items.ids, catalogue.allSatisfy({ Int32(exactly: $0) != nil }) {
                table.set(
                    "rec_items",
                    .int32List(ListValues(offsets: lists.offsets, values: items.map { Int32(truncatingIfNeeded: $0) })))
            } else {
                table.set("rec_items", .int64List(ListValues(offsets: lists.offsets, values: items)))
            }
        }
        return table
    }
}
