/// A configured way to divide rows of features into segments.
///
/// The trivial conformer is ``SingleSegmenter``.
public protocol Segmenter<Model>: Sendable {
    /// What fitting yields.
    associatedtype Model: SegmentModel

    /// Learns the segments.
    ///
    /// - Throws: ``IFError`` on unusable data; `CancellationError` when the task is cancelled.
    @concurrent
    func fit(_ features: FeatureMatrix, in context: RunContext) async throws -> Model
}

/// Fitted segments.
public protocol SegmentModel: Sendable {
    /// Number of segments.
    var segmentCount: Int { get }
    /// Segment of each row that was fitted.
    var labels: [Int32] { get }
    /// Segment of each row of other features of the same width.
    func assign(_ features: FeatureMatrix) throws -> [Int32]
}

/// Rows of numbers with named columns, row-major.
public struct FeatureMatrix: Hashable, Sendable {
    /// Column names.
    public let names: [String]
    /// Rows.
    public let rowCount: Int
    /// `rowCount * names.count` numbers, row after row.
    public let values: [Double]

    /// Takes over the numbers.
    ///
    /// - Precondition: `values` has `rowCount * names.count` elements.
    public init(names: [String], rowCount: Int, values: [Double]) {
        precondition(
            values.count == rowCount * names.count, "features of another size than \(rowCount) × \(names.count)")
        self.names = names
        self.rowCount = rowCount
        self.values = values
    }

    /// Columns.
    public var columnCount: Int { names.count }

    /// The numbers of a row.
    public subscript(row: Int) -> ArraySlice<Double> { values[row * columnCount..<(row + 1) * columnCount] }
}
