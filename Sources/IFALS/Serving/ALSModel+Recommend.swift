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
        if users.count == 1, items.count >= Self.screenedItems {
            return search.best(count, for: vectors(of: users), row: users[0], screen)
        }
        // A block of a longer run: nothing to cut or to join.
        if users.count <= blockSize { return search.best(count, for: vectors(of: users), rows: users) }
        return RankedLists(
            joining: BlockRanges(rowCount: users.count, blockSize: blockSize).map { block in
                let rows = Array(users[block])
                return search.best(count, for: vectors(of: rows), rows: rows)
            })
    }

    /// Items from which on one user's list is screened: fewer are scored sooner than they are screened.
    private static var screenedItems: Int { 4096 }

    /// The items in one byte a number.
    var screen: ScoreScreen {
        layouts.itemScreen.value { itemFactors.withSpan { ScoreScreen(vectors: $0, rank: itemFactors.rank) } }
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
    /// What the panels were made of, where they hold all vectors.
    private let factors: FactorMatrix?
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
            self.factors = factors
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
            self.factors = nil
            blocked = nil
        } else {
            self.panels = panels
            self.factors = factors
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

    /// The best `count` of what is left for one query: the same list, reading a quarter of the memory.
    func best(_ count: Int, for query: [Float], row: Int32, _ screen: @autoclosure () -> ScoreScreen) -> RankedLists {
        guard let factors else { return best(count, for: query, rows: [row]) }
        let exclusions = filter.exclusions(ofUsers: [row])
        let seen = exclusions.map { $0.matrix.columns(ofRow: Int($0.rows[0])) } ?? []
        let candidates = screen().candidates(count, query: query.span) { item in
            blocked?[Int(item)] == 1 || Self.contains(seen, item)
        }
        guard let candidates else { return best(count, for: query, rows: [row]) }
        let few = factors.withSpan { ScorePanels(vectors: $0, rank: factors.rank, subset: candidates) }
        return few.best(
            count, for: query, rows: exclusions?.rows ?? [],
            excluding: .init(blocked: blocked, seen: exclusions?.matrix))
    }

    private static func contains(_ ascending: ArraySlice<Int32>, _ item: Int32) -> Bool {
        var (low, high) = (ascending.startIndex, ascending.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < item { low = middle + 1 } else { high = middle }
        }
        return low < ascending.endIndex && ascending[low] == item
    }
}
