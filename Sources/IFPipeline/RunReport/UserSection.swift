import IFALS
import IFCharts
import IFCore
import IFFiles

/// Some users: what they bought, and what they are recommended.
struct UserSection: ReportSection {
    let title = "Sample users"
    private static let users = 6
    private static let places = 10

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard let lists = try await SampledLists(run, count: Self.users), !lists.users.isEmpty else { return [] }
        let history = try await PurchaseHistory(run, of: Set(lists.users))
        var wanted = Set(lists.items.flatMap { $0 })
        for bought in history.purchases.values { wanted.formUnion(bought.prefix(Self.places).map(\.product)) }
        let found = try await run.names.names(of: wanted, in: run.workspace)
        let names = found.names
        func name(_ id: ID) -> ReportText { names[id].map { .name($0) } ?? "product \(id.description)" }

        var blocks: [ReportBlock] = [
            .text(
                .init(
                    """
                    \(lists.users.count) users drawn at random, with the products they bought most before the \
                    held-out 
                    """
                        + "orders, and \(lists.source). \(found.problem ?? "")"))
        ]
        for (user, items) in zip(lists.users, lists.items) {
            let bought = history.purchases[user] ?? []
            let known = Set(bought.map(\.product))
            blocks.append(.heading("User \(user.description)"))
            var table = ReportTable(
                "\(ReportFormat.count(bought.count)) different products bought",
                [
                    .numbers("Place"), .words("Bought most"), .numbers("Times"), .words("Recommended"),
                    .words("Bought before"),
                ])
            for place in 0..<Self.places where place < max(bought.count, items.count) {
                let past = place < bought.count ? bought[place] : nil
                let next = place < items.count ? items[place] : nil
                table.add([
                    .init(place + 1), .init(past.map { name($0.product) } ?? ""), .init(past?.times),
                    .init(next.map(name) ?? ""), .init(.init(next.map { known.contains($0) ? "yes" : "no" } ?? "")),
                ])
            }
            blocks.append(.table(table))
        }
        return blocks
    }
}

/// Lists of a few users drawn at random.
private struct SampledLists {
    var users: [ID] = []
    var items: [[ID]] = []
    var source: String

    /// From the reranked lists, or else from the model; nil without either.
    init?(_ run: ReportedRun, count: Int) async throws {
        var stream = run.workspace.context.random.stream("report/users")
        if let record = run[.rerank],
            let table = try await run.workspace.table("recs.parquet", of: record, columns: ["user_id", "rec_items"])
        {
            source = "their reranked lists"
            let owners = try table.ids("user_id")
            let column = try table.column("rec_items")
            for row in stream.sample(min(count, owners.count), below: owners.count).sorted() {
                users.append(owners[row])
                items.append(column.ids(ofRow: row))
            }
        } else if run[.train] != nil {
            source = "the model’s lists"
            let model = try await run.workspace.model()
            let rows = stream.sample(min(count, model.users.count), below: model.users.count).sorted().map { Int32($0) }
            let lists = try model.recommend(users: rows, count: run.workspace.configuration.topK, filter: .none)
            for (list, row) in rows.enumerated() {
                users.append(model.users[Int(row)])
                items.append(lists.range(of: list).map { model.items[Int(lists.items[$0])] })
            }
        } else {
            return nil
        }
    }
}

/// What some users bought before the held-out orders, most often first.
private struct PurchaseHistory {
    var purchases: [ID: [(product: ID, times: Int)]] = [:]

    init(_ run: ReportedRun, of wanted: Set<ID>) async throws {
        guard let record = run[.ratings],
            let table = try await run.workspace.table(
                "upi_features", of: record, columns: ["user_id", "product_id", "upi_count"])
        else {
            return
        }
        let owners = try table.ids("user_id")
        let products = try table.ids("product_id")
        let counts = try table.int64("upi_count").values
        for row in 0..<owners.count {
            let user = owners[row]
            guard wanted.contains(user) else { continue }
            purchases[user, default: []].append((products[row], Int(counts[row])))
        }
        for user in purchases.keys {
            purchases[user]?.sort { $0.times != $1.times ? $0.times > $1.times : $0.product < $1.product }
        }
    }
}

extension Column {
    /// The ids that a row of a column of lists holds; none in other columns.
    fileprivate func ids(ofRow row: Int) -> [ID] {
        switch self {
        case .int32List(let lists):
            (lists.offsets[row]..<lists.offsets[row + 1]).map { .integer(Int64(lists.values[$0])) }
        case .int64List(let lists): (lists.offsets[row]..<lists.offsets[row + 1]).map { .integer(lists.values[$0]) }
        case .stringList(let offsets, let values): (offsets[row]..<offsets[row + 1]).map { .string(values[$0] ?? "") }
        default: []
        }
    }
}
