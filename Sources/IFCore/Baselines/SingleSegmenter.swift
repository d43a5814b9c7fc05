/// Puts everyone into one segment: the trivial segmenter.
public struct SingleSegmenter: Segmenter {
    /// Creates the segmenter.
    public init() {}

    /// Learns from the data.
    @concurrent
    public func fit(_ features: FeatureMatrix, in context: RunContext) async throws -> SingleSegmentModel {
        try Task.checkCancellation()
        try features.requireUsable()
        return SingleSegmentModel(
            labels: Array(repeating: 0, count: features.rowCount), columnCount: features.columnCount)
    }
}

/// Everyone in segment 0.
public struct SingleSegmentModel: SegmentModel {
    /// Segment of each row that was fitted.
    public let labels: [Int32]
    let columnCount: Int
    /// Number of segments.
    public var segmentCount: Int { 1 }

    /// Segment of each row.
    public func assign(_ features: FeatureMatrix) throws -> [Int32] {
        try features.requireUsable(columns: columnCount)
        return Array(repeating: 0, count: features.rowCount)
    }
}
