import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Greedy k-means++: see ``KMeans``, step 1.
struct KMeansPlusPlus {
    private let data: KMeansData
    private let count: Int
    private let context: RunContext

    init(_ data: KMeansData, count: Int, in context: RunContext) {
        self.data = data
        self.count = count
        self.context = context
    }

    /// Draws centroids (row-major, centred); fewer than asked for where there are fewer different rows.
    func draw(_ stream: inout RandomStream) async throws -> [Double] {
        let trials = 2 + Int(log(Double(count)))
        var centroids = data.row(stream.integer(below: data.rowCount))
        var nearest = try await distances(from: [centroids], reducing: nil)[0]
        while centroids.count < count * data.width, nearest.total > 0 {
            let candidates = (0..<trials).map { _ in data.row(nearest.pick(stream.uniform())) }
            let options = try await distances(from: candidates, reducing: nearest)
            var best = 0
            for option in 1..<options.count where options[option].total < options[best].total { best = option }
            // A candidate at a centroid gains nothing; rounding alone can draw it.
            guard options[best].total < nearest.total else { break }
            centroids.append(contentsOf: candidates[best])
            nearest = options[best]
        }
        return centroids
    }

    /// For each candidate: every row's squared distance from it, or from the nearest centroid so far if that is nearer.
    private func distances(from candidates: [[Double]], reducing nearest: Nearest?) async throws -> [Nearest] {
        let blocks = data.blocks
        let data = data
        let parts = try await context.mapBlocks(blocks.count) { block in
            candidates.map { candidate in
                let rows = blocks[block]
                var out: [Double] = []
                out.reserveCapacity(rows.count)
                for first in stride(from: rows.lowerBound, to: rows.upperBound, by: KMeansData.lanes) {
                    let found = data.distances(first, data.columns.span, 0, candidate.span)
                    for lane in 0..<min(KMeansData.lanes, rows.upperBound - first) {
                        out.append(
                            min(found[lane], nearest?.blocks[block][first + lane - rows.lowerBound] ?? .infinity))
                    }
                }
                return out
            }
        }
        return candidates.indices.map { candidate in Nearest(parts.map { $0[candidate] }) }
    }

    /// Squared distances of all rows, in blocks, with the sum of each block.
    private struct Nearest: Sendable {
        let blocks: [[Double]]
        private let sums: [Double]
        let total: Double

        init(_ blocks: [[Double]]) {
            self.blocks = blocks
            sums = blocks.map { $0.reduce(0, +) }
            total = sums.reduce(0, +)
        }

        /// The row at the share `uniform` of the total: rows are met in proportion to their squared distance.
        func pick(_ uniform: Double) -> Int {
            var left = uniform * total
            var last = 0
            for (block, sum) in sums.enumerated() {
                if left >= sum, block + 1 < sums.count {
                    left -= sum
                    continue
                }
                for (place, value) in blocks[block].enumerated() where value > 0 {
                    last = block * KMeansData.blockSize + place
                    if left < value { return last }
                    left -= value
                }
            }
            return last
        }
    }
}
