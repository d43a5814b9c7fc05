public import IFCore
import IFLinearAlgebra

extension ALSModel {
    /// Candidates held at once over all users of a block: bounds memory for very long lists.
    private static var candidateLimit: Int { 1 << 22 }

    /// The best items for each user, best first; see ``RecommenderModel``.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on a user or item index outside the model.
    /// - Complexity: O(users · items · rank) time, O(users · `count`) memory.
    public func recommend(users: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        try filter.validate(users: users, userCount: self.users.count, itemCount: items.count)
        let length = max(1, min(count, items.count))
        let blockSize = max(1, min(1024, Self.candidateLimit / length))
        let search = ItemSearch(panels, itemFactors, filter)
        // One user, or a block of a longer run: nothing to cut or to join.
        if users.count <= blockSize { return search.best(count, for: vectors(of: users), rows: users) }
        return RankedLists(
            joining: BlockRanges(rowCount: users.count, blockSize: blockSize).map { block in
                let rows = Array(users[block])
                return search.best(count, for: vectors(of: rows), rows: rows)
            })
    }

    /// The items in the form the kernel takes.
    var panels: ScorePanels { layouts.items.value { Self.panels(itemFactors) } }

    static func panels(_ factors: FactorMatrix) -> ScorePanels {
        factors.withSpan { ScorePanels(vectors: $0, rank: factors.rank) }
    }

    private func vectors(of users: [Int32]) -> [Float] {
        let rank = userFactors.rank
        return userFactors.withSpan { factors in
            var out = [Float](repeating: 0, count: users.count * rank)
            for (place, user) in users.enumerated() {
                for index in 0..<rank { out[place * rank + index] = factors[Int(user) * rank + index] }
            }
            return out
        }
    }
}

/// The vectors of one side, less those that may not be listed, in the form the kernel takes.
struct ItemSearch {
    private let panels: ScorePanels
    private let blocked: [UInt8]?
    private let filter: RecommendationFilter

    /// Prepares a search.
    ///
    /// - Parameters:
    ///   - factors: What `panels` were made of, so that few allowed vectors can be laid out apart; `nil` where the
    ///     numbers are others.
    ///   - filter: What may be listed, validated.
    init(_ panels: ScorePanels, _ factors: FactorMatrix?, _ filter: RecommendationFilter) {
        self.filter = filter
        guard filter.allowed != nil || !filter.denied.isEmpty else {
            self.panels = panels
            blocked = nil
            return
        }
        var marks = [UInt8](repeating: filter.allowed == nil ? 0 : 1, count: panels.itemCount)
        for item in filter.allowed ?? [] { marks[Int(item)] = 0 }
        for item in filter.denied { marks[Int(item)] = 1 }
        if let factors, let allowed = filter.allowed, allowed.count < panels.itemCount / 4 {
            // Few items are left: laying them out costs less than passing over all the others.
            let subset = Set(allowed).filter { marks[Int($0)] == 0 }.sorted()
            self.panels = factors.withSpan { ScorePanels(vectors: $0, rank: factors.rank, subset: subset) }
            blocked = nil
        } else {
            self.panels = panels
            blocked = marks
        }
    }

    /// The best `count` of what is left for each query.
    ///
    /// - Parameter rows: Row of each query in the filter's matrices.
    func best(_ count: Int, for queries: [Float], rows: [Int32]) -> RankedLists {
        let exclusions = filter.exclusions(ofUsers: rows)
        return panels.best(
            count, for: queries, rows: exclusions?.rows ?? [],
            excluding: .init(blocked: blocked, seen: exclusions?.matrix))
    }
}
