import FoundationEssentials
public import IFAWS
import IFCharts
public import IFCore
import IFFiles
import IFStore

/// Draws the charts of all evaluations in a store and of the latest model, and publishes them as a run.
public struct ChartPublication: Sendable {
    /// What was published.
    public struct Result: Sendable {
        /// Key of the run's folder.
        public var run: String
        /// How many evaluations the charts show.
        public var evaluations: Int
        /// Files that could not be used, and why.
        public var problems: [String]
    }

    private let store: RunStore
    private let artifacts: any ArtifactStore
    private let layout: ArtifactLayout

    /// Creates a publication in a store.
    ///
    /// - Parameters:
    ///   - root: Folder or `s3://` location of the artifact store.
    ///   - layout: Where evaluations lie and charts go.
    ///   - environment: As for ``StorePlace/store(environment:)``.
    /// - Throws: ``IFError/Code/unsupported`` for other kinds of places; ``IFError/Code/invalidArgument``.
    public init(root: String, layout: ArtifactLayout, environment: AWSEnvironment = AWSEnvironment()) throws {
        artifacts = try StorePlace(root, name: "root").store(environment: environment)
        store = RunStore(store: artifacts)
        self.layout = layout
    }

    /// Publishes to a store that is open.
    init(_ store: RunStore, artifacts: any ArtifactStore, layout: ArtifactLayout) {
        self.store = store
        self.artifacts = artifacts
        self.layout = layout
    }

    /// Scans the evaluations, draws seven charts, writes `metrics_trend.csv` and `index.json`, and promotes the run.
    ///
    /// Where the store holds them, the chains of the imputation, the objective of training and the trade-offs of reranking of
    /// the latest runs are drawn too, each with its figures as CSV.
    ///
    /// - Throws: ``IFError/Code/emptyData`` where there is no usable evaluation; ``IFError/Code/missingDependency``
    ///   without a font; what the store throws.
    public func publish(in context: RunContext) async throws -> Result {
        let history = try await EvaluationHistory.scan(layout.evaluation.prefix, in: artifacts)
        guard let last = history.runs.last else {
            throw IFError(
                .emptyData,
                "there is no usable metrics.json below \(layout.evaluation.prefix); run 'insightflow evaluate' first"
                    + history.problems.map { "; \($0)" }.joined())
        }
        let latest = try await ModelPictures(layout, in: store)
        let problems = history.problems + latest.problems
        let charts = EvaluationPictures(history.runs).charts + latest.charts
        let tables = [(file: "metrics_trend.csv", table: EvaluationPictures.table(history.runs))] + latest.tables
        let pictures = try await context.mapBlocks(charts.count) { try charts[$0].chart.render(.png) }
        let writer = try await store.begin(layout.evaluationCharts, now: context.now())
        do {
            for (chart, picture) in zip(charts, pictures) { try writer.put(picture, at: chart.file) }
            for (file, table) in tables { try CSVWriter.write(table, to: writer.localPath(for: file)) }
            let index = Index(
                metricsPrefix: layout.evaluation.prefix, publishedAt: ArtifactJSON.timestamp(context.now()),
                runs: history.runs.count, latestRun: last.id,
                artifacts: (charts.map(\.file) + tables.map(\.file))
                    .map { "\(layout.evaluationCharts.prefix)/\(writer.name)/\($0)" },
                note: problems.isEmpty
                    ? "als, baseline and lift of every evaluation" : problems.joined(separator: "; "))
            try writer.put(Data(ArtifactJSON.pretty(index).utf8), at: "index.json")
            let info = RunManifestInfo(
                inputs: history.runs.map { RunInput(name: "evaluation", location: $0.prefix) } + latest.inputs,
                configuration: .null,
                seed: context.random.seed, version: PipelineVersion.current)
            let record = try await writer.commit(manifest: info, in: context)
            return Result(run: record.key, evaluations: history.runs.count, problems: problems)
        } catch {
            try? await writer.abandon()
            throw error
        }
    }

    /// Publishes where the latest charts do not show all of some evaluations yet.
    ///
    /// So a run that died before its charts is made up for, and one that changed nothing publishes nothing.
    ///
    /// - Parameter evaluations: Keys of their runs.
    /// - Returns: `nil` where there was nothing to do.
    /// - Throws: What ``publish(in:)`` throws.
    func publish(unlessShown evaluations: [String], in context: RunContext) async throws -> Result? {
        var shown: [String] = []
        do {
            shown = try await store.latest(layout.evaluationCharts)?.manifest.inputs.map(\.location) ?? []
        } catch let error as IFError where error.code == .notFound || error.code == .corruptFile {
            // Charts that are gone or damaged show nothing.
            shown = []
        }
        guard !Set(evaluations).isSubset(of: shown) else { return nil }
        return try await publish(in: context)
    }

    /// The content of `index.json`.
    private struct Index: Encodable {
        var metricsPrefix: String
        var publishedAt: String
        var runs: Int
        var latestRun: String
        var artifacts: [String]
        var note: String

        private enum CodingKeys: String, CodingKey {
            case metricsPrefix = "metrics_prefix"
            case publishedAt = "published_at_utc"
            case runs
            case latestRun = "latest_run"
            case artifacts, note
        }
    }
}
