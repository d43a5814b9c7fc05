import FoundationEssentials
import IFALS
import IFCore
import IFStore

/// Implicit ALS on the ratings.
struct TrainStage: PipelineStage {
    let name = StageName.train

    func obstacle(in workspace: Workspace) async throws -> String? {
        try await workspace.wasSkipped(.ratings) ? "there are no ratings" : nil
    }

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        ["configuration": try ArtifactJSON.line(Self.configuration(workspace))]
    }

    func families(in workspace: Workspace) throws -> [RunFamily] { [workspace.layout.models] }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let started = workspace.context.now()
        let ratings = try await workspace.ratings()
        let interactions = try Interactions(
            users: ratings.ids("user_id"), items: ratings.ids("product_id"), values: ratings.float("rating").values)
        let configuration = Self.configuration(workspace)
        let model = try await ImplicitALS(configuration).fit(interactions, in: workspace.context)
        try ModelFiles.save(model, to: output.path("als_model"), timestamp: started, name: output.timestamp.description)
        // Beside the contract's folder, for services: one file that opens at once.
        try model.save(to: output.path(ModelFiles.native))
        // The model was fitted on what its ratings came from; the leak guard reads it beside the model.
        try await output.text(
            ArtifactJSON.line(workspace.provenance(of: workspace.layout.features)), "provenance.json")
        let source = try await workspace.latest(workspace.layout.features)?.key ?? "ratings"
        let finished = workspace.context.now()
        try await output.json(
            ModelMetadata(
                startedAt: ArtifactJSON.timestamp(started), finishedAt: ArtifactJSON.timestamp(finished),
                input: "\(source)/ratings", rowsBefore: interactions.sourceRowCount,
                rowsAfter: interactions.matrix.count, ratings: .init(interactions.matrix.values),
                parameters: .init(configuration, seed: workspace.context.random.seed), losses: model.losses,
                users: model.users.count, items: model.items.count),
            "meta.json")
        output.inputs = [RunInput(name: "ratings", location: "\(source)/ratings")]
        output.rowsIn = interactions.sourceRowCount
        output.rowsOut = model.users.count + model.items.count
        output.notes = ["\(model.users.count) users × \(model.items.count) items, rank \(configuration.factors)"]
        workspace.keep(model)
    }

    static func configuration(_ workspace: Workspace) -> ImplicitALS.Configuration {
        configuration(workspace.configuration)
    }

    static func configuration(_ configuration: RecsysConfiguration) -> ImplicitALS.Configuration {
        let settings = configuration.training.als
        var configuration = ImplicitALS.Configuration(
            factors: settings.factors, regularization: settings.regularization, alpha: settings.alpha,
            iterations: settings.iterations, nonnegative: settings.nonnegative,
            regularizationScaling: .count(exponent: settings.regularizationExponent))
        configuration.itemRegularization = settings.regularizationItems
        configuration.unobservedWeight = settings.unobservedWeight
        configuration.confidence =
            switch settings.confidence {
            case .linear: .linear
            case .logarithmic: .logarithmic
            case .asGiven: .asGiven
            }
        configuration.solver =
            switch settings.solver {
            case .cholesky: .cholesky
            case .conjugateGradient: .conjugateGradient()
            case .blockCoordinate: .blockCoordinate()
            }
        return configuration
    }
}

/// The content of `meta.json`.
struct ModelMetadata: Encodable {
    struct RatingStatistics: Encodable {
        var min: Double
        var max: Double
        var avg: Double

        init(_ values: [Float]) {
            min = Double(values.min() ?? 0)
            max = Double(values.max() ?? 0)
            avg = values.reduce(0.0) { $0 + Double($1) } / Double(Swift.max(1, values.count))
        }
    }

    struct Parameters: Encodable {
        var rank: Int
        var regParam: Double
        /// That of items, where it is another.
        var itemRegParam: Double?
        var alpha: Double
        var confidence: String
        var maxIter: Int
        var implicitPrefs = true
        var coldStartStrategy = "drop"
        var nonnegative: Bool
        var regularizationScaling: Double
        var unobservedWeight: Double
        var solver: String
        var seed: UInt64

        init(_ configuration: ImplicitALS.Configuration, seed: UInt64) {
            rank = configuration.factors
            regParam = configuration.regularization
            itemRegParam = configuration.itemRegularization
            alpha = configuration.alpha
            confidence = configuration.confidence.name
            maxIter = configuration.iterations
            nonnegative = configuration.nonnegative
            regularizationScaling = configuration.regularizationScaling.exponent
            unobservedWeight = configuration.unobservedWeight
            solver = configuration.solver.name
            self.seed = seed
        }
    }

    var startedAt: String
    var finishedAt: String
    var input: String
    var rowsBefore: Int
    var rowsAfter: Int
    var ratings: RatingStatistics
    var parameters: Parameters
    var losses: [Double]
    var users: Int
    var items: Int

    private enum CodingKeys: String, CodingKey {
        case startedAt = "started_at_utc"
        case finishedAt = "finished_at_utc"
        case input
        case rowsBefore = "rows_before"
        case rowsAfter = "rows_after_dedup"
        case ratings = "rating_stats"
        case parameters = "params"
        case losses = "loss_per_sweep"
        case users, items
    }
}
