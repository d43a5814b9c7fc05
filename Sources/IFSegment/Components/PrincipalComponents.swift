public import IFCore
import IFLinearAlgebra

/// Principal components: the directions in which rows of features differ most (for charts of segments).
///
/// The sign of a component is arbitrary; here its coordinate of greatest magnitude is positive.
public struct PrincipalComponents: Hashable, Sendable, Codable {
    /// Mean of each feature.
    public let means: [Double]
    /// One unit vector a component, row after row, the greatest variance first.
    public let components: [Double]
    /// Variance (n − 1) along each component.
    public let variances: [Double]
    /// Share of the whole variance that each component has, in 0...1; all 0 where there is no variance.
    public let varianceShares: [Double]

    /// Finds the first `count` components of the covariance matrix.
    ///
    /// - Throws: ``IFError/Code/emptyData``, ``IFError/Code/invalidData`` on unusable features;
    ///   ``IFError/Code/invalidArgument`` where `count` is not in 1...columns.
    /// - Complexity: O(rows × columns² + columns³)
    public init(_ features: FeatureMatrix, count: Int = 2) throws {
        try features.requireUsable()
        let width = features.columnCount
        guard (1...width).contains(count) else {
            throw IFError(.invalidArgument, "\(count) components of \(width) features are not possible", key: "count")
        }
        var means = [Double](repeating: 0, count: width)
        for row in 0..<features.rowCount {
            for column in 0..<width { means[column] += features.values[row * width + column] }
        }
        means = means.map { $0 / Double(features.rowCount) }
        let covariance = Self.covariance(features, means)
        let (values, vectors) = try SymmetricEigen.decompose(covariance, n: width)
        let order = (0..<count).map { width - 1 - $0 }
        self.means = means
        components = order.flatMap { vectors[$0 * width..<($0 + 1) * width] }
        variances = order.map { max(0, values[$0]) }
        let total = values.reduce(0) { $0 + max(0, $1) }
        varianceShares = variances.map { total > 0 ? $0 / total : 0 }
    }

    /// Components found.
    public var count: Int { variances.count }

    /// Coordinates along the components: columns `pc1`, `pc2`, ….
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on another number of columns than were fitted;
    ///   ``IFError/Code/invalidData`` on a number that is not finite.
    public func transform(_ features: FeatureMatrix) throws -> FeatureMatrix {
        try features.requireUsable(columns: means.count)
        let width = means.count
        var out: [Double] = []
        out.reserveCapacity(features.rowCount * count)
        for row in 0..<features.rowCount {
            for component in 0..<count {
                var sum = 0.0
                for column in 0..<width {
                    sum +=
                        (features.values[row * width + column] - means[column]) * components[component * width + column]
                }
                out.append(sum)
            }
        }
        return FeatureMatrix(names: (1...count).map { "pc\($0)" }, rowCount: features.rowCount, values: out)
    }

    private static func covariance(_ features: FeatureMatrix, _ means: [Double]) -> [Double] {
        let width = means.count
        var sums = [Double](repeating: 0, count: width * width)
        for row in 0..<features.rowCount {
            for a in 0..<width {
                let left = features.values[row * width + a] - means[a]
                for b in 0...a { sums[a * width + b] += left * (features.values[row * width + b] - means[b]) }
            }
        }
        for a in 0..<width { for b in 0..<a { sums[b * width + a] = sums[a * width + b] } }
        return sums.map { $0 / Double(max(1, features.rowCount - 1)) }
    }
}
