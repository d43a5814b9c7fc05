import CIFKernels
package import IFCore

/// Item vectors laid out for scoring: panels of 32 items, interleaved, so that one pass scores and selects.
///
/// Scores add up in the order of the rank, whatever the batch: a user's list is the same alone and among others.
package struct ScorePanels: Hashable, Sendable {
    /// Length of the vectors.
    package let rank: Int
    /// Items in the panels.
    package let itemCount: Int
    /// The instruction set that scores.
    package var kernels = KernelSet.best
    private let values: [Float]
    private let ids: [Int32]?

    /// Lays out vectors.
    ///
    /// - Parameters:
    ///   - vectors: Vectors of `rank` numbers, one after the other, spaced by `stride`.
    ///   - subset: Items to lay out, ascending; all where `nil`.
    /// - Complexity: O(items · rank)
    package init(vectors: Span<Float>, rank: Int, subset: [Int32]? = nil) {
        precondition(rank > 0 && vectors.count % rank == 0, "vectors do not fill rows of \(rank)")
        self.rank = rank
        let total = vectors.count / rank
        let count = subset?.count ?? total
        itemCount = count
        ids = subset
        let width = Int(IF_PANEL)
        let panels = (count + width - 1) / width
        // Written in order, so that fresh memory is touched once; the reads of a panel stay in the nearest cache.
        values = [Float](capacity: panels * width * rank) { out in
            for first in stride(from: 0, to: count, by: width) {
                let rows = min(width, count - first)
                for index in 0..<rank {
                    for lane in 0..<rows {
                        let row = subset.map { Int($0[first + lane]) } ?? first + lane
                        out.append(vectors[row * rank + index])
                    }
                    for _ in rows..<width { out.append(0) }
                }
            }
        }
    }

    /// Lays out an array's vectors.
    package init(vectors: [Float], rank: Int, subset: [Int32]? = nil) {
        self.init(vectors: vectors.span, rank: rank, subset: subset)
    }

    /// What may be ranked for whom.
    package struct Exclusions: Sendable {
        /// Nonzero for item ids that may not be ranked; all may where `nil`.
        package var blocked: [UInt8]?
        /// Rows hold the item ids not ranked for a user, ascending.
        package var seen: CSRMatrix?

        /// Creates exclusions.
        package init(blocked: [UInt8]? = nil, seen: CSRMatrix? = nil) {
            self.blocked = blocked
            self.seen = seen
        }
    }

    /// The best `count` items for each query, best first; equal scores in ascending item id.
    ///
    /// - Parameters:
    ///   - queries: Vectors of `rank` numbers, one a list.
    ///   - rows: Row of `exclusions.seen` of each query; not read where there is none.
    /// - Complexity: O(queries · items · rank) time, O(queries · count) memory.
    package func best(
        _ count: Int, for queries: [Float], rows: [Int32], excluding exclusions: Exclusions = .init()
    ) -> RankedLists {
        let queryCount = queries.count / rank
        precondition(queries.count == queryCount * rank, "queries do not fill rows of \(rank)")
        let capacity = min(count, itemCount)
        guard capacity > 0, queryCount > 0 else {
            return RankedLists(offsets: Array(repeating: 0, count: queryCount + 1), items: [], scores: [])
        }
        var candidates = [if_candidate](
            repeating: if_candidate(score: 0, item: 0), count: queryCount * capacity)
        var counts = [Int64](repeating: 0, count: queryCount)
        run(queries, rows, exclusions, capacity, &candidates, &counts)
        var offsets = [0]
        var items: [Int32] = []
        var scores: [Float] = []
        for query in 0..<queryCount {
            for candidate in candidates[query * capacity..<query * capacity + Int(counts[query])] {
                items.append(candidate.item)
                scores.append(candidate.score)
            }
            offsets.append(items.count)
        }
        return RankedLists(offsets: offsets, items: items, scores: scores)
    }

    private func run(
        _ queries: [Float], _ rows: [Int32], _ exclusions: Exclusions, _ capacity: Int,
        _ candidates: inout [if_candidate], _ counts: inout [Int64]
    ) {
        let queryCount = counts.count
        var begins = [Int64](repeating: 0, count: queryCount)
        var ends = begins
        if let seen = exclusions.seen {
            precondition(rows.count == queryCount, "one row of what was seen a query")
            for (query, row) in rows.enumerated() {
                begins[query] = Int64(seen.offsets[Int(row)])
                ends[query] = Int64(seen.offsets[Int(row) + 1])
            }
        }
        let blocked = exclusions.blocked ?? []
        precondition(
            blocked.isEmpty || blocked.count > Int(ids?.last ?? Int32(itemCount - 1)), "one mark an item id")
        unsafe queries.withUnsafeBufferPointer { queries in
            unsafe blocked.withUnsafeBufferPointer { blocked in
                unsafe (exclusions.seen?.columns ?? []).withUnsafeBufferPointer { seen in
                    unsafe Self.withBuffers(begins, ends, ids ?? []) { begins, ends, ids in
                        unsafe candidates.withUnsafeMutableBufferPointer { candidates in
                            unsafe counts.withUnsafeMutableBufferPointer { counts in
                                unsafe values.withUnsafeBufferPointer { values in
                                    var job = unsafe if_ranking(
                                        panels: values.baseAddress,
                                        panel_count: values.count / (rank * Int(IF_PANEL)), item_count: itemCount,
                                        item_ids: self.ids == nil ? nil : ids.baseAddress,
                                        blocked: blocked.isEmpty ? nil : blocked.baseAddress, rank: rank,
                                        users: queries.baseAddress, user_count: queryCount, seen: seen.baseAddress,
                                        seen_begin: begins.baseAddress, seen_end: ends.baseAddress,
                                        capacity: capacity, heaps: candidates.baseAddress,
                                        heap_counts: counts.baseAddress)
                                    unsafe if_rank(kernels.variant, &job)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func withBuffers(
        _ a: [Int64], _ b: [Int64], _ c: [Int32],
        _ body: (UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Int64>, UnsafeBufferPointer<Int32>) -> Void
    ) {
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeBufferPointer { c in unsafe body(a, b, c) }
            }
        }
    }
}
