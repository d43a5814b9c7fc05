/// A stage of the pipeline, named as on the command line.
public enum StageName: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Completes censored intervals by chained equations.
    case impute
    /// Compares the intervals before and after imputation.
    case checkImputation = "check-imputation"
    /// Joins order lines to orders and rates every user–product pair.
    case ratings
    /// Fits the ALS model.
    case train
    /// Scores the model against the held-out orders and the popularity baseline.
    case evaluate
    /// Reorders the candidates and scores the result.
    case rerank
    /// Divides users into RFM segments and ranks products in each.
    case segment
    /// Writes the tables for marketing and language models.
    case export
    /// Writes one page about all of it.
    case report

    /// Position in the pipeline, from 0.
    public var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Earlier stages come first.
    public static func < (left: StageName, right: StageName) -> Bool { left.position < right.position }

    /// Stages whose artifacts this stage reads.
    public var upstream: [StageName] {
        switch self {
        case .impute: []
        case .checkImputation: [.impute]
        case .ratings: [.impute]
        case .train: [.ratings]
        case .evaluate: [.ratings, .train]
        case .rerank: [.ratings, .train]
        case .segment: [.impute]
        case .export: [.segment]
        // It tells of what is there, whatever that is; its own dependencies name the runs.
        case .report: []
        }
    }
}
