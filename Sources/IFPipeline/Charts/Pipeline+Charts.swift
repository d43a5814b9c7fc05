import IFCore
import IFStore

extension Pipeline {
    /// Publishes the charts of all evaluations after the last stage that evaluates, where `reporting.publish_after_eval` asks
    /// for it.
    ///
    /// - Returns: What was published; `nil` where nothing was.
    /// - Throws: What ``ChartPublication/publish(unlessShown:in:)`` throws. The evaluations stay.
    func publishCharts(after stage: StageName, in workspace: Workspace) async throws -> ChartPublication.Result? {
        guard configuration.reporting.publishAfterEval,
            stage == options.stages.last(where: { $0 == .evaluate || $0 == .rerank })
        else { return nil }
        let layout = workspace.layout
        let evaluations = [(StageName.evaluate, layout.evaluation), (.rerank, layout.reranked)]
            .compactMap { stage, family in workspace.runs(of: stage)?.first.map { "\(family.prefix)/\($0)" } }
        return try await ChartPublication(
            workspace.store, artifacts: place.store(environment: environment), layout: layout
        ).publish(unlessShown: evaluations, in: workspace.context)
    }
}
