import FoundationEssentials
import IFALS
import IFCore
import IFFiles
import IFRatings
import IFStore

/// What the stages of one pipeline run share: settings, the store, and values that are read or computed once.
///
/// Used by one task only. A value that an earlier stage of the same process computed is handed on in memory; otherwise
/// it is read from that stage's latest run.
final class Workspace {
    let configuration: RecsysConfiguration
    let options: PipelineOptions
    let input: String?
    let layout: ArtifactLayout
    let store: RunStore
    let context: RunContext

    private var shop: ShopData?
    private var inputFingerprint: String?
    private var imputed: Table?
    private var features: RatingsArtifacts?
    private var trained: ALSModel?
    private var segmented: SegmentArtifacts?
    private var keys: [StageName: StageKey] = [:]
    private var runs: [StageName: [String]] = [:]
    private var skipped: Set<StageName> = []

    init(_ pipeline: Pipeline, context: RunContext) throws {
        configuration = pipeline.configuration
        options = pipeline.options
        input = pipeline.input
        layout = try ArtifactLayout(pipeline.configuration)
        store = RunStore(root: pipeline.root)
        self.context = context
    }

    // MARK: Input

    /// The input location.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` where none was given.
    func requireInput() throws -> String {
        guard let input else {
            throw IFError(
                .invalidArgument, "this stage reads orders; pass --input DIR or set input.path in the configuration")
        }
        return input
    }

    /// Changes when the input files change.
    func fingerprintOfInput() async throws -> String {
        if let inputFingerprint { return inputFingerprint }
        let value = try await Fingerprint.of(requireInput(), in: context)
        inputFingerprint = value
        return value
    }

    /// Orders and lines, validated; read once.
    func loadShop() async throws -> ShopData {
        if let shop { return shop }
        let strictness: ShopData.Strictness = configuration.input.validation == .strict ? .strict : .lenient
        let loaded = try await ShopData.load(
            from: requireInput(), mapping: configuration.input.transactions.map { try TransactionMapping($0) },
            options: .init(strictness: strictness), in: context)
        shop = loaded
        return loaded
    }

    // MARK: Values of earlier stages

    /// Orders with completed intervals; the orders as they are where there was nothing to impute.
    func imputedOrders() async throws -> Table {
        if let imputed { return imputed }
        let table: Table
        if skipped.contains(.impute) {
            table = try await loadShop().orders
        } else if let record = try await latest(layout.imputed), let path = record.localPath("orders_imputed.parquet") {
            table = try await ParquetReader.read(path, in: context)
        } else {
            throw Self.missing(.impute, needs: "orders_imputed.parquet")
        }
        imputed = table
        return table
    }

    /// Ratings and features of user–product pairs.
    func ratings() async throws -> RatingsArtifacts {
        if let features { return features }
        guard let record = try await latest(layout.features), let ratings = record.localPath("ratings"),
            let counts = record.localPath("upi_features")
        else { throw Self.missing(.ratings, needs: "ratings") }
        let loaded = RatingsArtifacts(
            ratings: try await ParquetReader.read(ratings, in: context),
            features: try await ParquetReader.read(counts, in: context))
        features = loaded
        return loaded
    }

    /// The trained model.
    func model() async throws -> ALSModel {
        if let trained { return trained }
        guard let record = try await latest(layout.models), let folder = record.localPath("als_model") else {
            throw Self.missing(.train, needs: "als_model")
        }
        let loaded = try await ModelFiles.load(
            folder, configuration: TrainStage.configuration(self), in: context)
        trained = loaded
        return loaded
    }

    /// User segments and popular products of each.
    func segments() async throws -> SegmentArtifacts {
        if let segmented { return segmented }
        guard let users = try await latest(layout.userSegments), let path = users.localPath("user_seg.parquet") else {
            throw Self.missing(.segment, needs: "user_seg.parquet")
        }
        var popularity: Table?
        if let record = try await latest(layout.segmentPopularity),
            let folder = record.localPath("segment_popularity.parquet")
        {
            popularity = try await ParquetReader.read(folder, in: context)
        }
        let loaded = SegmentArtifacts(users: try await ParquetReader.read(path, in: context), popularity: popularity)
        segmented = loaded
        return loaded
    }

    func keep(imputed table: Table) { imputed = table }
    func keep(_ artifacts: RatingsArtifacts) { features = artifacts }
    func keep(_ model: ALSModel) { trained = model }
    func keep(_ artifacts: SegmentArtifacts) { segmented = artifacts }

    /// Drops values that no later stage reads.
    func release(after stage: StageName) {
        switch stage {
        case .rerank:
            features = nil
            trained = nil
        case .segment:
            shop = nil
            imputed = nil
        default: break
        }
    }

    // MARK: Stages

    /// Whether the stage had an obstacle in this run.
    func wasSkipped(_ stage: StageName) -> Bool { skipped.contains(stage) }

    func markSkipped(_ stage: StageName) { skipped.insert(stage) }

    func record(_ stage: StageName, key: StageKey, runs names: [String]) {
        keys[stage] = key
        runs[stage] = names
    }

    /// Runs that the stage committed or took over, in the order of its families.
    func runs(of stage: StageName) -> [String]? { runs[stage] }

    /// The key of a stage with the present settings and inputs.
    func key(of stage: any PipelineStage) async throws -> StageKey {
        var parts = try await stage.dependencies(in: self)
        parts["results"] = String(PipelineVersion.results)
        parts["seed"] = String(context.random.seed)
        parts["compat"] = String(options.compat)
        for name in stage.name.upstream { parts["upstream/\(name.rawValue)"] = try await identity(of: name) }
        return StageKey(stage: stage.name, parts: parts)
    }

    /// What the artifacts of an upstream stage are, as one text.
    private func identity(of stage: StageName) async throws -> String {
        if let key = keys[stage] { return key.digest }
        if skipped.contains(stage) { return "skipped" }
        let implementation = stage.implementation
        if let obstacle = input == nil ? nil : try await implementation.obstacle(in: self) {
            skipped.insert(stage)
            return "skipped: \(obstacle)"
        }
        guard let family = try implementation.families(in: self).first, let record = try await latest(family) else {
            throw Self.missing(stage, needs: "its artifacts")
        }
        if case .string(let key)? = record.manifest.notes["stage_key"] { return key }
        // A run of another tool: what its files hold is its identity.
        return record.manifest.files.map { "\($0.path)=\($0.sha256)" }.joined(separator: ";")
    }

    /// The latest runs of the families, where all of them carry the key.
    func finishedRuns(
        of stage: any PipelineStage, key: StageKey, families: [RunFamily]
    ) async throws -> [String]? {
        var names: [String] = []
        for family in families {
            guard let record = try await latest(family), record.manifest.notes["stage_key"] == .string(key.digest),
                record.manifest.files.allSatisfy({ file in
                    record.localPath(file.path).map(FileManager.default.fileExists(atPath:)) ?? false
                })
            else { return nil }
            names.append(record.name)
        }
        return names.isEmpty ? nil : names
    }

    func begin(_ stage: any PipelineStage, families: [RunFamily]) async throws -> StageOutput {
        let writers = try await store.begin(families, now: context.now())
        return StageOutput(families: families, writers: writers, context: context)
    }

    /// What the manifests of a stage's runs say.
    func manifest(
        of stage: any PipelineStage, key: StageKey, _ output: StageOutput, seconds: Double
    ) async throws -> RunManifestInfo {
        var info = RunManifestInfo(
            inputs: output.inputs, configuration: try configuration.manifestValue, seed: context.random.seed,
            version: PipelineVersion.current, timings: ["compute": (seconds * 1000).rounded() / 1000])
        info.notes["stage"] = .string(stage.name.rawValue)
        info.notes["stage_key"] = .string(key.digest)
        info.notes["compat"] = .bool(options.compat)
        info.notes["messages"] = .array(output.notes.map { .string($0) })
        return info
    }

    func latest(_ family: RunFamily) async throws -> RunRecord? { try await store.latest(family) }

    static func missing(_ stage: StageName, needs artifact: String) -> IFError {
        IFError(
            .notFound,
            "\(artifact) of stage '\(stage.rawValue)' is not in the store; run that stage first, or "
                + "'insightflow run --from \(stage.rawValue)'")
    }
}

/// What the ratings stage yields.
struct RatingsArtifacts {
    /// user_id, product_id, rating.
    var ratings: Table
    /// user_id, product_id, upi_count, upi_avg_interval.
    var features: Table
}

/// What the segment stage yields.
struct SegmentArtifacts {
    /// user_id, R, F, M, segment, r_z, f_z, m_z.
    var users: Table
    /// segment, product_id, score, rank, support_seg, support_global; `nil` where the input has no items.
    var popularity: Table?
}
