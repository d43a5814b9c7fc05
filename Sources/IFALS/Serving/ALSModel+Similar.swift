public import IFCore

extension ALSModel {
    /// The items most like each of `wanted`, by their vectors; an item is not in its own list.
    ///
    /// - Parameters:
    ///   - wanted: Dense item indices.
    ///   - count: Greatest length of a list.
    /// - Returns: One list an item, in the order given, shorter where fewer items are left.
    /// - Throws: ``IFError/Code/invalidArgument`` on an index outside the model.
    /// - Complexity: O(wanted · items · rank); the first call by cosine also lays out vectors of length 1, which take
    ///   items · rank · 4 bytes from then on.
    public func similarItems(
        to wanted: [Int32], count: Int, measure: SimilarityMeasure = .cosine, filter: SimilarityFilter = .none
    ) throws -> RankedLists {
        try SimilaritySearch(factors: itemFactors, kind: "item", plain: layouts.items, unit: layouts.unitItems)
            .lists(to: wanted, count: count, measure: measure, filter: filter)
    }

    /// The users most like each of `wanted`, by their vectors; a user is not in the own list.
    ///
    /// - Parameters:
    ///   - wanted: Dense user indices.
    ///   - count: Greatest length of a list.
    /// - Returns: One list a user, in the order given, shorter where fewer users are left.
    /// - Throws: ``IFError/Code/invalidArgument`` on an index outside the model.
    /// - Complexity: O(wanted · users · rank); the first call by a measure also lays the vectors out, which take
    ///   users · rank · 4 bytes from then on.
    public func similarUsers(
        to wanted: [Int32], count: Int, measure: SimilarityMeasure = .cosine, filter: SimilarityFilter = .none
    ) throws -> RankedLists {
        try SimilaritySearch(factors: userFactors, kind: "user", plain: layouts.users, unit: layouts.unitUsers)
            .lists(to: wanted, count: count, measure: measure, filter: filter)
    }
}
