import IFCore

/// One start, improved by Lloyd's iteration.
struct KMeansRun: Sendable {
    private(set) var centroids: [Double]
    private(set) var counts: [Int] = []
    private(set) var inertia = 0.0
    private(set) var iterations = 0
    private(set) var hasConverged = false
    private let width: Int

    init(
        _ data: KMeansData, _ start: [Double], _ configuration: KMeans.Configuration, in context: RunContext
    ) async throws {
        centroids = start
        width = data.width
        let limit = configuration.tolerance * data.meanVariance
        var labels: [Int32] = []
        var isExact = false
        while iterations < configuration.maximalIterations, !hasConverged {
            var sweep = try await data.assign(centroids, in: context)
            iterations += 1
            relocateEmpty(&sweep, data)
            let moved = update(sweep)
            isExact = sweep.labels == labels
            hasConverged = isExact || moved <= limit
            labels = sweep.labels
        }
        // Labels and inertia belong to the final centroids.
        let final = try await data.assign(centroids, in: context)
        (counts, inertia) = (final.counts, final.inertia)
        dropEmpty()
    }

    /// Moves the centroids to the means of their rows; returns the sum of squared moves.
    private mutating func update(_ sweep: KMeansSweep) -> Double {
        var moved = 0.0
        for segment in sweep.counts.indices where sweep.counts[segment] > 0 {
            for column in 0..<width {
                let place = segment * width + column
                let mean = sweep.sums[place] / Double(sweep.counts[segment])
                moved += (mean - centroids[place]) * (mean - centroids[place])
                centroids[place] = mean
            }
        }
        return moved
    }

    /// Gives every segment without rows the row that is farthest from its own centroid (of equals the first).
    private func relocateEmpty(_ sweep: inout KMeansSweep, _ data: KMeansData) {
        let empty = sweep.counts.indices.filter { sweep.counts[$0] == 0 }
        guard !empty.isEmpty else { return }
        let distances = sweep.distances
        let farthest = distances.indices.sorted { (distances[$1], $0) < (distances[$0], $1) }
        for (segment, row) in zip(empty, farthest) where distances[row] > 0 {
            let old = Int(sweep.labels[row])
            guard sweep.counts[old] > 1 else { continue }
            for (column, value) in data.row(row).enumerated() {
                sweep.sums[segment * width + column] = value
                sweep.sums[old * width + column] -= value
            }
            sweep.counts[segment] = 1
            sweep.counts[old] -= 1
        }
    }

    /// Where rows coincide, a segment may stay without any; it is left out.
    private mutating func dropEmpty() {
        let kept = counts.indices.filter { counts[$0] > 0 }
        guard kept.count < counts.count else { return }
        centroids = kept.flatMap { centroids[$0 * width..<($0 + 1) * width] }
        counts = kept.map { counts[$0] }
    }

    /// Segments in the order that they are numbered by.
    func order(_ order: KMeans.SegmentOrder) -> [Int] {
        func centroid(_ segment: Int) -> ArraySlice<Double> { centroids[segment * width..<(segment + 1) * width] }
        return counts.indices.sorted { left, right in
            if order == .descendingSize, counts[left] != counts[right] { return counts[left] > counts[right] }
            return centroid(left).lexicographicallyPrecedes(centroid(right))
        }
    }
}
