public import IFCore

/// One rating and one row of features for every user and product, sorted by user, then product, ascending.
public struct RatingsResult: Hashable, Sendable {
    /// `user_id`, `product_id` (of their input types), `rating` (double, 1 + ln(1 + lines), at least 1 + ln 2).
    public let ratings: Table
    /// `user_id`, `product_id`, `upi_count` (int64, at least 1), `upi_avg_interval` (double, days, null where no
    /// order of the pair has an interval).
    public let features: Table
    /// What the join found.
    public let report: RatingsReport

    let pairs: PairColumns

    init(pairs: PairColumns, report: RatingsReport) {
        let users = pairs.users.column
        let products = pairs.products.column
        ratings = Table(["user_id": users, "product_id": products, "rating": .double(pairs.ratings)])
        features = Table([
            "user_id": users, "product_id": products, "upi_count": .int64(pairs.counts),
            "upi_avg_interval": .double(ColumnValues(pairs.intervals, validity: pairs.intervalValidity)),
        ])
        self.pairs = pairs
        self.report = report
    }

    /// The ratings as a sparse matrix: its users and items are those with at least one pair.
    ///
    /// - Complexity: O(pairs), in one copy of them; no sort is needed.
    public func interactions() -> Interactions {
        let users = IDMap(pairs.distinctUsers)
        let items = IDMap(pairs.distinctProducts)
        let matrix = CSRMatrix(
            rowCount: users.count, columnCount: items.count, offsets: pairs.userOffsets,
            columns: items.indices(of: pairs.products), values: pairs.ratings.map { Float($0) })
        return Interactions(users: users, items: items, matrix: matrix)
    }
}

/// The columns of the result, one row a pair.
struct PairColumns: Hashable, Sendable {
    var users: IDColumn
    var products: IDColumn
    var counts: [Int64]
    var intervals: [Double]
    var intervalValidity: Bitmap?
    var ratings: [Double]
    /// Users with pairs, ascending, and where the pairs of each begin.
    var distinctUsers: IDColumn
    var userOffsets: [Int]
    /// Products with pairs, ascending.
    var distinctProducts: IDColumn
}
