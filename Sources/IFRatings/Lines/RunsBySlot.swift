import IFCore

/// The runs in the order of their slots (those of a slot in the order in which they arrived), and so by user.
struct RunsBySlot: Sendable {
    let runs: [LineRun]
    /// `slotCount + 1` positions in `runs`.
    let offsets: [Int32]

    /// A counting sort, cut by slots: each part counts and places the runs of its own slots.
    ///
    /// - Complexity: O(slots + runs × parts), at most 8 parts.
    init(runs source: [LineRun], slots: [Int32], slotCount: Int, in context: RunContext) async throws {
        let parts = BlockRanges(rowCount: slotCount, blockSize: max(1 << 16, (slotCount + 7) / 8))
        let counts = try await context.mapBlocks(parts.count) { part in
            let range = parts[part]
            var counts = [Int32](repeating: 0, count: range.count)
            let low = Int32(range.lowerBound)
            let width = UInt32(range.count)
            for slot in slots {
                let place = UInt32(bitPattern: slot &- low)
                if place < width { counts[Int(place)] &+= 1 }
            }
            return counts
        }
        var offsets: [Int32] = [0]
        offsets.reserveCapacity(slotCount + 1)
        var end: Int32 = 0
        for part in counts {
            for count in part {
                end += count
                offsets.append(end)
            }
        }
        self.offsets = offsets
        let starts = offsets
        let sorted = try await context.mapBlocks(parts.count) { part in
            let range = parts[part]
            let first = starts[range.lowerBound]
            var next = starts[range].map { $0 - first }
            var out = [LineRun](
                repeating: LineRun(chunk: 0, start: 0, count: 0), count: Int(starts[range.upperBound] - first))
            let low = Int32(range.lowerBound)
            let width = UInt32(range.count)
            for (run, slot) in slots.enumerated() {
                let place = UInt32(bitPattern: slot &- low)
                guard place < width else { continue }
                out[Int(next[Int(place)])] = source[run]
                next[Int(place)] &+= 1
            }
            return out
        }
        runs = Array(sorted.joined())
    }
}
