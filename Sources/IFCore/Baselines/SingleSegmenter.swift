/// Puts everyone into one segment: the trivial segmenter.
public struct SingleSegmenter: Segmenter {
    /// Creates the segmenter.
    public init() {}

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
    public let labels: [Int32]
    let columnCount: Int
    public var segmentCount: Int { 1 }

    public func assign(_ features: FeatureMatrix) throws -> [Int32] {
        try features.requireUsable(columns: columnCount)
        return Array(repeating: 0, count: features.rowCount)
    }
}
