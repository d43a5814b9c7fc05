/// Puts everyone into one segment: the trivial segmenter.
public struct SingleSegmenter: Segmenter {
    /// Creates the segmenter.
    public init() {}

    @concurrent
    public func fit(_ features: FeatureMatrix, in context: RunContext) async throws -> SingleSegmentModel {
        SingleSegmentModel(labels: Array(repeating: 0, count: features.rowCount))
    }
}

/// Everyone in segment 0.
public struct SingleSegmentModel: SegmentModel {
    public let labels: [Int32]
    public var segmentCount: Int { 1 }

    public func assign(_ features: FeatureMatrix) throws -> [Int32] { Array(repeating: 0, count: features.rowCount) }
}
