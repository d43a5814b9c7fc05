/// The content of `coverage.json`. `JSONEncoder` does not keep the order of keys: write ``text`` to a file.
public struct CoverageReport: Hashable, Sendable, Codable {
    /// Places of a list that count.
    public var topK: Int
    /// Users with a truth.
    public var usersWithTruth: Int
    /// Users with a list that is not empty.
    public var usersWithRecommendations: Int
    /// Users with both.
    public var usersEvaluated: Int
    /// Users with lists / users with truth.
    public var userRecommendationShare: Double
    /// Users evaluated / users with truth.
    public var userEvaluationShare: Double
    /// Items of the catalogue.
    public var catalogueSize: Int
    /// Different items in the first K places of any list.
    public var itemsRecommended: Int
    /// Items recommended / catalogue.
    public var itemShare: Double

    /// The report of a coverage.
    public init(_ coverage: Coverage) {
        topK = coverage.topK
        usersWithTruth = coverage.usersWithTruth
        usersWithRecommendations = coverage.usersWithRecommendations
        usersEvaluated = coverage.usersEvaluated
        userRecommendationShare = coverage.userRecommendationShare
        userEvaluationShare = coverage.userEvaluationShare
        catalogueSize = coverage.catalogueSize
        itemsRecommended = coverage.itemsRecommended
        itemShare = coverage.itemShare
    }

    private enum CodingKeys: String, CodingKey {
        case topK = "top_k"
        case usersWithTruth = "users_with_gt"
        case usersWithRecommendations = "users_with_recs"
        case usersEvaluated = "users_evaluated"
        case userRecommendationShare = "coverage_user_rec"
        case userEvaluationShare = "coverage_user_eval"
        case catalogueSize = "catalog_size"
        case itemsRecommended = "items_recommended"
        case itemShare = "coverage_item"
    }

    /// The file: keys in the order of the contract.
    public var text: String {
        OrderedJSON.object([
            "top_k": .integer(topK), "users_with_gt": .integer(usersWithTruth),
            "users_with_recs": .integer(usersWithRecommendations), "users_evaluated": .integer(usersEvaluated),
            "coverage_user_rec": .number(userRecommendationShare), "coverage_user_eval": .number(userEvaluationShare),
            "catalog_size": .integer(catalogueSize), "items_recommended": .integer(itemsRecommended),
            "coverage_item": .number(itemShare),
        ]).text
    }
}
