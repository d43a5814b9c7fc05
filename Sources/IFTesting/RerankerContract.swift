public import IFCore
public import Testing

/// What every ``IFCore/Reranker`` promises, as checks that a conformer's tests call.
///
/// ```swift
/// @Test func contract() throws { try RerankerContract(IdentityReranker()).check(candidates: lists) }
/// ```
public struct RerankerContract {
    private let reranker: any Reranker
    private let mayAddItems: Bool

    /// Creates the checks.
    ///
    /// - Parameter mayAddItems: Whether lists may hold items that were not among the candidates, to fill them up.
    public init(_ reranker: any Reranker, mayAddItems: Bool = false) {
        self.reranker = reranker
        self.mayAddItems = mayAddItems
    }

    /// Runs all checks.
    ///
    /// - Parameters:
    ///   - candidates: Lists without repeats; some should be empty, some shorter than `count`, some longer.
    ///   - count: Length of final lists.
    public func check(candidates: RankedLists, count: Int = 5, at location: SourceLocation = #_sourceLocation) throws {
        #expect(
            (0..<candidates.count).contains { candidates.range(of: $0).count > count }
                && (0..<candidates.count).contains { candidates.range(of: $0).isEmpty },
            "the candidates must have a long and an empty list", sourceLocation: location)
        let final = try reranker.rerank(candidates, count: count)
        #expect(final.count == candidates.count, "one list a user", sourceLocation: location)
        checkLists(final, of: candidates, count: count, at: location)
        #expect(try reranker.rerank(candidates, count: count) == final, "pure", sourceLocation: location)
        try checkBatches(final, of: candidates, count: count, at: location)
        try checkEdges(candidates, at: location)
    }

    private func checkLists(_ final: RankedLists, of candidates: RankedLists, count: Int, at location: SourceLocation) {
        for list in 0..<final.count {
            let items = final.items(of: list)
            let scores = final.scores[final.range(of: list)]
            #expect(items.count <= count, "list \(list) is too long", sourceLocation: location)
            #expect(Set(items).count == items.count, "list \(list) repeats an item", sourceLocation: location)
            #expect(
                zip(scores, scores.dropFirst()).allSatisfy { $0 >= $1 }, "scores of list \(list) increase",
                sourceLocation: location)
            #expect(
                scores.allSatisfy { $0.isFinite }, "a score of list \(list) is not finite", sourceLocation: location)
            let own = Set(candidates.items(of: list))
            if !mayAddItems {
                #expect(
                    own.isSuperset(of: items), "list \(list) has an item that was no candidate",
                    sourceLocation: location)
            }
            #expect(
                own.intersection(items).count >= min(own.count, items.count),
                "list \(list) adds items though candidates are left", sourceLocation: location)
        }
    }

    private func checkBatches(
        _ final: RankedLists, of candidates: RankedLists, count: Int, at location: SourceLocation
    ) throws {
        for list in 0..<candidates.count {
            let range = candidates.range(of: list)
            let alone = try reranker.rerank(
                RankedLists(
                    offsets: [0, range.count], items: Array(candidates.items[range]),
                    scores: Array(candidates.scores[range])),
                count: count)
            #expect(alone.items[...] == final.items(of: list), "list \(list) alone differs", sourceLocation: location)
            #expect(
                alone.scores[...] == final.scores[final.range(of: list)], "scores of list \(list) alone differ",
                sourceLocation: location)
        }
    }

    private func checkEdges(_ candidates: RankedLists, at location: SourceLocation) throws {
        let nobody = try reranker.rerank(RankedLists([]), count: 5)
        #expect(nobody.count == 0, "no users, no lists", sourceLocation: location)
        let nothing = try reranker.rerank(candidates, count: 0)
        #expect(
            nothing.count == candidates.count && nothing.items.isEmpty, "lists of length 0", sourceLocation: location)
        let all = try reranker.rerank(candidates, count: 10_000)
        for list in 0..<candidates.count {
            #expect(
                Set(candidates.items(of: list)).isSubset(of: all.items(of: list)),
                "a count above the number of candidates keeps them all", sourceLocation: location)
        }
    }
}
