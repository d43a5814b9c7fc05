import FoundationEssentials
import IFCore
import IFFiles
import IFSegment
import IFStore

/// Tables for marketing and lines for language models.
struct ExportStage: PipelineStage {
    let name = StageName.export

    func obstacle(in workspace: Workspace) async throws -> String? {
        try await workspace.wasSkipped(.ratings)
            ? "the input has no items, so the segments have no popular products to export" : nil
    }

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        [
            "configuration": try ArtifactJSON.line(Self.configuration(workspace)),
            "names": try await workspace.fingerprintOfKeptProductNames(),
        ]
    }

    func families(in workspace: Workspace) throws -> [RunFamily] {
        [workspace.layout.exports, workspace.layout.segmentCharts]
    }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let artifacts = try await workspace.segments()
        guard let popularity = artifacts.popularity else {
            throw Workspace.missing(.segment, needs: "segment_popularity.parquet")
        }
        let exports = try SegmentExports(
            users: artifacts.users, popularity: popularity, configuration: Self.configuration(workspace),
            random: workspace.context.random)
        let recommendations = exports.userRecommendations()
        try CSVWriter.write(
            exports.overview(timestamp: output.timestamp.description), to: output.path("data/overview.csv"))
        try await output.parquet(exports.centroids(), "data/centroids.parquet")
        try await output.parquet(exports.segmentTop(), "data/segment_topn.parquet")
        try await output.parquet(exports.highValueUsers(), "data/users_high_value.parquet")
        try await output.parquet(exports.randomUsers(), "data/users_random.parquet")
        try CSVWriter.write(recommendations, to: output.path("data/user_recos.csv"))
        try await output.parquet(recommendations, "data/user_recos.parquet")
        let profiles = exports.profiles()
        try await output.text(Self.lines(profiles), "data/bedrock_inputs.jsonl")
        try await output.text(Self.lines(exports.batchRecords { $0 }), "data/bedrock_batch.jsonl")
        try await output.json(
            ExportIndex(
                run: output.runName(), exportedAt: ArtifactJSON.timestamp(workspace.context.now()),
                sources: try await Self.sources(workspace), artifacts: Self.artifacts),
            "index.json")
        let pictures = try await Self.pictures(artifacts.users, popularity, exports, in: workspace).charts()
        try await output.pictures(pictures, family: 1)
        try await output.json(
            ExportIndex(
                run: output.runName(1), exportedAt: ArtifactJSON.timestamp(workspace.context.now()),
                sources: try await Self.sources(workspace),
                artifacts: Dictionary(
                    pictures.map { (String($0.file.dropLast(4)), $0.file) }, uniquingKeysWith: { first, _ in first })),
            "index.json", family: 1)
        output.inputs = try await Self.sources(workspace).sorted { $0.key < $1.key }
            .map { RunInput(name: $0.key, location: $0.value) }
        output.rowsIn = artifacts.users.rowCount
        output.rowsOut = recommendations.rowCount
        output.notes = ["\(profiles.count) users for language models"]
    }

    /// The charts of the segments, where products go by the names that the store knows.
    static func pictures(
        _ users: Table, _ popularity: Table, _ exports: SegmentExports, in workspace: Workspace
    ) async throws -> SegmentPictures {
        var pictures = try SegmentPictures(
            users: users, popularity: popularity, exports: exports, random: workspace.context.random)
        if let names = try await workspace.keptProductNames() {
            pictures.names = names.names(of: try popularity.ids("product_id"))
        }
        return pictures
    }

    private static let artifacts = [
        "overview": "data/overview.csv", "centroids": "data/centroids.parquet",
        "segment_topn": "data/segment_topn.parquet", "users_high_value": "data/users_high_value.parquet",
        "users_random": "data/users_random.parquet", "user_recos_csv": "data/user_recos.csv",
        "user_recos": "data/user_recos.parquet", "bedrock_inputs": "data/bedrock_inputs.jsonl",
        "bedrock_batch": "data/bedrock_batch.jsonl",
    ]

    static func configuration(_ workspace: Workspace) -> SegmentExports.Configuration {
        SegmentExports.Configuration(rowLimit: workspace.options.compat ? 400 : nil)
    }

    private static func sources(_ workspace: Workspace) async throws -> [String: String] {
        var sources: [String: String] = [:]
        for (name, family) in [
            ("user_seg", workspace.layout.userSegments), ("segment_popularity", workspace.layout.segmentPopularity),
        ] {
            if let record = try await workspace.latest(family) { sources[name] = "\(record.key)/\(name).parquet" }
        }
        return sources
    }

    private static func lines(_ values: [some Encodable]) throws -> String {
        try values.map { try ArtifactJSON.line($0) + "\n" }.joined()
    }
}

/// The content of an export's `index.json`.
struct ExportIndex: Encodable {
    var run: String
    var exportedAt: String
    var sources: [String: String]
    var artifacts: [String: String]

    private enum CodingKeys: String, CodingKey {
        case run
        case exportedAt = "exported_at_utc"
        case sources, artifacts
    }
}
