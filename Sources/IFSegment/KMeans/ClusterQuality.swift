public import IFCore

/// How well segments stand apart, from the data alone.
public struct ClusterQuality: Hashable, Sendable, Codable {
    /// Davies–Bouldin index (doi:10.1109/TPAMI.1979.4766909), at least 0: mean over the segments of the worst ratio of
    /// scatter to distance. Less is better; 0 for one segment.
    public let daviesBouldin: Double
    /// Caliński–Harabasz index (doi:10.1080/03610927408827101), at least 0: spread between over spread within segments.
    /// More is better; 0 for one segment.
    public let calinskiHarabasz: Double

    /// Measures segments.
    ///
    /// - Parameters:
    ///   - features: What the segments were made of.
    ///   - labels: Segment of each row, from 0.
    /// - Throws: ``IFError/Code/emptyData``, ``IFError/Code/invalidData`` on unusable features.
    /// - Complexity: O(rows × columns + segments² × columns)
    /// - Precondition: One label a row, none negative.
    public init(_ features: FeatureMatrix, labels: [Int32]) throws {
        try features.requireUsable()
        precondition(labels.count == features.rowCount, "one label a row is needed")
        let width = features.columnCount
        let count = Int(labels.max() ?? 0) + 1
        var sizes = [Double](repeating: 0, count: count)
        var centers = [Double](repeating: 0, count: count * width)
        var mean = [Double](repeating: 0, count: width)
        for (row, label) in labels.enumerated() {
            sizes[Int(label)] += 1
            for column in 0..<width {
                centers[Int(label) * width + column] += features.values[row * width + column]
                mean[column] += features.values[row * width + column]
            }
        }
        let used = (0..<count).filter { sizes[$0] > 0 }
        for segment in used {
            for column in 0..<width { centers[segment * width + column] /= sizes[segment] }
        }
        mean = mean.map { $0 / Double(labels.count) }
        var scatter = [Double](repeating: 0, count: count)
        var within = 0.0
        for (row, label) in labels.enumerated() {
            let square = Self.square(features[row], centers[Int(label) * width..<(Int(label) + 1) * width])
            scatter[Int(label)] += square.squareRoot() / sizes[Int(label)]
            within += square
        }
        func center(_ segment: Int) -> ArraySlice<Double> { centers[segment * width..<(segment + 1) * width] }
        guard used.count > 1 else {
            (daviesBouldin, calinskiHarabasz) = (0, 0)
            return
        }
        var worst = 0.0
        for a in used {
            worst += used.reduce(0.0) { most, b in
                let distance = Self.square(center(a), center(b)).squareRoot()
                return a == b || distance == 0 ? most : max(most, (scatter[a] + scatter[b]) / distance)
            }
        }
        daviesBouldin = worst / Double(used.count)
        let between = used.reduce(0.0) { $0 + sizes[$1] * Self.square(center($1), mean[...]) }
        let degrees = Double(labels.count - used.count) / Double(used.count - 1)
        calinskiHarabasz = within == 0 ? 1 : between / within * degrees
    }

    private static func square(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}
