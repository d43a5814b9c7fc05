public import IFCore

/// k-means: segments around centroids, with the least sum of squared distances that several starts find.
///
/// 1. Starts are drawn by greedy k-means++ (D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful
///    seeding", SODA 2007): each further centroid is the best of 2 + ⌊ln k⌋ rows drawn with probability proportional to
///    the squared distance from the nearest centroid so far.
/// 2. Each start is improved by Lloyd's iteration (S. Lloyd, doi:10.1109/TIT.1982.1056489) until no row changes its
///    segment, or the centroids move less than ``Configuration/tolerance``. A segment that loses all its rows takes
///    over the row farthest from its centroid.
/// 3. The start with the least inertia wins; of equals, the first.
/// 4. Rows are labelled once more by the final centroids, so that ``KMeansModel/labels`` are what
///    ``KMeansModel/assign(_:)`` gives. Where a start ended by the tolerance, the centroids are the means of the labels
///    before that, which a few rows have left since; with a tolerance of 0 they are the means of the labels themselves.
/// 5. Segments are renumbered (``Configuration/order``), so that labels do not depend on the luck of the draw.
///
/// Agrees with scikit-learn's `KMeans(algorithm="lloyd")` in all steps (the same start gives the same labels); it
/// differs in the number of starts (10 unless told otherwise, there 1), the random numbers and the order of segments.
///
/// Distances are not scaled: standardise features of different units first.
public struct KMeans: Segmenter {
    /// How segments are numbered.
    public enum SegmentOrder: String, Hashable, Sendable, Codable, CaseIterable {
        /// The largest segment is 0; equal sizes in ascending order of their centroids.
        case descendingSize
        /// Ascending centroids: by the first feature, then the next.
        case ascendingCentroid
    }

    /// The options.
    public struct Configuration: Hashable, Sendable, Codable {
        /// Segments wanted, k. At least 2 and at most the number of different rows are made.
        public var segmentCount: Int
        /// Independent starts, at least 1.
        public var starts: Int
        /// Sweeps of one start, at least 1.
        public var maximalIterations: Int
        /// The sum of squared moves of the centroids below which a start ends, relative to the mean variance of the
        /// features. 0 goes on until no label changes.
        public var tolerance: Double
        /// How segments are numbered.
        public var order: SegmentOrder

        /// Creates options: 10 segments, 10 starts, at most 300 iterations, tolerance 1e-4, the largest segment first.
        public init(
            segmentCount: Int = 10, starts: Int = 10, maximalIterations: Int = 300, tolerance: Double = 1e-4,
            order: SegmentOrder = .descendingSize
        ) {
            self.segmentCount = segmentCount
            self.starts = starts
            self.maximalIterations = maximalIterations
            self.tolerance = tolerance
            self.order = order
        }
    }

    /// The options.
    public let configuration: Configuration

    /// Creates the segmenter.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Fits from random starts.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on options out of range; ``IFError/Code/emptyData``;
    ///   ``IFError/Code/invalidData`` with row and column of a number that is not finite; `CancellationError`.
    /// - Complexity: O(rows × columns × segments) for each start and iteration.
    @concurrent
    public func fit(_ features: FeatureMatrix, in context: RunContext) async throws -> KMeansModel {
        try check(features)
        let data = KMeansData(features)
        let wanted = min(max(configuration.segmentCount, 2), features.rowCount)
        var best: KMeansRun?
        for start in 0..<configuration.starts {
            var stream = context.random.stream("kmeans/start", block: start)
            let centroids = try await KMeansPlusPlus(data, count: wanted, in: context).draw(&stream)
            let run = try await KMeansRun(data, centroids, configuration, in: context)
            if best.map({ run.inertia < $0.inertia }) ?? true { best = run }
            context.progress(
                Progress(
                    stage: "kmeans", completed: start + 1, total: configuration.starts, unit: "starts",
                    metrics: ["inertia": run.inertia, "iterations": Double(run.iterations)]))
        }
        guard let best else { throw IFError(.invalidArgument, "at least one start is needed") }
        return try await model(best, data, features, in: context)
    }

    /// Fits from given centroids, in one start.
    ///
    /// - Parameter centroids: Row-major, as many columns as `features`.
    /// - Throws: As ``fit(_:in:)``; ``IFError/Code/invalidArgument`` where the centroids do not fit the features.
    @concurrent
    public func fit(
        _ features: FeatureMatrix, startingAt centroids: FeatureMatrix, in context: RunContext
    ) async throws -> KMeansModel {
        try check(features)
        try centroids.requireUsable()
        try centroids.requireUsable(columns: features.columnCount)
        guard centroids.rowCount <= features.rowCount else {
            throw IFError(.invalidArgument, "there are more centroids than rows")
        }
        let data = KMeansData(features)
        let start = data.centered(centroids.values)
        let run = try await KMeansRun(data, start, configuration, in: context)
        return try await model(run, data, features, in: context)
    }

    private func check(_ features: FeatureMatrix) throws {
        func positive(_ value: Int, _ key: String) throws {
            guard value >= 1 else { throw IFError(.invalidArgument, "must be at least 1, is \(value)", key: key) }
        }
        try positive(configuration.segmentCount, "segmentCount")
        try positive(configuration.starts, "starts")
        try positive(configuration.maximalIterations, "maximalIterations")
        guard configuration.tolerance >= 0 else {
            throw IFError(.invalidArgument, "must not be negative, is \(configuration.tolerance)", key: "tolerance")
        }
        try features.requireUsable()
    }

    /// Renumbers the segments and labels the rows once more by the final centroids.
    private func model(
        _ run: KMeansRun, _ data: KMeansData, _ features: FeatureMatrix, in context: RunContext
    ) async throws -> KMeansModel {
        let order = run.order(configuration.order)
        let width = features.columnCount
        let sorted = order.flatMap { run.centroids[$0 * width..<($0 + 1) * width] }
        // Rounded as the model holds them, so that assign(_:) gives the labels to the last bit.
        let centroids = data.uncentered(sorted)
        let sweep = try await data.assign(data.centered(centroids), in: context)
        return KMeansModel(
            featureNames: features.names, centroids: centroids, labels: sweep.labels,
            sizes: sweep.counts, inertia: sweep.inertia, iterations: run.iterations, hasConverged: run.hasConverged,
            requestedSegmentCount: configuration.segmentCount, center: data.means)
    }
}
