public import IFCore
import IFLinearAlgebra

extension ExplicitALSModel {
    /// Candidates held at once over all users of a block: bounds memory for very long lists.
    private static var candidateLimit: Int { 1 << 22 }

    /// The items of the highest predicted rating for each user, best first; see ``RecommenderModel``.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on a user or item index outside the model.
    /// - Complexity: O(users · items · rank) time, O(users · `count`) memory.
    public func recommend(users: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        try filter.validate(users: users, userCount: self.users.count, itemCount: items.count)
        let length = max(1, min(count, items.count))
        let blocks = BlockRanges(
            rowCount: users.count, blockSize: max(1, min(1024, Self.candidateLimit / length)))
        let search = ItemSearch(panels, scoringItems, filter)
        return RankedLists(
            joining: blocks.map { block in
                let rows = Array(users[block])
                let queries = rows.flatMap { query(userFactors[Int($0)], bias: userBiases[Int($0)]) }
                return search.best(count, for: queries, rows: rows)
            })
    }

    /// The vectors and biases of users that were not part of the training data, by the solver of the fit.
    ///
    /// For a row of the training data these are its trained ones, since a sweep ends with the users.
    ///
    /// - Parameter histories: One row a user; columns are dense item indices, values ratings.
    /// - Returns: One vector and one bias a row; zeros for an empty history.
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not finite, or below 0 for a nonnegative model.
    /// - Complexity: O(ratings · rank² + rows · rank³)
    public func foldIn(_ histories: CSRMatrix) throws -> (factors: FactorMatrix, biases: [Float]) {
        precondition(histories.columnCount <= items.count, "histories of other items than the model's")
        if let bad = histories.values.firstIndex(where: { !$0.isFinite || configuration.nonnegative && $0 < 0 }) {
            throw IFError(
                .invalidData, "the rating \(histories.values[bad]) is not finite, or below 0 for a nonnegative model",
                row: bad + 1, column: "rating")
        }
        let rank = itemFactors.rank
        let solve = ExplicitRowSolve(configuration: configuration, side: .user)
        var padded = [Float](repeating: 0, count: items.count * solve.stride)
        for item in 0..<items.count {
            for (index, value) in itemFactors[item].enumerated() { padded[item * solve.stride + index] = value }
            if configuration.biases { padded[item * solve.stride + rank] = itemBiases[item] }
        }
        let facing = ExplicitFacing(padded, configuration)
        let mean = mean
        let matrix = facing.residuals(
            histories.replacing(values: histories.values.map { Float(Double($0) - mean) }))
        var factors = [Float](repeating: 0, count: histories.rowCount * rank)
        var biases = [Float](repeating: 0, count: histories.rowCount)
        let rows = (0..<Int32(histories.rowCount)).filter { !histories.range(ofRow: Int($0)).isEmpty }
        let width = configuration.width
        _ = try solve.run(
            rows: rows[...], of: matrix, vectors: facing.vectors.span,
            start: { _, vector in for index in vector.indices { vector[index] = index < width ? 1 : 0 } },
            store: { row, vector in
                for index in 0..<rank { factors[row * rank + index] = vector[index] }
                if width > rank { biases[row] = vector[rank] }
            })
        guard factors.allSatisfy(\.isFinite), biases.allSatisfy(\.isFinite) else {
            throw IFError(.numericalFailure, "a folded-in vector is not finite; raise the regularization")
        }
        return (FactorMatrix(rowCount: histories.rowCount, rank: rank, values: factors), biases)
    }

    /// The items of the highest predicted rating for a history that was not part of the training data.
    ///
    /// Such a user has no row in `filter.seen` or `filter.deniedByUser`: where `seen` is given at all, the history
    /// itself counts as seen, and what is denied to single users plays no part.
    ///
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not finite, or below 0 for a nonnegative model,
    ///   ``IFError/Code/invalidArgument`` on an item index outside the model.
    public func recommend(
        foldingIn history: [(item: Int32, value: Float)], count: Int, filter: RecommendationFilter
    ) throws -> RankedLists {
        try RecommendationFilter.requireIndices(history.map(\.item), below: items.count, "item", "history")
        let histories = try CSRMatrix(
            rows: Array(repeating: 0, count: history.count), columns: history.map(\.item),
            values: history.map(\.value), rowCount: 1, columnCount: items.count, duplicates: .maximum)
        let (factors, biases) = try foldIn(histories)
        let own = RecommendationFilter(
            seen: filter.seen == nil ? nil : histories, allowed: filter.allowed, denied: filter.denied)
        try own.validate(users: [0], userCount: 1, itemCount: items.count)
        return ItemSearch(panels, scoringItems, own).best(
            count, for: query(factors[0], bias: biases[0]), rows: [0])
    }

    /// A user's vector as it meets `scoringItems`.
    private func query(_ factors: ArraySlice<Float>, bias: Float) -> [Float] {
        factors + [1, Float(mean + Double(bias))]
    }
}
