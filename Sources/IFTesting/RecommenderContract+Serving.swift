import IFCore
import Testing

extension RecommenderContract {
    /// Ids and indices that the model does not know are said to be unknown, never given a list.
    func unknownIsAnOutcome(
        _ model: some RecommenderModel, _ data: Interactions, _ place: SourceLocation
    ) throws {
        let outcomes = try model.recommend(for: [data.users[3], "nobody", data.users[0]], count: 2)
        #expect(
            outcomes.map { $0 == nil } == [false, true, false], "an unknown user has no list", sourceLocation: place)
        let outside: [(String, [Int32], RecommendationFilter)] = [
            ("user -1", [0, -1], .none), ("a user too many", [Int32(model.users.count)], .none),
            ("allowed item -1", [0], RecommendationFilter(allowed: [1, -1])),
            ("a denied item too many", [0], RecommendationFilter(denied: [Int32(model.items.count)])),
        ]
        for (what, users, filter) in outside {
            let error = #expect(
                throws: IFError.self, "an index outside the model is refused: \(what)", sourceLocation: place
            ) {
                try model.recommend(users: users, count: 2, filter: filter)
            }
            guard let error else { continue }
            #expect(error.code == .invalidArgument, "the code for \(what)", sourceLocation: place)
        }
    }

    /// Lists handed over in blocks are those of one call; a sink that ends the work ends it.
    func blocksEqualBatch(
        _ model: some RecommenderModel, _ data: Interactions, _ place: SourceLocation
    ) async throws {
        let filter = RecommendationFilter.removingSeen(data.matrix)
        // Several blocks, though the fixture is small: users may be asked for again.
        let users = (0..<3000).map { Int32($0 % model.users.count) }
        let whole = try model.recommend(users: users, count: 3, filter: filter)
        for workers in [1, 2, 3, 5] {
            var batches: [RankedLists] = []
            try await model.recommendAll(
                users: users, count: 3, filter: filter, in: RunContext(workers: WorkerBudget(workers))
            ) { _, lists in
                batches.append(lists)
            }
            let equal = RecommenderFixture.equalBits(RankedLists(joining: batches), whole)
            #expect(equal, "blocks equal one batch, \(workers) workers", sourceLocation: place)
        }
    }

    /// What a model can do beside recommending, where it says that it can.
    func capabilitiesHold(
        _ model: some RecommenderModel, _ data: Interactions, _ place: SourceLocation
    ) throws {
        let history = data.matrix.range(ofRow: 4).map {
            (item: data.matrix.columns[$0], value: data.matrix.values[$0])
        }
        if let model = model as? any FoldInModel { try folds(model, history, data, place) }
        if let model = model as? any SimilarityModel { try findsOthers(model, place) }
        if let model = model as? any ExplainingModel { try explains(model, history, place) }
    }

    private func folds(
        _ model: some FoldInModel, _ history: [(item: Int32, value: Float)], _ data: Interactions,
        _ place: SourceLocation
    ) throws {
        let all = try model.recommend(foldingIn: history, count: 10 * model.items.count, filter: .none)
        #expect(all.count == 1 && Set(all.items).count == model.items.count, "a folded-in list", sourceLocation: place)
        let unseen = try model.recommend(
            foldingIn: history, count: model.items.count, filter: .removingSeen(data.matrix))
        let seen = Set(history.map(\.item))
        #expect(
            Set(unseen.items) == Set(all.items).subtracting(seen), "a folded-in history counts as seen",
            sourceLocation: place)
        let empty = try model.recommend(foldingIn: [], count: 3, filter: .none)
        let bad = (all.scores + empty.scores).first { !$0.isFinite }
        #expect(bad == nil, "scores of folded-in users are finite", sourceLocation: place)
    }

    private func findsOthers(_ model: some SimilarityModel, _ place: SourceLocation) throws {
        let items = (0..<Int32(model.items.count)).map { $0 }
        let users = everyone(model)
        for measure in [SimilarityMeasure.cosine, .innerProduct] {
            let filter = SimilarityFilter(denied: [2])
            for (rows, lists) in [
                (items, try model.similarItems(to: items, count: items.count, measure: measure, filter: filter)),
                (users, try model.similarUsers(to: users, count: users.count, measure: measure, filter: filter)),
            ] {
                for row in rows {
                    let others = Set(rows).subtracting([row, 2])
                    #expect(
                        Set(lists.items(of: Int(row))) == others && lists.range(of: Int(row)).count == others.count,
                        "all others are similar by \(measure), and not the own", sourceLocation: place)
                }
                let bad = lists.scores.first { !$0.isFinite }
                #expect(bad == nil, "similarities are finite", sourceLocation: place)
            }
        }
    }

    private func explains(
        _ model: some ExplainingModel, _ history: [(item: Int32, value: Float)], _ place: SourceLocation
    ) throws {
        for explanation in try model.explain(items: [0, 1, 4], history: history) {
            let sum = explanation.contributions.reduce(0) { $0 + $1.value }
            let size = explanation.contributions.reduce(0) { $0 + abs($1.value) }
            #expect(
                abs(sum - explanation.score) <= 1e-6 * size, "contributions add up to the score", sourceLocation: place)
            #expect(
                explanation.contributions.map(\.item).sorted() == history.map(\.item).sorted(),
                "one contribution an item of the history", sourceLocation: place)
        }
    }
}
