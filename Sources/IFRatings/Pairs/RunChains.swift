import IFCore

/// The runs of every slot, chained in the order in which they arrived.
///
/// Nearly always an order has one run; chains cost nothing then, and lines in any order still group correctly.
struct RunChains: Sendable {
    let runs: [LineRun]
    /// The first run of each slot, −1 where it has none.
    let heads: DisjointBuffer<Int32>
    /// The next run of the same slot, −1 after the last.
    let next: DisjointBuffer<Int32>

    /// - Complexity: O(runs × parts) sequential, O(runs) scattered within a cache-sized part of the slots.
    init(runs: [LineRun], slotCount: Int, in context: RunContext) async throws {
        let heads = DisjointBuffer<Int32>(repeating: -1, count: slotCount)
        let next = DisjointBuffer<Int32>(repeating: -1, count: runs.count)
        let parts = BlockRanges(rowCount: slotCount, blockSize: max(1 << 16, (slotCount + 3) / 4))
        try await context.forEachBlock(of: parts) { _, slots in
            let low = Int32(slots.lowerBound)
            let width = UInt32(slots.count)
            heads.withMutableSpan(slots) { heads in
                // A run belongs to one slot and a slot to one part, so no two parts write the same link.
                unsafe next.withUnsafeMutableBuffer { next in
                    for run in stride(from: runs.count - 1, through: 0, by: -1) {
                        let place = UInt32(bitPattern: runs[run].slot &- low)
                        guard place < width else { continue }
                        unsafe next[run] = heads[Int(place)]
                        heads[Int(place)] = Int32(truncatingIfNeeded: run)
                    }
                }
            }
        }
        (self.runs, self.heads, self.next) = (runs, heads, next)
    }
}
