import FoundationEssentials
public import IFAWS
public import IFCore
import IFStore

/// The stages wired together: runs them in order, keeps what is finished, resumes where it stopped.
///
/// A stage is finished when the latest run of each of its families carries the stage's ``StageKey`` in its manifest. Such a run is
/// taken over instead of repeated; so `run` follows the configuration, and undoes a rollback that contradicts it. Nothing else is remembered, so nothing can contradict the artifacts: a process that
/// is killed at any moment leaves committed runs and leftovers that the next run removes.
public struct Pipeline: Sendable {
    /// The settings.
    public let configuration: RecsysConfiguration
    /// Folder, file or s3:// location of the input, `nil` where only stages run that need none. Where the caller names none, the
    /// configuration's `input.path`, or else its `s3.raw_after_clean`.
    public let input: String?
    /// Tables that lie elsewhere than in the folder.
    let inputTables: [InputTable: String]
    /// Root of the artifact store: a folder or an s3:// location.
    public let root: String
    let place: StorePlace
    let environment: AWSEnvironment
    /// Which stages run, and how.
    public let options: PipelineOptions

    /// Wires a pipeline. Nothing is read or sent yet.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - input: Folder, file or s3:// location of the input; what the configuration names where `nil`.
    ///   - root: Folder or s3:// location of the artifact store, which takes the place of every bucket in the
    ///     configuration. Where `nil`, buckets are meant as they stand, and ``RecsysConfiguration/root(_:)`` is the root.
    ///   - options: Which stages run, and how.
    ///   - environment: Credentials, region and endpoint for S3, by AWS's conventions. What the configuration says of
    ///     encryption and of who pays comes first.
    /// - Throws: ``IFError/Code/invalidArgument`` where the first stage comes after the last; ``IFError`` where settings
    ///   contradict each other.
    public init(
        configuration: RecsysConfiguration = .default, input: String?, root: String?,
        options: PipelineOptions = PipelineOptions(), environment: AWSEnvironment = AWSEnvironment()
    ) throws {
        self.configuration = configuration
        let source = configuration.inputSource(given: input, root: root)
        self.input = source.path
        inputTables = source.tables
        self.root = try configuration.root(root)
        place = try StorePlace(self.root, name: "--root")
        self.environment = configuration.environment(environment)
        self.options = options
        if configuration.engine != .local {
            throw IFError(
                .unsupported, "this version runs on this machine only; set engine: local, or leave the key out",
                key: "engine")
        }
        for location in [self.input].compactMap({ $0 }) + inputTables.values {
            _ = try StorePlace(location, name: "--input")
        }
        _ = try ArtifactLayout(configuration)
        if options.from > options.to {
            throw IFError(
                .invalidArgument,
                "the first stage, \(options.from.rawValue), comes after the last, \(options.to.rawValue), so nothing "
                    + "would run; the order is " + StageName.allCases.map(\.rawValue).joined(separator: ", "))
        }
    }

    /// Runs the stages.
    ///
    /// - Parameters:
    ///   - context: Seed, workers, progress, clock.
    ///   - onStage: Told of every stage as it ends.
    ///   - onStart: Told of every stage as it begins: when `run` throws, the last one is the stage that failed.
    ///   - onInput: Told with `true` when reading of the input begins, and with `false` when it has ended well: when `run`
    ///     throws in between, it is the input that is wrong, whatever stage asked for it.
    /// - Throws: ``IFError/Code/inputOutput`` where the root cannot be written to, before anything is read. What the failing stage threw; earlier stages stay committed. `CancellationError` when cancelled.
    @concurrent
    public func run(
        in context: RunContext, onStage: @escaping @Sendable (StageReport) -> Void = { _ in },
        onStart: @escaping @Sendable (StageName) -> Void = { _ in },
        onInput: @escaping @Sendable (_ isReading: Bool) -> Void = { _ in }
    ) async throws -> PipelineReport {
        let clock = ContinuousClock()
        let start = clock.now
        let workspace = try Workspace(self, context: context, onInput: onInput)
        try workspace.store.prepare()
        var reports: [StageReport] = []
        var problems: [String] = []
        for name in options.stages {
            try Task.checkCancellation()
            onStart(name)
            var report = try await execute(name.implementation, in: workspace)
            if let published = try await publishCharts(after: name, in: workspace) {
                report.runs.append(published.run)
                problems += published.problems
            }
            reports.append(report)
            onStage(report)
        }
        var report = PipelineReport(
            root: root, stages: reports, metricColumns: [], metrics: [], metricNotes: [],
            seconds: (clock.now - start) / .seconds(1))
        report.warnings = problems
        try await MetricsSummary.add(to: &report, from: workspace, stages: options.stages)
        return report
    }

    private func execute(_ stage: any PipelineStage, in workspace: Workspace) async throws -> StageReport {
        let clock = ContinuousClock()
        let start = clock.now
        if options.measuresMemory { PeakMemory.reset() }
        var report = StageReport(
            stage: stage.name, outcome: .skipped, seconds: 0, runs: [], notes: [])
        defer { workspace.release(after: stage.name) }
        let key = try await workspace.key(of: stage)
        let families = try await stage.families(in: workspace)
        if !options.force, let runs = try await workspace.finishedRuns(of: stage, key: key, families: families) {
            try await workspace.record(stage.name, key: key, families: families, runs: runs)
            report.outcome = .unchanged
            report.notes = try await workspace.messages(of: families[0])
            report.runs = zip(families, runs).map { "\($0.prefix)/\($1)" }
            report.seconds = (clock.now - start) / .seconds(1)
            return report
        }
        // Asked after the key: a stage that has run on this very input had no obstacle, and asking may read the input.
        if let obstacle = try await stage.obstacle(in: workspace) {
            workspace.markSkipped(stage.name)
            report.notes = [obstacle]
            report.seconds = (clock.now - start) / .seconds(1)
            return report
        }
        let output = try await workspace.begin(stage, families: families)
        do {
            try await stage.run(in: workspace, to: output)
            let seconds = (clock.now - start) / .seconds(1)
            report.runs = try await output.commit(workspace.manifest(of: stage, key: key, output, seconds: seconds))
        } catch {
            await output.abandon()
            throw error
        }
        try await workspace.record(
            stage.name, key: key, families: families, runs: families.indices.map { output.runName($0) })
        report.outcome = .finished
        report.rowsIn = output.rowsIn
        report.rowsOut = output.rowsOut
        report.notes = output.notes
        report.seconds = (clock.now - start) / .seconds(1)
        report.peakMemoryBytes = options.measuresMemory ? PeakMemory.bytes() : nil
        return report
    }
}
