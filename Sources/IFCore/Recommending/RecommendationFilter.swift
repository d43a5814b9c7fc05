/// Which items may be recommended.
public struct RecommendationFilter: Sendable, Hashable {
    /// Items never recommended to a user: row u holds those of the model's user index u.
    public var seen: CSRMatrix?
    /// The only items that may be recommended, as dense indices; all where `nil`.
    public var allowed: [Int32]?
    /// Items recommended to nobody, as dense indices.
    public var denied: [Int32]

    /// Creates a filter; by default nothing is filtered.
    public init(seen: CSRMatrix? = nil, allowed: [Int32]? = nil, denied: [Int32] = []) {
        self.seen = seen
        self.allowed = allowed
        self.denied = denied
    }

    /// Lets everything through.
    public static let none = RecommendationFilter()

    /// Removes what each user has in `history`, whose rows are the model's user indices.
    public static func removingSeen(_ history: CSRMatrix) -> RecommendationFilter {
        RecommendationFilter(seen: history)
    }
}
