import FoundationEssentials
import IFCore
import IFSegment
import IFStore

/// Users by recency, frequency and monetary value, and what sells in each segment.
struct SegmentStage: PipelineStage {
    let name = StageName.segment

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        [
            "input": try await workspace.fingerprintOfInput(), "input-rules": try workspace.inputRules(),
            "configuration": try ArtifactJSON.line(workspace.configuration.seg),
        ]
    }

    func families(in workspace: Workspace) async throws -> [RunFamily] {
        let layout = workspace.layout
        // Without items there is nothing popular, so the segments stand alone.
        return try await workspace.wasSkipped(.ratings)
            ? [layout.userSegments, layout.debug] : [layout.userSegments, layout.segmentPopularity, layout.debug]
    }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let settings = workspace.configuration.seg
        let shop = try await workspace.loadShop()
        let orders = try await workspace.imputedOrders()
        let features = try RFM(recencyCap: settings.rCap).features(ofShop: orders, trainLines: shop.trainLines)
        let (model, iterations) = try await Self.segmented(
            features.standardized, count: settings.k, in: workspace.context)
        let users = features.table(segments: model.labels)
        try await output.parquetFolder(users, "user_seg.parquet")

        var artifacts = SegmentArtifacts(users: users, popularity: nil)
        let lines = [shop.priorLines, shop.trainLines].compactMap { $0 }
        if try await !workspace.wasSkipped(.ratings), !lines.isEmpty {
            let popularity = try await SegmentPopularity(smoothing: settings.beta, topCount: settings.topN)
                .rank(lines: lines, orders: orders, segments: users, in: workspace.context)
            artifacts.popularity = popularity.table
            try await output.parquetFolder(popularity.table, "segment_popularity.parquet", family: 1)
            output.notes.append("popular products counted on \(popularity.lines) prior and train lines")
            if popularity.linesWithoutOrder > 0 {
                output.notes.append("\(popularity.linesWithoutOrder) lines have no order and are left out")
            }
        }
        output.notes += Self.remarks(features.report, model, settings)
        try await writeDiagnostics(
            output, orders: orders, users: users, model: model, iterations: iterations, report: features.report)
        output.inputs = try await workspace.inputRecords()
        output.rowsIn = orders.rowCount
        output.rowsOut = users.rowCount
        output.notes.insert("\(users.rowCount) users in \(model.segmentCount) segments", at: 0)
        // Imputation tells what was found in the input; without it this stage does.
        if try await workspace.wasSkipped(.impute) {
            output.findings = shop.notes
            output.notes += shop.notes
        }
        workspace.keep(artifacts)
    }

    /// The best of ten starts, carried on until no user changes the segment: the exported means are then the centroids,
    /// and every user is in the segment of the nearest. Few users change after the tolerance is met, and only the start
    /// that won is carried on.
    private static func segmented(
        _ features: FeatureMatrix, count: Int, in context: RunContext
    ) async throws -> (model: KMeansModel, iterations: Int) {
        let best = try await KMeans(configuration: .init(segmentCount: count)).fit(features, in: context)
        let settled = try await KMeans(configuration: .init(segmentCount: count, tolerance: 0))
            .fit(features, startingAt: best.centroidMatrix, in: context)
        return (settled, best.iterations + settled.iterations)
    }

    /// What a reader of the segments has to know: users whose recency was cut off, and segments of few users.
    private static func remarks(
        _ report: RFMFeatures.Report, _ model: KMeansModel, _ settings: RecsysConfiguration.Segmentation
    ) -> [String] {
        var remarks: [String] = []
        let users = model.labels.count
        if report.usersAboveRecencyCap > 0 {
            remarks.append(
                "recency of \(report.usersAboveRecencyCap) of \(users) users is above \(settings.rCap.brief) days and was cut "
                    + "to it (seg.r_cap): segments do not tell these users apart by recency")
        }
        let small = sizes(model).filter { $0 * 100 < users }.sorted()
        if !small.isEmpty {
            remarks.append(
                "\(small.count) of \(model.segmentCount) segments hold less than 1 % of the users each "
                    + "(\(small.prefix(5).map(String.init).joined(separator: ", "))\(small.count > 5 ? ", …" : "")): few "
                    + "users far from all others; a smaller seg.k joins them with their nearest")
        }
        return remarks
    }

    private static func sizes(_ model: KMeansModel) -> [Int] {
        var sizes = [Int](repeating: 0, count: model.segmentCount)
        for label in model.labels { sizes[Int(label)] += 1 }
        return sizes
    }

    /// What the original's driver left beside its result.
    private func writeDiagnostics(
        _ output: StageOutput, orders: Table, users: Table, model: KMeansModel, iterations: Int,
        report: RFMFeatures.Report
    ) async throws {
        struct Metrics: Encodable {
            var users: Int
            var orders: Int
            var k: Int
            var inertia: Double
            var iterations: Int
            var segmentSizes: [Int]
            var usersAboveRecencyCap: Int

            enum CodingKeys: String, CodingKey {
                case users, orders, k, inertia, iterations
                case segmentSizes = "segment_sizes"
                case usersAboveRecencyCap = "users_above_r_cap"
            }
        }
        let metrics = Metrics(
            users: users.rowCount, orders: orders.rowCount, k: model.segmentCount, inertia: model.inertia,
            iterations: iterations, segmentSizes: Self.sizes(model), usersAboveRecencyCap: report.usersAboveRecencyCap)
        let last = output.familyCount - 1
        try await output.json(metrics, "diag/metrics.json", family: last)
        try await output.json(RatingsDiagnostics.schema(of: orders), "diag/orders_schema.json", family: last)
        try await output.text(
            "orders \(orders.rowCount)\nusers \(users.rowCount)\nsegments \(model.segmentCount)\n"
                + "inertia \(model.inertia) after \(iterations) iterations\n",
            "diag/driver_log.txt", family: last)
    }
}
