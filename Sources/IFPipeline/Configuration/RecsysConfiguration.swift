/// Everything that `recsys.yaml` can say: what the pipeline computes, with which settings, from and to where.
///
/// Every key is optional; the defaults are those of the stages. Locations are kept as they were given, see
/// ``rerooted(_:root:)``. The file's keys are the property names in snake case.
public struct RecsysConfiguration: Codable, Hashable, Sendable {
    /// What carries the stages out: this machine or a Spark cluster.
    public var engine = Engine.local
    /// Where the data come from.
    public var input = Input()
    /// Account and region.
    public var aws = AWS()
    /// Locations of inputs and artifacts.
    public var s3 = Locations()
    /// Machines of the processing jobs.
    public var processing = Processing()
    /// Imputation.
    public var mice = MICE()
    /// Model training.
    public var training = Training()
    /// Recommending.
    public var inference = Inference()
    /// Evaluation and post-ranking.
    public var eval = Evaluation()
    /// Locations that the export reads.
    public var data = DataLocations()
    /// Charts.
    public var reporting = Reporting()
    /// Segmentation.
    public var seg = Segmentation()

    /// All defaults.
    public init() {}

    /// All defaults.
    public static var `default`: RecsysConfiguration { RecsysConfiguration() }

    /// How many items are recommended and evaluated: `eval.top_k`, else `inference.top_k`, else 10.
    public var topK: Int { eval.topK ?? inference.topK ?? 10 }
}

extension RecsysConfiguration: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .choice("engine", \.engine, Engine.all),
            .section("input", \.input),
            .section("aws", \.aws),
            .section("s3", \.s3),
            .section("processing", \.processing),
            .section("mice", \.mice),
            .section("training", \.training),
            .section("inference", \.inference),
            .section("eval", \.eval),
            .section("data", \.data),
            .section("reporting", \.reporting),
            .section("seg", \.seg),
        ]
    }

    var remarks: [Remark] {
        guard eval.candidateK < topK else { return [] }
        return [
            Remark(
                key: "eval.candidate_k",
                message: "\(eval.candidateK) candidates cannot fill \(topK) places; the popular items fill the rest",
                isWarning: true)
        ]
    }
}
