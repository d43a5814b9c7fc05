import FoundationEssentials
import IFALS
import IFCore
import IFEval
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
    private let inputTables: [InputTable: String]
    /// Where input is read from that lies in an object store.
    private let remoteInput: RemoteInput?
    private let remoteTables: [InputTable: RemoteInput]
    let layout: ArtifactLayout
    let store: RunStore
    private let cache = RunCache()
    let context: RunContext

    private var shop: ShopData?
    private var inputFingerprint: String?
    private var imputed: Table?
    private var rated: Table?
    private var featured: Table?
    private var trained: ALSModel?
    private var segmented: SegmentArtifacts?
    private var catalogued: Table?
    private var reporting: ReportedRun?
    private var keys: [StageName: StageKey] = [:]
    private var runs: [StageName: [String]] = [:]
    private var skipped: Set<StageName> = []
    private var pinned: [String: RunRecord] = [:]
    /// Told when reading of the input begins, and when it has ended well.
    private let onInput: @Sendable (_ isReading: Bool) -> Void
    /// Readings of the input under way, one within the other.
    private var readings = 0

    init(
        _ pipeline: Pipeline, context: RunContext, onInput: @escaping @Sendable (_ isReading: Bool) -> Void = { _ in }
    ) throws {
        self.onInput = onInput
        configuration = pipeline.configuration
        options = pipeline.options
        input = pipeline.input
        inputTables = pipeline.inputTables
        layout = try ArtifactLayout(pipeline.configuration)
        store = try pipeline.place.runs(environment: pipeline.environment)
        let isTransactions = configuration.input.transactions != nil
        remoteInput = try RemoteInput.at(input, pipeline.environment, takesAll: isTransactions)
        var remoteTables: [InputTable: RemoteInput] = [:]
        for (table, location) in inputTables {
            remoteTables[table] = try RemoteInput.at(location, pipeline.environment, takesAll: true)
        }
        self.remoteTables = remoteTables
        self.context = context
    }

    // MARK: Input

    /// The input location.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` where none was given.
    func requireInput() throws -> String {
        guard let input else {
            throw IFError(
                .invalidArgument,
                "this stage reads orders; pass --input DIR or set input.path in the configuration "
                    + "(s3.raw_after_clean counts where its folder is there)")
        }
        return input
    }

    /// The tables of the input, where it is not transactions.
    ///
    /// - Parameter outlined: Whether names are enough, so that nothing has to be fetched.
    func inputLocation(outlined: Bool = false) async throws -> InputLocation {
        let folder = try await naming { try await localInput(outlined: outlined) }
        var tables = inputTables
        for (table, remote) in remoteTables {
            tables[table] = try await outlined ? remote.outline(in: context) : remote.path(in: context)
        }
        return try await naming {
            try InputLocation(discoveringIn: folder, format: configuration.input.fileFormat, replacing: tables)
        }
    }

    /// The local folder or file of the input.
    private func localInput(outlined: Bool = false) async throws -> String {
        guard let remoteInput else { return try requireInput() }
        return try await outlined ? remoteInput.outline(in: context) : remoteInput.path(in: context)
    }

    /// Runs `body`, which reads the input; errors about local copies speak of where they came from.
    func naming<Value>(_ body: () async throws -> Value) async throws -> Value {
        if readings == 0 { onInput(true) }
        readings += 1
        defer { readings -= 1 }
        do {
            let value = try await body()
            if readings == 1 { onInput(false) }
            return value
        } catch let error as IFError {
            throw remotes.reduce(error) { $1.named($0) }
        }
    }

    /// What of the input is read by ranges; known when its location is.
    func inputSources() -> InputSources {
        var sources = InputSources()
        for remote in remotes { sources.byPath.merge(remote.sources) { first, _ in first } }
        return sources
    }

    private var remotes: [RemoteInput] { [remoteInput].compactMap { $0 } + remoteTables.values }

    /// Changes when the input files change.
    func fingerprintOfInput() async throws -> String {
        if let inputFingerprint { return inputFingerprint }
        let value = try await naming { try await readFingerprint() }
        inputFingerprint = value
        return value
    }

    private func readFingerprint() async throws -> String {
        var value = ""
        if let remoteInput {
            value = "input=\(try await remoteInput.fingerprint());"
            for (table, path) in inputTables.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                value += "\(table.rawValue)=\(try await fingerprint(of: table, at: path));"
            }
        } else if configuration.input.transactions != nil {
            let path = try requireInput()
            for part in try InputFile(path, format: configuration.input.fileFormat).parts {
                value += "\(part.path)|\(part.size)|\(part.modified);"
            }
        } else {
            // Only the tables count: the store itself may lie in the same folder.
            let location = try await inputLocation(outlined: true)
            for table in InputTable.discovered {
                guard let file = location.files[table] else { continue }
                value += "\(table.rawValue)=\(try await fingerprint(of: table, at: file.path));"
            }
        }
        return value
    }

    private func fingerprint(of table: InputTable, at path: String) async throws -> String {
        if let remote = remoteTables[table] { return try await remote.fingerprint() }
        return try await Fingerprint.of(path, in: context)
    }

    /// Orders and lines, validated; read once.
    func loadShop() async throws -> ShopData {
        if let shop { return shop }
        let options = ShopData.Options(
            strictness: configuration.input.validation == .strict ? .strict : .lenient,
            // The names of products come with the lines of transactions; from a folder they are read where wanted.
            readsCatalogue: configuration.input.transactions?.description != nil)
        var loaded: ShopData
        if let columns = configuration.input.transactions {
            loaded = try await naming {
                let path = try await localInput()
                return try await ShopData.load(
                    from: path, mapping: TransactionMapping(columns), sources: inputSources(), options: options,
                    in: context)
            }
        } else {
            let location = try await inputLocation()
            loaded = try await naming {
                try await ShopData.load(from: location, sources: inputSources(), options: options, in: context)
            }
        }
        for remote in remotes { remote.name(&loaded.report) }
        catalogued = loaded.products
        shop = loaded
        return loaded
    }

    /// Products and what transactions call them; `nil` where they do not.
    func catalogue() async throws -> Table? {
        if catalogued == nil { _ = try await loadShop() }
        return catalogued
    }

    /// Whether a part of the input lies in an object store.
    var hasRemoteInput: Bool { !remotes.isEmpty }

    /// What the report tells of.
    func reportedRun() async throws -> ReportedRun {
        if let reporting { return reporting }
        let run = try await ReportedRun(self)
        reporting = run
        return run
    }

    // MARK: Values of earlier stages

    /// Orders with completed intervals; the orders as they are where there was nothing to impute.
    func imputedOrders() async throws -> Table {
        if let imputed { return imputed }
        let table: Table
        if try await wasSkipped(.impute) {
            table = try await loadShop().orders
        } else if let record = try await latest(layout.imputed),
            let stored = try await self.table("orders_imputed.parquet", of: record)
        {
            table = stored
        } else {
            throw Self.missing(.impute, needs: "orders_imputed.parquet")
        }
        imputed = table
        return table
    }

    /// Ratings of user–product pairs: user_id, product_id, rating.
    func ratings() async throws -> Table {
        if let rated { return rated }
        guard let record = try await latest(layout.features), let table = try await table("ratings", of: record) else {
            throw Self.missing(.ratings, needs: "ratings")
        }
        rated = table
        return table
    }

    /// Features of user–product pairs: at least these columns of user_id, product_id, upi_count and upi_avg_interval.
    func features(_ columns: [String]) async throws -> Table {
        if let featured { return featured }
        guard let record = try await latest(layout.features),
            let table = try await table("upi_features", of: record, columns: columns)
        else { throw Self.missing(.ratings, needs: "upi_features") }
        return table
    }

    /// The trained model.
    func model() async throws -> ALSModel {
        if let trained { return trained }
        guard let record = try await latest(layout.models) else { throw Self.missing(.train, needs: "als_model") }
        let loaded: ALSModel
        if !record.files(at: ModelFiles.native).isEmpty, let file = try await localPath(ModelFiles.native, of: record) {
            // It holds the settings of its fit; those of now may be others.
            loaded = try await ALSModel.open(file, in: context)
        } else if let folder = try await localPath("als_model", of: record) {
            loaded = try await ModelFiles.load(folder, configuration: TrainStage.configuration(self), in: context)
        } else {
            throw Self.missing(.train, needs: "als_model")
        }
        trained = loaded
        return loaded
    }

    /// User segments and popular products of each.
    func segments() async throws -> SegmentArtifacts {
        if let segmented { return segmented }
        guard let users = try await latest(layout.userSegments),
            let table = try await table("user_seg.parquet", of: users)
        else {
            throw Self.missing(.segment, needs: "user_seg.parquet")
        }
        var popularity: Table?
        if let record = try await latest(layout.segmentPopularity),
            // Both come from one run of the stage, or of one job, or a death between their commits would mix two
            // segmentations.
            ["stage_key", "job"].allSatisfy({ record.manifest.notes[$0] == users.manifest.notes[$0] })
        {
            popularity = try await self.table("segment_popularity.parquet", of: record)
        }
        let loaded = SegmentArtifacts(users: table, popularity: popularity)
        segmented = loaded
        return loaded
    }

    func keep(imputed table: Table) { imputed = table }
    func keep(_ artifacts: RatingsArtifacts) { (rated, featured) = (artifacts.ratings, artifacts.features) }
    func keep(_ model: ALSModel) { trained = model }
    func keep(_ artifacts: SegmentArtifacts) { segmented = artifacts }

    /// Drops values that no later stage reads.
    func release(after stage: StageName) {
        switch stage {
        case .rerank:
            (rated, featured) = (nil, nil)
            trained = nil
        case .segment:
            shop = nil
            imputed = nil
        default: break
        }
    }

    // MARK: Stages

    /// Whether the stage has an obstacle: in this run or, where it is not part of this run, on this input.
    func wasSkipped(_ stage: StageName) async throws -> Bool {
        if skipped.contains(stage) { return true }
        guard input != nil, !options.stages.contains(stage),
            try await stage.implementation.obstacle(in: self) != nil
        else { return false }
        skipped.insert(stage)
        return true
    }

    func markSkipped(_ stage: StageName) { skipped.insert(stage) }

    /// Whether the stage is known to have an obstacle; nothing is read to find out.
    func isSkipped(_ stage: StageName) -> Bool { skipped.contains(stage) }

    /// Notes what a stage committed or took over; later stages read these very runs, whoever else writes meanwhile.
    func record(_ stage: StageName, key: StageKey, families: [RunFamily], runs names: [String]) async throws {
        keys[stage] = key
        runs[stage] = names
        for (family, name) in zip(families, names) {
            pinned["\(family.prefix)/\(family.runPrefix)"] = try await store.record(family, name)
        }
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
        if try await wasSkipped(stage) { return "skipped" }
        guard let family = try await stage.implementation.families(in: self).first,
            let record = try await latest(family)
        else { throw Self.missing(stage, needs: "the result") }
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
            guard let record = try await soundLatest(family),
                record.manifest.notes["stage_key"] == .string(key.digest), try await store.isComplete(record)
            else { return nil }
            names.append(record.name)
        }
        return names.isEmpty ? nil : names
    }

    /// The latest run; a pointer to a run that is gone or damaged is no run, so its stage is repeated.
    func soundLatest(_ family: RunFamily) async throws -> RunRecord? {
        do {
            return try await latest(family)
        } catch let error as IFError where error.code == .notFound || error.code == .corruptFile {
            return nil
        }
    }

    /// Where a part of a run can be read, fetched and checked where it lies in an object store; `nil` where the run
    /// has no such part.
    func localPath(_ path: String, of record: RunRecord) async throws -> String? {
        if record.folder == nil, record.files(at: path).isEmpty { return nil }
        return try await cache.localPath(path, of: record, in: store)
    }

    /// The messages that the run of a taken-over stage left.
    func messages(of family: RunFamily) async throws -> [String] {
        guard case .array(let values)? = try await latest(family)?.manifest.notes["messages"] else { return [] }
        return values.compactMap { if case .string(let text) = $0 { text } else { nil } }
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
        info.notes["submission"] = StageJobs.submission().map { .string($0) }
        info.notes["compat"] = .bool(options.compat)
        info.notes["messages"] = .array(output.notes.map { .string($0) })
        info.notes["findings"] = output.findings.map { .array($0.map { .string($0) }) }
        info.notes["rows_in"] = output.rowsIn.map { .integer($0) }
        info.notes["rows_out"] = output.rowsOut.map { .integer($0) }
        if options.measuresMemory { info.notes["peak_memory_bytes"] = PeakMemory.bytes().map { .integer($0) } }
        return info
    }

    /// The run of a family that this process reads: looked up once, so that all it reads is of one moment.
    func latest(_ family: RunFamily) async throws -> RunRecord? {
        let place = "\(family.prefix)/\(family.runPrefix)"
        if let record = pinned[place] { return record }
        let record = try await store.latest(family)
        pinned[place] = record
        return record
    }

    /// What the latest run of a family was fitted on; unknown for a run from elsewhere, which evaluation refuses.
    func provenance(of family: RunFamily) async throws -> DataProvenance {
        guard let record = try await latest(family), !record.files(at: "provenance.json").isEmpty else {
            return .unknown
        }
        return try JSONDecoder().decode(
            DataProvenance.self, from: try await store.read("provenance.json", of: record))
    }

    static func missing(_ stage: StageName, needs artifact: String) -> IFError {
        IFError(
            .notFound,
            "the store lacks \(artifact) of stage '\(stage.rawValue)'; run that stage first, or the whole "
                + "pipeline with 'insightflow run'")
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
