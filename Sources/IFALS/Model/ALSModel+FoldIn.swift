public import IFCore
import IFLinearAlgebra

extension ALSModel {
    /// The vectors of users that were not part of the training data, by the solver of the fit.
    ///
    /// For a row of the training data this is its trained vector, since a sweep ends with the users.
    ///
    /// - Parameter histories: One row a user; columns are dense item indices, values ratings as in training.
    /// - Returns: One vector a row; zeros for an empty history.
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not above 0 and finite.
    /// - Complexity: O(entries · rank² + rows · rank³)
    public func foldIn(_ histories: CSRMatrix) throws -> FactorMatrix {
        precondition(histories.columnCount <= items.count, "histories of other items than the model's")
        if let bad = histories.values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
            throw IFError(
                .invalidData, "the rating \(histories.values[bad]) is not above 0 and finite", row: bad + 1,
                column: "rating")
        }
        let rank = itemFactors.rank
        let solve = BlockSolve(configuration, other: itemSide)
        let matrix = CSRMatrix(
            rowCount: histories.rowCount, columnCount: histories.columnCount, offsets: histories.offsets,
            columns: histories.columns, values: solve.terms.transformed(histories.values))
        var values = [Float](repeating: 0, count: histories.rowCount * rank)
        let rows = (0..<Int32(histories.rowCount)).filter { !histories.range(ofRow: Int($0)).isEmpty }
        _ = try solve.run(
            rows: rows[...], of: matrix, vectors: paddedItems.span,
            start: { _, vector in for index in vector.indices { vector[index] = index < rank ? 1 : 0 } },
            store: { row, vector in for index in 0..<rank { values[row * rank + index] = vector[index] } })
        guard values.allSatisfy(\.isFinite) else {
            throw IFError(.numericalFailure, "a folded-in vector is not finite; raise the regularization")
        }
        return FactorMatrix(rowCount: histories.rowCount, rank: rank, values: values)
    }

    /// The best `count` items for a history that was not part of the training data.
    ///
    /// Such a user has no row in `filter.seen`; where that is given at all, the history itself counts as seen.
    ///
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not above 0 and finite.
    public func recommend(
        foldingIn history: [(item: Int32, value: Float)], count: Int, filter: RecommendationFilter
    ) throws -> RankedLists {
        let histories = try CSRMatrix(
            rows: Array(repeating: 0, count: history.count), columns: history.map(\.item),
            values: history.map(\.value), rowCount: 1, columnCount: items.count, duplicates: .maximum)
        let vector = try foldIn(histories)
        var filter = filter
        if filter.seen != nil { filter.seen = histories }
        return ItemSearch(panels, itemFactors, filter).best(count, for: vector.values, rows: [0])
    }
}
