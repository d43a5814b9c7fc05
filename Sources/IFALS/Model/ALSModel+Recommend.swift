public import IFCore
import IFLinearAlgebra

extension ALSModel {
    /// Candidates held at once over all users of a block: bounds memory for very long lists.
    private static var candidateLimit: Int { 1 << 22 }

    /// The best items for each user, best first; see ``RecommenderModel``.
    public func recommend(users: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        let rank = userFactors.rank
        let length = max(1, min(count, items.count))
        let blocks = BlockRanges(
            rowCount: users.count, blockSize: max(1, min(1024, Self.candidateLimit / length)))
        let search = ItemSearch(panels, itemFactors, filter)
        return RankedLists(
            joining: blocks.map { block in
                let rows = Array(users[block])
                var queries: [Float] = []
                queries.reserveCapacity(rows.count * rank)
                for user in rows { queries.append(contentsOf: userFactors[Int(user)]) }
                return search.best(count, for: queries, rows: rows)
            })
    }

    /// Items whose vectors point the same way: cosine similarity, the item itself left out.
    ///
    /// - Parameters:
    ///   - wanted: Dense item indices.
    ///   - count: Greatest length of a list.
    ///   - filter: Which items may be listed; what users have seen plays no part.
    /// - Returns: One list an item, in the order given. A vector of zeros has similarity 0 to all.
    /// - Complexity: O(wanted · items · rank)
    public func similarItems(
        to wanted: [Int32], count: Int, filter: RecommendationFilter = .none
    ) throws -> RankedLists {
        let unit = Self.normalized(itemFactors)
        var filter = filter
        // Each query has "seen" itself.
        filter.seen = CSRMatrix(
            rowCount: wanted.count, columnCount: items.count, offsets: Array(0...wanted.count), columns: wanted,
            values: Array(repeating: 1, count: wanted.count))
        let search = ItemSearch(ScorePanels(vectors: unit.values, rank: unit.rank), unit, filter)
        return search.best(
            count, for: wanted.flatMap { unit[Int($0)] }, rows: Array(0..<Int32(wanted.count)))
    }

    private static func normalized(_ factors: FactorMatrix) -> FactorMatrix {
        var values = factors.values
        for row in 0..<factors.rowCount {
            let range = row * factors.rank..<(row + 1) * factors.rank
            let length = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard length > 0 else { continue }
            for index in range { values[index] = Float(Double(values[index]) / length) }
        }
        return FactorMatrix(rowCount: factors.rowCount, rank: factors.rank, values: values)
    }
}

/// A filter brought into the form the kernel takes.
struct ItemSearch {
    private let panels: ScorePanels
    private let exclusions: ScorePanels.Exclusions

    init(_ panels: ScorePanels, _ factors: FactorMatrix, _ filter: RecommendationFilter) {
        var blocked: [UInt8]?
        if let allowed = filter.allowed {
            var marks = [UInt8](repeating: 1, count: factors.rowCount)
            for item in allowed { marks[Int(item)] = 0 }
            blocked = marks
        }
        if !filter.denied.isEmpty {
            var marks = blocked ?? [UInt8](repeating: 0, count: factors.rowCount)
            for item in filter.denied { marks[Int(item)] = 1 }
            blocked = marks
        }
        let left = blocked.map { $0.count { $0 == 0 } } ?? factors.rowCount
        if let marks = blocked, left < factors.rowCount / 4 {
            // Few items are left: laying them out costs less than passing over all the others.
            let subset = (0..<Int32(marks.count)).filter { marks[Int($0)] == 0 }
            self.panels = ScorePanels(vectors: factors.values, rank: factors.rank, subset: subset)
            exclusions = .init(seen: filter.seen)
        } else {
            self.panels = panels
            exclusions = .init(blocked: blocked, seen: filter.seen)
        }
    }

    func best(_ count: Int, for queries: [Float], rows: [Int32]) -> RankedLists {
        panels.best(count, for: queries, rows: rows, excluding: exclusions)
    }
}
