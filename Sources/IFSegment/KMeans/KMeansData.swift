import IFCore

/// Features column after column, less their means: distances then lose no digits to a common offset, and eight rows
/// are computed at once.
struct KMeansData: Sendable {
    /// Rows computed at once; columns are padded to a multiple of it.
    static let lanes = 8
    /// Rows of a block of work.
    static let blockSize = 1 << 12

    let rowCount: Int
    let width: Int
    let means: [Double]
    /// `width` columns of `stride` numbers.
    let columns: [Double]
    private let stride: Int

    init(_ features: FeatureMatrix, means given: [Double]? = nil) {
        rowCount = features.rowCount
        width = features.columnCount
        stride = (features.rowCount + Self.lanes - 1) / Self.lanes * Self.lanes
        let width = width
        let means = given ?? Self.means(features)
        self.means = means
        var columns = [Double](repeating: 0, count: width * stride)
        for row in 0..<rowCount {
            for column in 0..<width {
                columns[column * stride + row] = features.values[row * width + column] - means[column]
            }
        }
        self.columns = columns
    }

    var blocks: BlockRanges { BlockRanges(rowCount: rowCount, blockSize: Self.blockSize) }

    /// Mean over the features of their variance (n), which the tolerance is relative to.
    var meanVariance: Double {
        let squares = columns.reduce(0) { $0 + $1 * $1 }  // Columns have mean 0, padding is 0.
        return squares / Double(max(1, rowCount * width))
    }

    func row(_ row: Int) -> [Double] { (0..<width).map { columns[$0 * stride + row] } }

    func centered(_ centroids: [Double]) -> [Double] {
        centroids.enumerated().map { $1 - means[$0 % width] }
    }

    func uncentered(_ centroids: [Double]) -> [Double] {
        centroids.enumerated().map { $1 + means[$0 % width] }
    }

    private static func means(_ features: FeatureMatrix) -> [Double] {
        var sums = [Double](repeating: 0, count: features.columnCount)
        for row in 0..<features.rowCount {
            for column in 0..<features.columnCount {
                sums[column] += features.values[row * features.columnCount + column]
            }
        }
        return sums.map { $0 / Double(max(1, features.rowCount)) }
    }

    /// Squared distances of eight rows from a centroid.
    @inline(__always)
    func distances(_ first: Int, _ columns: Span<Double>, _ centroid: Int, _ centroids: Span<Double>) -> SIMD8<Double> {
        var sum = SIMD8<Double>.zero
        for column in 0..<width {
            var values = SIMD8<Double>.zero
            for lane in 0..<Self.lanes { values[lane] = columns[column * stride + first + lane] }
            let difference = values - SIMD8(repeating: centroids[centroid * width + column])
            sum += difference * difference
        }
        return sum
    }

    /// Labels and sums of all rows.
    func assign(_ centroids: [Double], in context: RunContext) async throws -> KMeansSweep {
        let blocks = blocks
        let parts = try await context.mapBlocks(blocks.count) { assign(blocks[$0], centroids) }
        return KMeansSweep(joining: parts)
    }

    /// Labels and sums of a range of rows that begins at a multiple of ``lanes``.
    func assign(_ rows: Range<Int>, _ centroids: [Double]) -> KMeansSweep {
        let count = centroids.count / max(1, width)
        var sweep = KMeansSweep(segmentCount: count, width: width, rowCount: rows.count)
        let points = columns.span
        let centers = centroids.span
        for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: Self.lanes) {
            var best = distances(first, points, 0, centers)
            var label = SIMD8<Int64>.zero
            for segment in 1..<max(1, count) {
                let next = distances(first, points, segment, centers)
                let isNearer = next .< best
                best.replace(with: next, where: isNearer)
                label.replace(with: SIMD8(repeating: Int64(segment)), where: isNearer)
            }
            for lane in 0..<min(Self.lanes, rows.upperBound - first) {
                let segment = Int(label[lane])
                sweep.labels.append(Int32(truncatingIfNeeded: segment))
                sweep.distances.append(best[lane])
                sweep.inertia += best[lane]
                sweep.counts[segment] += 1
                for column in 0..<width {
                    sweep.sums[segment * width + column] += points[column * stride + first + lane]
                }
            }
        }
        return sweep
    }
}

/// What one pass over rows finds: each row's segment and squared distance, each segment's rows and their sum.
struct KMeansSweep: Sendable {
    var labels: [Int32] = []
    var distances: [Double] = []
    var counts: [Int]
    var sums: [Double]
    var inertia = 0.0

    init(segmentCount: Int, width: Int, rowCount: Int) {
        counts = Array(repeating: 0, count: segmentCount)
        sums = Array(repeating: 0, count: segmentCount * width)
        labels.reserveCapacity(rowCount)
        distances.reserveCapacity(rowCount)
    }

    /// Adds blocks up in block order, so that the sums do not depend on the workers.
    init(joining parts: [KMeansSweep]) {
        counts = Array(repeating: 0, count: parts.first?.counts.count ?? 0)
        sums = Array(repeating: 0, count: parts.first?.sums.count ?? 0)
        for part in parts {
            labels.append(contentsOf: part.labels)
            distances.append(contentsOf: part.distances)
            inertia += part.inertia
            for index in counts.indices { counts[index] += part.counts[index] }
            for index in sums.indices { sums[index] += part.sums[index] }
        }
    }
}
