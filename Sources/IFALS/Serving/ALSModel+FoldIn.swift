public import IFCore
import IFLinearAlgebra

extension ALSModel {
    /// Rows solved in one block of a batch.
    private static var blockRows: Int { 1024 }

    /// The vectors of users that were not part of the training data: the minimum of their objective, given the items.
    ///
    /// For a row of the training data this is its trained vector (to the rounding of single precision) where the solver of
    /// the fit is exact, since a sweep ends with the users; conjugate gradients and blocks come near it sweep by sweep. A
    /// row's vector is the same, to the bit, alone and among others. Short rows are solved in the dual form where the fit
    /// did so: on another road single precision ends elsewhere, at large ranks and small penalties by some 10⁻⁴.
    ///
    /// - Parameter histories: One row a user; columns are dense item indices, values ratings as in training.
    /// - Returns: One vector a row; zeros for an empty history.
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not above 0 and finite,
    ///   ``IFError/Code/invalidArgument`` on more columns than the model has items.
    /// - Complexity: O(entries · rank² + rows · rank³); the first call also O(items · rank²).
    public func foldIn(_ histories: CSRMatrix) throws -> FactorMatrix {
        try check(histories, columns: items.count, "items")
        return try Self.solve(histories, 0..<histories.rowCount, configuration, itemSide)
    }

    /// The vectors of many users, cut in blocks over the context's workers; the same numbers.
    public func foldIn(_ histories: CSRMatrix, in context: RunContext) async throws -> FactorMatrix {
        try check(histories, columns: items.count, "items")
        return try await Self.solve(histories, configuration, itemSide, in: context)
    }

    /// The vectors of items that were not part of the training data: each is solved for against the users' vectors.
    ///
    /// This is what the next half-sweep would give the item. It is not quite a training item's vector, which was solved
    /// for against the users' vectors before their last half-sweep.
    ///
    /// - Parameter takers: One row an item; columns are dense user indices, values ratings as in training.
    /// - Returns: One vector a row; zeros for an item that nobody took.
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not above 0 and finite,
    ///   ``IFError/Code/invalidArgument`` on more columns than the model has users.
    /// - Complexity: O(entries · rank² + rows · rank³); the first call also O(users · rank²).
    public func foldInItems(_ takers: CSRMatrix) throws -> FactorMatrix {
        try check(takers, columns: users.count, "users")
        return try Self.solve(takers, 0..<takers.rowCount, configuration, userSide)
    }

    /// The vectors of many items, cut in blocks over the context's workers; the same numbers.
    public func foldInItems(_ takers: CSRMatrix, in context: RunContext) async throws -> FactorMatrix {
        try check(takers, columns: users.count, "users")
        return try await Self.solve(takers, configuration, userSide, in: context)
    }

    /// The best `count` items for a history that was not part of the training data.
    ///
    /// Such a user has no row in `filter.seen` or `filter.deniedByUser`: where `seen` is given at all, the history
    /// itself counts as seen, and what is denied to single users plays no part.
    ///
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not above 0 and finite,
    ///   ``IFError/Code/invalidArgument`` on an item index outside the model.
    public func recommend(
        foldingIn history: [(item: Int32, value: Float)], count: Int, filter: RecommendationFilter
    ) throws -> RankedLists {
        let histories = try row(of: history)
        let vector = try foldIn(histories)
        let own = RecommendationFilter(
            seen: filter.seen == nil ? nil : histories, allowed: filter.allowed, denied: filter.denied)
        try own.validate(users: [0], userCount: 1, itemCount: items.count)
        return ItemSearch(panels, itemFactors, own).best(count, for: vector.values, rows: [0])
    }

    var itemSide: SolvedSide {
        layouts.itemSide.value { side(itemFactors, solving: .user, isDual: dualForm.users) }
    }

    var userSide: SolvedSide {
        layouts.userSide.value { side(userFactors, solving: .item, isDual: dualForm.items) }
    }

    private func side(_ factors: FactorMatrix, solving side: ALSEvent.Side, isDual: Bool) -> SolvedSide {
        SolvedSide(
            factors, unobserved: configuration.unobservedWeight, solves: side,
            dualRidge: isDual ? configuration.dualRidge(of: side, others: factors.rowCount) : nil)
    }

    /// A history as a matrix of one row; repeated items keep their greatest value.
    func row(of history: [(item: Int32, value: Float)]) throws -> CSRMatrix {
        try RecommendationFilter.requireIndices(history.map(\.item), below: items.count, "item", "history")
        return try CSRMatrix(
            rows: Array(repeating: 0, count: history.count), columns: history.map(\.item),
            values: history.map(\.value), rowCount: 1, columnCount: items.count, duplicates: .maximum)
    }

    private func check(_ matrix: CSRMatrix, columns: Int, _ kind: String) throws {
        guard matrix.columnCount <= columns else {
            throw IFError(
                .invalidArgument,
                "the interactions have \(matrix.columnCount) columns, the model has \(columns) \(kind); "
                    + "build them from the indices of the model's ids")
        }
        if let bad = matrix.values.firstIndex(where: { !configuration.isRating($0) }) {
            throw IFError(
                .invalidData,
                "the rating \(matrix.values[bad]) is not \(configuration.ratingRule); drop or correct it",
                row: bad + 1, column: "rating")
        }
    }

    private static func solve(
        _ matrix: CSRMatrix, _ configuration: ImplicitALS.Configuration, _ side: SolvedSide, in context: RunContext
    ) async throws -> FactorMatrix {
        let rank = side.gram.rank
        let blocks = BlockRanges(rowCount: matrix.rowCount, blockSize: blockRows)
        var values: [Float] = []
        values.reserveCapacity(matrix.rowCount * rank)
        try await context.streamBlocks(blocks.count) { block in
            try solve(matrix, blocks[block], configuration, side)
        } to: { _, solved in
            values.append(contentsOf: solved.values)
        }
        return FactorMatrix(rowCount: matrix.rowCount, rank: rank, values: values)
    }

    /// Solves the rows of a range.
    private static func solve(
        _ matrix: CSRMatrix, _ range: Range<Int>, _ configuration: ImplicitALS.Configuration, _ side: SolvedSide
    ) throws -> FactorMatrix {
        let rank = side.gram.rank
        let solve = BlockSolve(configuration, other: side.gram, solvingFor: side.solves, mayLackWeight: true)
        let entries = matrix.offsets[range.lowerBound]..<matrix.offsets[range.upperBound]
        let part = CSRMatrix(
            rowCount: range.count, columnCount: matrix.columnCount,
            offsets: matrix.offsets[range.lowerBound...range.upperBound].map { $0 - entries.lowerBound },
            columns: Array(matrix.columns[entries]), values: solve.terms.transformed(Array(matrix.values[entries])))
        var values = [Float](repeating: 0, count: range.count * rank)
        let rows = (0..<Int32(range.count)).filter { !part.range(ofRow: Int($0)).isEmpty }
        _ = try side.withVectors { vectors in
            try solve.run(
                rows: rows[...], of: part, vectors: vectors,
                start: { _, vector in for index in vector.indices { vector[index] = index < rank ? 1 : 0 } },
                store: { row, vector in for index in 0..<rank { values[row * rank + index] = vector[index] } })
        }
        guard values.allSatisfy(\.isFinite) else {
            throw IFError(.numericalFailure, "a folded-in vector is not finite; raise the regularization")
        }
        return FactorMatrix(rowCount: range.count, rank: rank, values: values)
    }
}
