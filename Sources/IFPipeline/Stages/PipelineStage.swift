import IFCore
import IFStore

/// One stage: what it depends on, where its artifacts go, and the work.
protocol PipelineStage: Sendable {
    /// Which stage this is.
    var name: StageName { get }

    /// Why the stage cannot run on this input, `nil` where it can.
    func obstacle(in workspace: Workspace) async throws -> String?

    /// Settings and inputs that the result depends on, by name; part of the ``StageKey``.
    func dependencies(in workspace: Workspace) async throws -> [String: String]

    /// The families the stage commits a run to, main family first.
    func families(in workspace: Workspace) async throws -> [RunFamily]

    /// Does the work and writes the artifacts into `output`, one run a family.
    func run(in workspace: Workspace, to output: StageOutput) async throws
}

extension PipelineStage {
    func obstacle(in workspace: Workspace) async throws -> String? { nil }
}

extension StageName {
    /// The implementation of the stage.
    var implementation: any PipelineStage {
        switch self {
        case .impute: ImputeStage()
        case .checkImputation: CheckImputationStage()
        case .ratings: RatingsStage()
        case .train: TrainStage()
        case .evaluate: EvaluateStage()
        case .rerank: RerankStage()
        case .segment: SegmentStage()
        case .export: ExportStage()
        case .report: ReportStage()
        }
    }
}
