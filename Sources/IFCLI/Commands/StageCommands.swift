import ArgumentParser
import IFPipeline

/// A command that runs one stage on the artifacts of the stages before it.
protocol StageCommand: AsyncParsableCommand {
    static var stage: StageName { get }
    var shared: SharedOptions { get }
}

extension StageCommand {
    static func describing(_ abstract: String) -> CommandConfiguration {
        CommandConfiguration(commandName: stage.rawValue, abstract: abstract)
    }

    func run() async throws {
        let shared = shared
        let manner = shared.manner
        try await guarded(manner) { try await shared.runStages(from: Self.stage, to: Self.stage, manner) }
    }
}

/// `insightflow impute`.
struct ImputeCommand: StageCommand {
    static let stage = StageName.impute
    static let configuration = describing("Complete intervals that were cut off at the cap, by chained equations.")
    @OptionGroup var shared: SharedOptions
}

/// `insightflow check-imputation`.
struct CheckImputationCommand: StageCommand {
    static let stage = StageName.checkImputation
    static let configuration = describing("Compare the intervals before and after imputation.")
    @OptionGroup var shared: SharedOptions
}

/// `insightflow ratings`.
struct RatingsCommand: StageCommand {
    static let stage = StageName.ratings
    static let configuration = describing("Rate every user–product pair from the prior order lines.")
    @OptionGroup var shared: SharedOptions
}

/// `insightflow train`.
struct TrainCommand: StageCommand {
    static let stage = StageName.train
    static let configuration = describing("Fit the implicit ALS model to the ratings.")
    @OptionGroup var shared: SharedOptions
}

/// `insightflow evaluate`.
struct EvaluateCommand: StageCommand {
    static let stage = StageName.evaluate
    static let configuration = describing("Score the model against the held-out orders and the popularity baseline.")
    @OptionGroup var shared: SharedOptions
}

/// `insightflow rerank`.
struct RerankCommand: StageCommand {
    static let stage = StageName.rerank
    static let configuration = describing("Blend candidates with popularity, diversify them, and score the result.")
    @OptionGroup var shared: SharedOptions
}

/// `insightflow segment`.
struct SegmentCommand: StageCommand {
    static let stage = StageName.segment
    static let configuration = describing("Divide users into RFM segments and rank the products of each.")
    @OptionGroup var shared: SharedOptions
}

/// `insightflow report`.
struct ReportCommand: StageCommand {
    static let stage = StageName.report
    static let configuration = describing("Write one page about the latest runs of all stages: report.html.")
    @OptionGroup var shared: SharedOptions
}
