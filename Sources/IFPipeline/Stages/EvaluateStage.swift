import IFALS
import IFCore
import IFEval
import IFStore

/// The model's lists against the held-out orders, beside the popularity baseline.
struct EvaluateStage: PipelineStage {
    let name = StageName.evaluate

    func obstacle(in workspace: Workspace) async throws -> String? { try await HeldOutOrders.obstacle(in: workspace) }

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        [
            "input": try await workspace.fingerprintOfInput(), "input-rules": try workspace.inputRules(),
            "configuration": try ArtifactJSON.line(Self.configuration(workspace)),
        ]
    }

    func families(in workspace: Workspace) throws -> [RunFamily] { [workspace.layout.evaluation] }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let model = try await workspace.model()
        let held = try await HeldOutOrders(workspace, model: model)
        let configuration = Self.configuration(workspace)
        let lists = try await model.recommendAll(
            users: held.users, count: configuration.topK, stage: name.rawValue, in: workspace.context)
        let result = try await Evaluation(configuration).evaluate(
            Recommendations(name: "als", of: model, users: held.users, lists: lists, fittedOn: held.provenance),
            against: held.truth, popularity: held.popularity, in: workspace.context)
        try await output.text(MetricsReport(result).text, "metrics.json")
        try await output.text(CoverageReport(result.coverage).text, "coverage.json")
        output.inputs = try await workspace.evaluationInputs()
        output.rowsIn = held.truth.pairCount
        output.rowsOut = result.coverage.usersEvaluated
        output.notes = result.notes
    }

    static func configuration(_ workspace: Workspace) -> Evaluation.Configuration {
        var configuration =
            workspace.options.compat ? Evaluation.Configuration.compatible : Evaluation.Configuration()
        configuration.topK = workspace.configuration.topK
        return configuration
    }
}

extension Workspace {
    /// What evaluations are made from, for their manifests.
    func evaluationInputs() async throws -> [RunInput] {
        var inputs = try await inputRecords()
        if let record = try await latest(layout.models) {
            inputs.append(RunInput(name: "model", location: "\(record.key)/als_model"))
        }
        return inputs
    }
}
