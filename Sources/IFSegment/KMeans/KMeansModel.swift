public import IFCore

/// Centroids, and the segment of every row that was fitted.
public struct KMeansModel: SegmentModel, Hashable, Codable {
    /// Names of the features.
    public let featureNames: [String]
    /// `segmentCount * featureNames.count` coordinates, segment after segment, in the units of the features.
    public let centroids: [Double]
    /// Segment of each fitted row.
    public let labels: [Int32]
    /// Fitted rows of each segment.
    public let sizes: [Int]
    /// Sum of squared distances of the fitted rows from their centroids.
    public let inertia: Double
    /// Iterations of the start that won.
    public let iterations: Int
    /// Whether that start ended before its last allowed iteration.
    public let hasConverged: Bool
    /// Segments asked for; ``segmentCount`` is less where there are fewer different rows.
    public let requestedSegmentCount: Int
    /// Subtracted from features before distances are taken, for precision; the mean of the fitted rows.
    let center: [Double]

    /// Number of segments.
    public var segmentCount: Int { featureNames.isEmpty ? 0 : centroids.count / featureNames.count }

    /// The centroids as rows.
    public var centroidMatrix: FeatureMatrix {
        FeatureMatrix(names: featureNames, rowCount: segmentCount, values: centroids)
    }

    /// The nearest centroid of each row; of equally near ones the first. On the fitted rows these are ``labels``.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on another number of columns; ``IFError/Code/invalidData`` on a number
    ///   that is not finite.
    /// - Complexity: O(rows × columns × segments)
    public func assign(_ features: FeatureMatrix) throws -> [Int32] {
        try features.requireUsable(columns: featureNames.count)
        let data = KMeansData(features, means: center)
        return data.assign(0..<features.rowCount, data.centered(centroids)).labels
    }
}
