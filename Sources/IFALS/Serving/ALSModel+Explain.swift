public import IFCore
import IFLinearAlgebra

extension ALSModel {
    /// What each item of a history adds to the score of each of `items`.
    ///
    /// After Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008,
    /// doi:10.1109/ICDM.2008.22, section 5. With W = YᵀCY + λI of the history,
    ///
    /// 1. the user's vector is x = W⁻¹ Σ cⱼ yⱼ over the items j of the history,
    /// 2. so the score of item i is yᵢ·x = Σ cⱼ yᵢᵀ W⁻¹ yⱼ: a sum of one number an item of the history.
    ///
    /// Nonnegative factors solve another problem, for which step 2 does not hold as it stands. It holds on the passive
    /// set P, the factors where x is above 0: there x is the unconstrained solution, and elsewhere it adds nothing. So
    /// contributions are then cⱼ yᵢᵀ W⁻¹ yⱼ with all three confined to P, and add up to the score as well; they tell
    /// what each item adds given P, not what would be left if the item were taken out, which may change P.
    ///
    /// Everything is computed in double precision. The score is that of the folded-in history, which for a training
    /// user is the trained score to the rounding of single precision where the solver of the fit is exact; where it is
    /// not, the scores differ as far as the fit is from its minimum.
    ///
    /// - Parameters:
    ///   - items: Dense indices of the items to explain; they may be part of the history.
    ///   - history: Dense item indices and ratings, as in training; repeated items keep their greatest rating.
    /// - Returns: One explanation an item, in the order given; score 0 and no contributions for an empty history.
    /// - Throws: ``IFError/Code/invalidArgument`` on an item index outside the model, ``IFError/Code/invalidData`` on a
    ///   rating that is not above 0 and finite, ``IFError/Code/numericalFailure`` where the system is singular.
    /// - Complexity: O(history · rank² + rank³ + items · (rank² + history · rank)); nonnegative factors up to
    ///   O(rank⁴); the first call also O(items of the model · rank²).
    public func explain(items: [Int32], history: [(item: Int32, value: Float)]) throws -> [ScoreExplanation] {
        try RecommendationFilter.requireIndices(items, below: self.items.count, "item", "items")
        let histories = try row(of: history)
        if let bad = histories.values.first(where: { !configuration.isRating($0) }) {
            throw IFError(
                .invalidData, "the rating \(bad) is not \(configuration.ratingRule); drop or correct it",
                column: "rating")
        }
        guard histories.count > 0 else {
            return items.map { ScoreExplanation(item: $0, score: 0, contributions: []) }
        }
        let solution = try HistorySolution(histories, configuration, itemSide, itemFactors)
        return items.map { solution.explanation(of: $0) }
    }

    /// What each item of a known user's history adds to the score of each of `items`.
    ///
    /// - Parameters:
    ///   - items: Dense indices of the items to explain.
    ///   - user: Dense index of the user.
    ///   - history: The ratings the user was trained on: row `user` of the training interactions.
    /// - Returns: As ``explain(items:history:)``.
    /// - Throws: As ``explain(items:history:)``, and ``IFError/Code/invalidData`` where the history is not the one the
    ///   user's vector was solved from: the contributions would add up to another score than the one recommended by. Not
    ///   after a fit by conjugate gradients or blocks, whose vectors are some way from what is solved here: the history is
    ///   taken as given then.
    public func explain(
        items: [Int32], forUser user: Int32, history: [(item: Int32, value: Float)]
    ) throws -> [ScoreExplanation] {
        try RecommendationFilter.requireIndices([user], below: users.count, "user", "user")
        if configuration.solver.isExact { try requireHistory(history, of: user) }
        return try explain(items: items, history: history)
    }

    /// Makes sure that the user's vector was solved from this history.
    private func requireHistory(_ history: [(item: Int32, value: Float)], of user: Int32) throws {
        let trained = userFactors[Int(user)]
        let folded = try foldIn(row(of: history))[0]
        let distance = zip(trained, folded).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
        let length = trained.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard distance.squareRoot() <= 1e-3 * length.squareRoot() else {
            throw IFError(
                .invalidData,
                "the history is not the one that the vector of user \(users[Int(user)]) was fitted on, so it does not "
                    + "explain the user's recommendations; give the training ratings, or explain the history alone")
        }
    }
}

/// The system of one history, solved: W⁻¹ confined to the factors that matter.
struct HistorySolution {
    private let history: CSRMatrix
    private let factors: FactorMatrix
    /// What each entry pulls by: c, or 0 for a dislike.
    private let pulls: [Double]
    /// Factors that are free: all, or where the solution is above 0.
    private let passive: [Int]
    private let factor: CholeskyFactor?
    /// The free factors' values.
    private let solution: [Double]

    init(
        _ history: CSRMatrix, _ configuration: ImplicitALS.Configuration, _ side: SolvedSide, _ factors: FactorMatrix
    ) throws {
        self.history = history
        self.factors = factors
        let terms = ConfidenceTerms(configuration)
        let values = terms.transformed(history.values)
        let rank = side.gram.rank
        let row = terms.row(
            ridge: configuration.ridge(count: history.count, of: side.solves, others: side.gram.rowCount))
        pulls = values.map { Double(row.entry($0).target) }
        let equations = side.withVectors { vectors in
            RowEquations(
                n: rank, terms: row, factors: vectors, stride: side.gram.stride, columns: history.columns.span,
                values: values.span, base: side.gram.gram)
        }
        if configuration.nonnegative {
            let solved = try NonnegativeLeastSquares.solve(equations.a, equations.b, n: rank)
            passive = solved.indices.filter { solved[$0] > 0 }
        } else {
            passive = Array(0..<rank)
        }
        var block: [Double] = []
        for row in passive { for column in passive { block.append(equations.a[row * rank + column]) } }
        factor = passive.isEmpty ? nil : try Cholesky.factor(block, n: passive.count)
        solution = factor?.solve(passive.map { equations.b[$0] }) ?? []
    }

    func explanation(of item: Int32) -> ScoreExplanation {
        let vector = confined(Int(item))
        let weights = factor?.solve(vector) ?? []
        return ScoreExplanation(
            item: item, score: Self.dot(vector, solution),
            contributions: history.columns.enumerated().map { entry, taken in
                .init(item: taken, value: pulls[entry] * Self.dot(weights, confined(Int(taken))))
            })
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    private func confined(_ item: Int) -> [Double] {
        let vector = Array(factors[item])
        return passive.map { Double(vector[$0]) }
    }
}
