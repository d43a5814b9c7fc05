import IFCore
import IFRatings
import IFStore

/// Prior order lines joined to the orders, one rating a user–product pair.
struct RatingsStage: PipelineStage {
    let name = StageName.ratings

    func obstacle(in workspace: Workspace) async throws -> String? {
        guard try await workspace.inputHasItems() else {
            return "the input has no items, so there is nothing to rate; segmentation still runs"
        }
        return nil
    }

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        ["input": try await workspace.fingerprintOfInput(), "input-rules": try workspace.inputRules()]
    }

    func families(in workspace: Workspace) throws -> [RunFamily] { [workspace.layout.features] }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let shop = try await workspace.loadShop()
        guard let lines = shop.priorLines else { return }
        let orders = try await workspace.imputedOrders()
        let result = try await RatingsBuilder().build(orders: orders, lines: lines, in: workspace.context)
        try await output.parquetFolder(result.ratings, "ratings")
        try await output.parquetFolder(result.features, "upi_features")
        try await output.json(
            RatingsDiagnostics(counts: result.report, orders: orders, lines: lines), "_debug.json")
        try await output.text(
            ArtifactJSON.line(HeldOutOrders.provenance(ofRatingsFrom: orders)), "provenance.json")
        // Beside the ratings, so that whoever serves from the store can say what a product is called.
        if let names = try await workspace.productNames() { try await output.parquet(names, "products.parquet") }
        output.inputs = try await workspace.inputRecords()
        output.rowsIn = lines.rowCount
        output.rowsOut = result.ratings.rowCount
        output.notes = Self.notes(result.report)
        workspace.keep(RatingsArtifacts(ratings: result.ratings, features: result.features))
    }

    private static func notes(_ report: RatingsReport) -> [String] {
        var notes = ["\(report.users) users, \(report.products) products, \(report.pairs) pairs"]
        if report.linesWithoutOrder.count > 0 {
            notes.append(
                "\(report.linesWithoutOrder.count) lines have no order and are left out, first at row "
                    + "\(report.linesWithoutOrder.firstRows.first ?? 0)")
        }
        if report.heldOutLines.count > 0 {
            notes.append("\(report.heldOutLines.count) lines of held-out orders are left out")
        }
        if report.duplicateOrders > 0 { notes.append("\(report.duplicateOrders) repeated orders counted once") }
        return notes
    }
}

/// The content of `_debug.json`: counts and the schemas of the inputs.
struct RatingsDiagnostics: Encodable {
    var counts: RatingsReport
    var ordersSchema: [String: String]
    var linesSchema: [String: String]

    init(counts: RatingsReport, orders: Table, lines: Table) {
        self.counts = counts
        ordersSchema = Self.schema(of: orders)
        linesSchema = Self.schema(of: lines)
    }

    private enum CodingKeys: String, CodingKey {
        case counts
        case ordersSchema = "orders_schema"
        case linesSchema = "order_products_schema"
    }

    static func schema(of table: Table) -> [String: String] {
        Dictionary(uniqueKeysWithValues: zip(table.names, table.columns.map(\.type.rawValue)))
    }
}
