import ArgumentParser
import Foundation
import IFCore
import IFJobs
import IFPipeline

/// `insightflow export`.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: StageName.export.rawValue,
        abstract: "Write the tables for marketing and the lines for language models.",
        discussion: """
            With --bedrock-model the users of the export also go to Amazon Bedrock as batches: --bedrock-input names a file \
            with the model's input as JSON, in which {profile} stands for a user's profile. Watch a batch with \
            'insightflow jobs status ARN'.
            """)

    @OptionGroup var shared: SharedOptions
    @Option(name: .long, help: "Model or inference profile that a batch is submitted for.") var bedrockModel: String?
    @Option(name: .long, help: "JSON file of the model's input, with {profile} in one of its texts.")
    var bedrockInput: String?
    @Option(name: .long, help: "Records that a batch needs at least.")
    var bedrockMinimum: Int = BatchLimits().minimumRecords
    @Option(name: .long, help: "Records of a file at most; more are divided.")
    var bedrockMaximum: Int = BatchLimits().maximumRecords

    mutating func validate() throws {
        if (bedrockModel == nil) != (bedrockInput == nil) {
            throw ValidationError("--bedrock-model and --bedrock-input go together.")
        }
        if bedrockMinimum < 1 || bedrockMaximum < bedrockMinimum {
            throw ValidationError("--bedrock-minimum is at least 1, and --bedrock-maximum not below it.")
        }
    }

    func run() async throws {
        let command = self
        let manner = shared.manner
        try await guarded(manner) {
            // Before the stage: a template that is wrong is said to be so at once.
            let batches = try command.batches()
            try await command.shared.runStages(from: .export, to: .export, manner)
            guard let batches else { return }
            for batch in try await batches.submit(now: Date()) {
                Terminal.note("insightflow: submitted \(batch.name): \(batch.arn)\n")
                Terminal.note("insightflow: answers will be below \(batch.output)\n")
            }
        }
    }

    private func batches() throws -> BedrockExport? {
        guard let bedrockModel, let bedrockInput else { return nil }
        let template: Data
        do {
            template = try Data(contentsOf: URL(filePath: bedrockInput))
        } catch {
            throw IFError(
                .notFound, "the model's input cannot be read; check its path", file: bedrockInput, cause: error)
        }
        var limits = BatchLimits()
        limits.minimumRecords = bedrockMinimum
        limits.maximumRecords = bedrockMaximum
        let configuration = try shared.config.map { try RecsysConfiguration.load($0).configuration } ?? .default
        let stages = try StageJobs(configuration: configuration, input: shared.input, root: shared.root)
        return try BedrockExport(stages: stages, model: bedrockModel, template: template, limits: limits)
    }
}
