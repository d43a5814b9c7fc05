import IFALS
import IFCore
import IFEval

/// What evaluation and reranking share: the truth, the users it covers, and popularity counted on training lines.
struct HeldOutOrders {
    /// What users took in the held-out orders.
    let truth: GroundTruth
    /// Dense model indices of the users with a truth whom the model knows.
    let users: [Int32]
    /// Lines of each product in the training orders.
    let popularity: ItemPopularity
    /// What model and popularity were fitted on.
    let provenance: DataProvenance

    init(_ workspace: Workspace, model: ALSModel) async throws {
        let shop = try await workspace.loadShop()
        guard let trainLines = shop.trainLines else {
            throw IFError(.emptyData, "the input has no lines of held-out orders to evaluate against")
        }
        let split = try OrderSplit.byEvalSet(shop.orders)
        truth = try GroundTruth(OrderLines(split.evaluated, orders: shop.orders, lines: [trainLines]))
        users = model.users.indices(of: truth.users.ids).filter { $0 >= 0 }
        // What the artifacts say they were fitted on, not what the present input would have given.
        provenance = try await workspace.provenance(of: workspace.layout.models)
        let features = try await workspace.features(["product_id", "upi_count"])
        popularity = try ItemPopularity(
            summing: features.ids("product_id"), lines: features.int64("upi_count"),
            countedOn: await workspace.provenance(of: workspace.layout.features))
    }

    /// What ratings of these orders are fitted on: the prior orders, the only ones whose lines are rated.
    static func provenance(ofRatingsFrom orders: Table) throws -> DataProvenance {
        let sets = try orders.strings("eval_set")
        let rows = (0..<sets.count).filter { sets[$0] == "prior" }
        let units = UnitSet(try orders.selecting(["order_id"]).gather(rows).ids("order_id"))
        return DataProvenance(.init(label: "prior", lineCount: units.count, unitKind: "order_id", units: units))
    }
}

extension HeldOutOrders {
    /// Why nothing can be evaluated, `nil` where it can.
    static func obstacle(in workspace: Workspace) async throws -> String? {
        if try await workspace.wasSkipped(.train) { return "there is no model" }
        let obstacle =
            "the input has no lines of held-out orders (order_products_train), so there is nothing to compare with"
        guard try await workspace.inputMayHoldOut() else { return obstacle }
        guard let lines = try await workspace.loadShop().trainLines, lines.rowCount > 0 else { return obstacle }
        return nil
    }
}
