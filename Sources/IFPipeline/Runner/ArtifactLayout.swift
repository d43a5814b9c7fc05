import IFCore
public import IFStore

/// The families of runs that the pipeline writes, in the places the configuration names or the contract gives.
public struct ArtifactLayout: Sendable {
    /// What all places have in common that nothing else is said of: `recsys` by default.
    let base: String
    /// Orders with completed intervals.
    public let imputed: RunFamily
    /// Intervals before and after imputation.
    public let imputationCheck: RunFamily
    /// Ratings and features of user–product pairs.
    public let features: RunFamily
    /// Trained models.
    public let models: RunFamily
    /// Metrics of the model.
    public let evaluation: RunFamily
    /// Reranked lists and their metrics.
    public let reranked: RunFamily
    /// Users with R, F, M and segment.
    public let userSegments: RunFamily
    /// Popular products of each segment.
    public let segmentPopularity: RunFamily
    /// Files for marketing and language models.
    public let exports: RunFamily
    /// Charts of all evaluations.
    public let evaluationCharts: RunFamily
    /// Charts of the segments.
    public let segmentCharts: RunFamily
    /// Diagnostics of segmentation.
    public let debug: RunFamily
    /// The page about the runs.
    public let reports: RunFamily

    /// The layout that a configuration asks for; s3:// locations count from below their bucket.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` for a location that leaves the root.
    public init(_ configuration: RecsysConfiguration) throws {
        let prefix = Self.prefix
        let s3 = configuration.s3
        let base = prefix(s3.baseOutput, "recsys")
        self.base = base
        let eval = prefix(s3.evalOutBase ?? s3.evalOutput, "\(base)/eval")
        imputed = try RunFamily(prefix: Self.imputedPrefix(s3), latest: .sameNames)
        imputationCheck = try RunFamily(prefix: "\(base)/imputation_check", latest: .sameNames)
        features = try RunFamily(
            prefix: Self.featuresPrefix(s3),
            latest: LatestLayout(["ratings": "ratings.parquet", "upi_features": "upi_features.parquet"]))
        models = try RunFamily(prefix: "\(base)/models", runPrefix: "als-")
        evaluation = try RunFamily(prefix: eval, runPrefix: "als-")
        reranked = try RunFamily(prefix: eval, runPrefix: "als-postrank-")
        userSegments = try RunFamily(
            prefix: Self.withoutLatest(prefix(configuration.data.userSegS3, "\(base)/user_seg")), latest: .sameNames)
        segmentPopularity = try RunFamily(
            prefix: Self.withoutLatest(prefix(configuration.data.segmentPopS3, "\(base)/segment_popularity")),
            latest: .sameNames)
        exports = try RunFamily(prefix: "\(base)/exports")
        let charts = prefix(s3.evalChartsBase ?? configuration.reporting.evalChartsRoot, "\(base)/eval_charts")
        evaluationCharts = try RunFamily(
            prefix: charts, runPrefix: "publish-", latest: LatestLayout(["index.json": "index.json"]))
        segmentCharts = try RunFamily(prefix: charts, runPrefix: "rfm_analysis-")
        debug = try RunFamily(prefix: "\(base)/debug", runPrefix: "user-seg-")
        reports = try RunFamily(prefix: "\(base)/reports", latest: .sameNames)
        var places: [String: String] = [:]
        for (name, family) in named {
            if let other = places.updateValue(name, forKey: "\(family.prefix)/\(family.runPrefix)") {
                throw IFError(
                    .invalidConfiguration,
                    "\(other) and \(name) would share a folder; give them different paths (the root takes the place of "
                        + "every bucket)", key: family.prefix)
            }
        }
    }

    /// All families, by the name under which `insightflow runs` knows them.
    public var named: [(name: String, family: RunFamily)] {
        [
            ("imputed", imputed), ("imputation-check", imputationCheck), ("features", features), ("models", models),
            ("evaluation", evaluation), ("reranked", reranked), ("user-segments", userSegments),
            ("segment-popularity", segmentPopularity), ("exports", exports),
            ("evaluation-charts", evaluationCharts), ("segment-charts", segmentCharts), ("debug", debug),
            ("reports", reports),
        ]
    }

    private static func prefix(_ configured: String?, _ standard: String) -> String {
        guard let configured, !configured.isEmpty else { return standard }
        return pathBelowRoot(configured)
    }

    /// Imputed orders go where `mice_orders_out` says, else to where readers look for the latest, else to their place
    /// in the tree of the cleaned data.
    private static func imputedPrefix(_ s3: RecsysConfiguration.Locations) -> String {
        if s3.miceOrdersOut == nil, let latest = s3.miceOrdersLatest { return withoutLatest(pathBelowRoot(latest)) }
        return prefix(s3.miceOrdersOut, "\(prefix(s3.rawAfterClean, "after-clean"))/after-MICE")
    }

    /// The same of ratings and features, in the tree of the transformed data.
    private static func featuresPrefix(_ s3: RecsysConfiguration.Locations) -> String {
        if s3.upiFeaturesOut == nil, let latest = s3.ratingsLatest { return withoutLatest(pathBelowRoot(latest)) }
        return prefix(s3.upiFeaturesOut, "\(prefix(s3.rawAfterTransformation, "after-transformation"))/upi_features")
    }

    /// Keys that name a place other than the one that another key gives, each with the reason.
    static func unusedKeys(_ configuration: RecsysConfiguration) -> [String] {
        let s3 = configuration.s3
        var keys: [String] = []
        func check(_ key: String, _ latest: String?, against out: String, _ prefix: String) {
            guard let latest, withoutLatest(pathBelowRoot(latest)) != prefix else { return }
            keys.append("\(key) (\(out) puts them below \(prefix))")
        }
        check("s3.mice_orders_latest", s3.miceOrdersLatest, against: "s3.mice_orders_out", imputedPrefix(s3))
        check("s3.ratings_latest", s3.ratingsLatest, against: "s3.upi_features_out", featuresPrefix(s3))
        if let root = s3.rawAfterTransformation, !featuresPrefix(s3).hasPrefix("\(pathBelowRoot(root))/") {
            keys.append("s3.raw_after_transformation (features lie below \(featuresPrefix(s3)))")
        }
        return keys
    }

    /// Whether imputed orders lie in the tree that `s3.raw_after_clean` names.
    static func cleanedTreeHoldsImputed(_ s3: RecsysConfiguration.Locations) -> Bool {
        s3.rawAfterClean.map { imputedPrefix(s3).hasPrefix("\(pathBelowRoot($0))/") } ?? false
    }

    /// `s3://bucket/a/b/` becomes `a/b`: the part below the root that takes the bucket's place.
    private static func pathBelowRoot(_ location: String) -> String {
        var path = Substring(location)
        if let scheme = path.firstRange(of: "://") {
            path = path[scheme.upperBound...]
            path = path.firstIndex(of: "/").map { path[path.index(after: $0)...] } ?? ""
        }
        return String(path.split(separator: "/", omittingEmptySubsequences: true).joined(separator: "/"))
    }

    /// Readers are configured with `…/latest/x.parquet`; the family is what stands before `latest`.
    private static func withoutLatest(_ path: String) -> String {
        let parts = path.split(separator: "/")
        if let latest = parts.firstIndex(of: "latest") { return parts[..<latest].joined(separator: "/") }
        return (parts.last?.hasSuffix(".parquet") == true ? parts.dropLast() : parts[...]).joined(separator: "/")
    }
}
