import IFCore
import IFLinearAlgebra

/// Finds the rows of one side that are most like others of it, by their vectors alone.
struct SimilaritySearch {
    let factors: FactorMatrix
    /// What a row is, for messages: "item" or "user".
    let kind: String
    /// The vectors as they are, laid out at the first search by inner product.
    let plain: Deferred<ScorePanels>
    /// The vectors at length 1, laid out at the first search by cosine.
    let unit: Deferred<ScorePanels>

    /// The `count` rows most like each of `wanted`, which is left out of its own list.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on an index outside the side.
    func lists(
        to wanted: [Int32], count: Int, measure: SimilarityMeasure, filter: SimilarityFilter
    ) throws -> RankedLists {
        try RecommendationFilter.requireIndices(wanted, below: factors.rowCount, kind, "wanted")
        try RecommendationFilter.requireIndices(filter.allowed ?? [], below: factors.rowCount, kind, "filter.allowed")
        try RecommendationFilter.requireIndices(filter.denied, below: factors.rowCount, kind, "filter.denied")
        let isCosine = measure == .cosine
        let panels =
            isCosine
            ? unit.value { ALSModel.panels(factors.scaledToUnitLength()) } : plain.value { ALSModel.panels(factors) }
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
