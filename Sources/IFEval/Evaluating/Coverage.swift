/// How many users and items the lists reach.
public struct Coverage: Hashable, Sendable {
    /// Places of a list that count.
    public var topK: Int
    /// Users with a truth.
    public var usersWithTruth: Int
    /// Users with a list that is not empty, whether they have a truth or not.
    public var usersWithRecommendations: Int
    /// Users with both: those that means are taken over.
    public var usersEvaluated: Int
    /// Items of the catalogue.
    public var catalogueSize: Int
    /// Different items in the first K places of any list.
    public var itemsRecommended: Int

    /// Users with lists / users with truth; above 1 where lists were made for users without truth.
    public var userRecommendationShare: Double { Double(usersWithRecommendations) / Double(usersWithTruth) }
    /// Users evaluated / users with truth, in 0...1.
    public var userEvaluationShare: Double { Double(usersEvaluated) / Double(usersWithTruth) }
    /// Items recommended / catalogue; 0 for an empty catalogue.
    public var itemShare: Double { catalogueSize == 0 ? 0 : Double(itemsRecommended) / Double(catalogueSize) }
}
