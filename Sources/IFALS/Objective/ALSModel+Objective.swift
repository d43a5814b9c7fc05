public import IFCore
import IFLinearAlgebra

extension ALSModel {
    /// The value of the objective that ``ImplicitALS`` minimizes, of these factors on `interactions`, in double
    /// precision.
    ///
    /// The pairs that were not observed are summed by way of the Gram matrices: Σ α₀·(x·y)² over all pairs is
    /// α₀·tr(XᵀX·YᵀY). ``losses`` holds the value that the fit computed on its way from the normal equations, in
    /// single precision; the last one agrees to about 1e-5.
    ///
    /// Conventions: implicit (`calculate_loss`) divides its value by Σ c + users · items − observed pairs; Spark
    /// reports none. The same factors have the same value under this formula with implicit's λ and
    /// ``RegularizationScaling/none``, or with Spark's `regParam` and ``RegularizationScaling/count``.
    ///
    /// - Parameter interactions: With the model's users and items, in their order.
    /// - Throws: ``IFError/Code/invalidArgument`` where there are other users or items,
    ///   ``IFError/Code/invalidData`` on a rating that cannot be learned from; `CancellationError`.
    /// - Complexity: O(entries · rank + (users + items) · rank²)
    public func objective(of interactions: Interactions, in context: RunContext) async throws -> Double {
        let matrix = interactions.matrix
        guard interactions.users == users, interactions.items == items else {
            throw IFError(.invalidArgument, "the objective needs interactions of the model's own users and items")
        }
        if let bad = matrix.values.firstIndex(where: { !configuration.isRating($0) }) {
            throw IFError(
                .invalidData, "the rating \(matrix.values[bad]) is not \(configuration.ratingRule)", row: bad + 1,
                column: "rating")
        }
        var byItem = [Int](repeating: 0, count: items.count)
        for column in matrix.columns { byItem[Int(column)] += 1 }
        let counts = byItem
        let userSide = try await side(userFactors, .user, others: items.count, in: context) {
            matrix.range(ofRow: $0).count
        }
        let itemSide = try await side(itemFactors, .item, others: users.count, in: context) { counts[$0] }
        let blocks = BlockRanges(rowCount: matrix.rowCount, blockSize: Self.objectiveBlock)
        let settings = configuration
        let unobserved = configuration.unobservedWeight
        let observed = try await context.mapBlocks(blocks.count) { block in
            var sum = 0.0
            for user in blocks[block] {
                for entry in matrix.range(ofRow: user) {
                    let score = Self.dot(userFactors, user, itemFactors, Int(matrix.columns[entry]))
                    let rating = Double(matrix.values[entry])
                    let error = (rating > 0 ? 1 : 0) - score
                    sum += settings.confidence(rating) * error * error - unobserved * score * score
                }
            }
            return sum
        }
        let all = zip(userSide.gram, itemSide.gram).reduce(0) { $0 + $1.0 * $1.1 }
        return observed.reduce(0, +) + unobserved * all + userSide.penalty + itemSide.penalty
    }

    /// Rows of one block. A change of this number changes the last digits.
    private static var objectiveBlock: Int { 1024 }

    /// XᵀX of a side and its Σ λ·nᵛ·|x|², in blocks.
    private func side(
        _ factors: FactorMatrix, _ side: ALSEvent.Side, others: Int, in context: RunContext,
        count: @escaping @Sendable (Int) -> Int
    ) async throws -> (gram: [Double], penalty: Double) {
        let rank = factors.rank
        let configuration = configuration
        let blocks = BlockRanges(rowCount: factors.rowCount, blockSize: Self.objectiveBlock)
        let parts = try await context.mapBlocks(blocks.count) { block in
            let rows = blocks[block]
            var penalty = 0.0
            for row in rows {
                let squares = factors[row].reduce(0.0) { $0 + Double($1) * Double($1) }
                let entries = count(row)
                // A row without ratings is no part of the problem; its vector is 0.
                if entries > 0 { penalty += configuration.ridge(count: entries, of: side, others: others) * squares }
            }
            let values = factors.values[rows.lowerBound * rank..<rows.upperBound * rank].map { Double($0) }
            return (gram: Gram.gram(x: values, rows: rows.count, columns: rank), penalty: penalty)
        }
        var gram = [Double](repeating: 0, count: rank * rank)
        var penalty = 0.0
        for part in parts {
            for index in gram.indices { gram[index] += part.gram[index] }
            penalty += part.penalty
        }
        return (gram, penalty)
    }

    private static func dot(_ x: FactorMatrix, _ i: Int, _ y: FactorMatrix, _ j: Int) -> Double {
        var sum = 0.0
        let a = x.values.span
        let b = y.values.span
        for index in 0..<x.rank { sum += Double(a[i * x.rank + index]) * Double(b[j * x.rank + index]) }
        return sum
    }
}
