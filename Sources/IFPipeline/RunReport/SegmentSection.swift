import IFCharts
import IFCore
import IFSegment

/// Segments: how many customers, what they are like, what they buy.
struct SegmentSection: ReportSection {
    let title = "Segments"
    /// Products named for each segment.
    private static let topProducts = 3

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard run[.segment] != nil else { return [] }
        let artifacts = try await run.workspace.segments()
        let popularity = artifacts.popularity ?? Self.nothing
        let exports = try SegmentExports(
            users: artifacts.users, popularity: popularity, configuration: .init(topPerSegment: Self.topProducts),
            random: run.workspace.context.random)
        let names = try await run.names.names(
            of: Set(Self.products(popularity)), in: run.workspace
        ).names
        var pictures = try SegmentPictures(
            users: artifacts.users, popularity: popularity, exports: exports, random: run.workspace.context.random)
        pictures.names = names
        let charts = try pictures.charts()
        var blocks: [ReportBlock] = [
            .text(
                """
                Customers in groups of like recency (days since the order before), frequency (orders) and monetary \
                value (lines an order), by k-means on z-scores.
                """
            ),
            .table(try Self.table(exports, names)),
        ]
        blocks += charts.map { .chart($0.chart) }
        return blocks
    }

    /// Popularity of an input without products.
    private static let nothing = Table([
        "segment": .int32([]), "product_id": .int32([]), "score": .double([]), "rank": .int32([]),
    ])

    private static func products(_ popularity: Table) throws -> [ID] {
        let ids = try popularity.ids("product_id")
        return (0..<ids.count).map { ids[$0] }
    }

    private static func table(_ exports: SegmentExports, _ names: [ID: String]) throws -> ReportTable {
        let centroids = exports.centroids()
        let labels = try centroids.int32("segment").values
        let users = try centroids.int64("n_users").values
        let means = try ["r", "f", "m"].map { try centroids.double($0).values }
        let top = exports.segmentTop()
        let owners = try top.int32("segment").values
        let products = try top.ids("product_id")
        let total = Double(users.reduce(0, +))
        var table = ReportTable(
            "Sizes, means and best sellers",
            [
                .words("Segment"), .numbers("Customers"), .numbers("Share"), .numbers("Recency, days"),
                .numbers("Frequency, orders"), .numbers("Lines an order"), .words("Sells best"),
            ])
        for (row, label) in labels.enumerated() {
            let best = owners.indices.filter { owners[$0] == label }
                .map { names[products[$0]] ?? "product \(products[$0])" }
            table.add([
                .init(.init("\(label)"), sortedBy: Double(label)), .init(Int(users[row])),
                .init(Double(users[row]) / total, .percent(1)), .init(means[0][row], .decimal(1)),
                .init(means[1][row], .decimal(1)), .init(means[2][row], .decimal(1)),
                .init(.name(best.joined(separator: ", "))),
            ])
        }
        return table
    }
}
