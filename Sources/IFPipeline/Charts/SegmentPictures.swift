import IFCharts
import IFCore
import IFSegment

/// The charts of customer segments, from the tables that segmentation writes.
struct SegmentPictures {
    private let users: UserSegments
    private let exports: SegmentExports
    private let popularity: Table
    private let random: RandomSource
    /// What products are called; those without a name go by their ids.
    var names: [ID: String] = [:]

    /// Customers in the plane of the principal components at most; more add ink and no shape.
    static let sampledCustomers = 50_000
    /// Rows of the lift chart.
    static let products = 30

    /// - Parameters:
    ///   - users: The table user_seg.
    ///   - popularity: The table segment_popularity.
    ///   - exports: The exports of both.
    ///   - random: Source of the sample.
    init(users: Table, popularity: Table, exports: SegmentExports, random: RandomSource) throws {
        self.users = try UserSegments(users)
        self.exports = exports
        self.popularity = popularity
        self.random = random
    }

    /// File names and charts. Without the columns of support, which old files lack, there is no chart of the lift.
    func charts() throws -> [(file: String, chart: Chart)] {
        let centroids = exports.centroids()
        let names = try centroids.int32("segment").values.map { "\($0)" }
        func column(_ name: String) throws -> [Double] { try centroids.double(name).values }
        let scores = try ["r_z", "f_z", "m_z"].map(column)
        var charts: [(file: String, chart: Chart)] = [
            (
                "cluster_profiles.png",
                SegmentCharts.profiles(
                    segments: names, features: ["Recency", "Frequency", "Monetary"],
                    zScores: names.indices.flatMap { row in scores.map { $0[row] } })
            ),
            ("pca_segments.png", try plane(names)),
        ]
        if let lift = try lift(names) { charts.append(("seg_pop_lift.png", lift)) }
        let sizes = try centroids.int64("n_users").values.map { Int($0) }
        charts.append(("segment_sizes.png", SegmentCharts.sizes(segments: names, customers: sizes)))
        charts.append(
            (
                "segment_means.png",
                try SegmentCharts.means(
                    segments: names, recency: column("r"), frequency: column("f"), monetary: column("m"))
            ))
        charts.append(
            ("rfm_matrix.png", SegmentCharts.matrix(recency: users.values[0], frequency: users.values[1])))
        return charts
    }

    private func plane(_ names: [String]) throws -> Chart {
        var values: [Double] = []
        values.reserveCapacity(users.count * 3)
        for row in 0..<users.count { for column in users.values { values.append(column[row]) } }
        let features = FeatureMatrix(names: ["r", "f", "m"], rowCount: users.count, values: values)
        let components = try PrincipalComponents(features)
        let places = try components.transform(features)
        var rows = Array(0..<users.count)
        var note: String?
        if users.count > Self.sampledCustomers {
            var stream = random.stream("charts/plane")
            rows = stream.sample(Self.sampledCustomers, below: users.count).sorted()
            let format = NumberFormat.decimal(0)
            note =
                "A random sample of \(format.text(Double(rows.count))) of \(format.text(Double(users.count))) customers."
        }
        let codes = Dictionary(zip(names, names.indices)) { first, _ in first }
        return SegmentCharts.plane(
            first: rows.map { places.values[$0 * 2] }, second: rows.map { places.values[$0 * 2 + 1] },
            segments: rows.map { Int32(codes["\(users.segments[$0])"] ?? 0) }, names: names,
            shares: (components.varianceShares[0], components.varianceShares[1]), note: note)
    }

    /// The products whose lift varies most over the segments that list them.
    private func lift(_ names: [String]) throws -> Chart? {
        guard popularity.contains("support_seg"), popularity.contains("support_global") else { return nil }
        let segments = try popularity.int32(popularity.contains("segment") ? "segment" : "cluster").values
        let products = try popularity.ids("product_id")
        let inSegment = try popularity.double("support_seg").values
        let inAll = try popularity.double("support_global").values
        let columns = Dictionary(zip(names, names.indices)) { first, _ in first }
        var rows: [ID: [Double]] = [:]
        var order: [ID] = []
        for row in segments.indices {
            guard let column = columns["\(segments[row])"], inAll[row] > 0 else { continue }
            let product = products[row]
            if rows[product] == nil { order.append(product) }
            rows[product, default: Array(repeating: .nan, count: names.count)][column] = inSegment[row] / inAll[row]
        }
        func variance(_ product: ID) -> Double {
            let values = (rows[product] ?? []).filter(\.isFinite)
            guard values.count > 1 else { return 0 }
            let mean = values.reduce(0, +) / Double(values.count)
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        }
        let spread = order.map(variance)
        let chosen = order.indices.sorted { (spread[$0], $1) > (spread[$1], $0) }.prefix(Self.products)
        guard !chosen.isEmpty else { return nil }
        return SegmentCharts.lift(
            products: chosen.map { self.names[order[$0]] ?? "Product \(order[$0])" }, segments: names,
            lifts: chosen.flatMap { rows[order[$0]] ?? [] })
    }
}
