public import IFCore
import IFLinearAlgebra

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
        let isCosine = measure == .cosine
        let search =
            isCosine
            ? layouts.unitItems.value { Self.panels(itemFactors.scaledToUnitLength()) } : panels
        return try Self.similar(to: wanted, count, isCosine, filter, search, itemFactors, "item")
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
        let isCosine = measure == .cosine
        let search =
            isCosine
            ? layouts.unitUsers.value { Self.panels(userFactors.scaledToUnitLength()) }
            : layouts.users.value { Self.panels(userFactors) }
        return try Self.similar(to: wanted, count, isCosine, filter, search, userFactors, "user")
    }

    private static func similar(
        to wanted: [Int32], _ count: Int, _ isCosine: Bool, _ filter: SimilarityFilter, _ panels: ScorePanels,
        _ factors: FactorMatrix, _ kind: String
    ) throws -> RankedLists {
        try RecommendationFilter.requireIndices(wanted, below: factors.rowCount, kind, "wanted")
        try RecommendationFilter.requireIndices(filter.allowed ?? [], below: factors.rowCount, kind, "filter.allowed")
        try RecommendationFilter.requireIndices(filter.denied, below: factors.rowCount, kind, "filter.denied")
        let rank = factors.rank
        var vectors: [Float] = []
        vectors.reserveCapacity(wanted.count * rank)
        for row in wanted { vectors.append(contentsOf: factors[Int(row)]) }
        let queries = FactorMatrix(rowCount: wanted.count, rank: rank, values: vectors)
        // Each query has "seen" itself.
        let own = CSRMatrix(
            rowCount: wanted.count, columnCount: factors.rowCount, offsets: Array(0...wanted.count), columns: wanted,
            values: Array(repeating: 1, count: wanted.count))
        let rows = RecommendationFilter(seen: own, allowed: filter.allowed, denied: filter.denied)
        return ItemSearch(panels, nil, rows).best(
            count, for: isCosine ? queries.scaledToUnitLength().values : queries.values,
            rows: (0..<Int32(wanted.count)).map { $0 })
    }
}

extension FactorMatrix {
    /// The vectors scaled to length 1; zeros stay zeros. Lengths are computed in double precision.
    func scaledToUnitLength() -> FactorMatrix {
        var out = values
        for row in 0..<rowCount {
            let range = row * rank..<(row + 1) * rank
            var squares = 0.0
            for index in range { squares += Double(out[index]) * Double(out[index]) }
            guard squares > 0 else { continue }
            let scale = 1 / squares.squareRoot()
            for index in range { out[index] = Float(Double(out[index]) * scale) }
        }
        return FactorMatrix(rowCount: rowCount, rank: rank, values: out)
    }
}
