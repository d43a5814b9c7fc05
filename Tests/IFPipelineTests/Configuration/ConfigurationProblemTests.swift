import IFCore
import Testing

@testable import IFPipeline

@Suite("Configuration problems") struct ConfigurationProblemTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var yaml: String
        var place: String
        var key: String
        var message: String

        init(_ yaml: String, _ place: String, _ key: String, _ message: String) {
            self.yaml = yaml
            self.place = place
            self.key = key
            self.message = message
        }

        var testDescription: String { yaml }
    }

    static let faults: [Fault] = [
        Fault("training:\n  als:\n    alfa: 40", "3:5", "training.als.alfa", "did you mean 'alpha'?"),
        Fault("eval:\n  topK: 5", "2:3", "eval.topK", "did you mean 'top_k'?"),
        Fault("evla:\n  top_k: 5", "1:1", "evla", "did you mean 'eval'?"),
        Fault("training:\n  alpha: 40", "2:3", "training.alpha", "'alpha' belongs under training.als"),
        Fault("seg:\n  wibble: 1", "2:3", "seg.wibble", "known here: k, r_cap, top_n, beta"),
        Fault("seg:\n  k: ten", "2:6", "seg.k", "needs a whole number, found the text 'ten'"),
        Fault("seg:\n  k: \"10\"", "2:6", "seg.k", "needs a whole number, found the text '10'"),
        Fault("seg:\n  k: 2.5", "2:6", "seg.k", "needs a whole number, found the number 2.5"),
        Fault("seg:\n  k: 99999999999999999999", "2:6", "seg.k", "needs a whole number"),
        Fault("seg:\n  k: 1", "2:6", "seg.k", "must be at least 2, found 1"),
        Fault("seg:\n  k: [1, 2]", "2:6", "seg.k", "needs a whole number, found a list"),
        Fault("seg:\n  beta: .nan", "2:9", "seg.beta", "needs a finite number"),
        Fault("seg: 5", "1:6", "seg", "needs keys and values, found the number 5"),
        Fault("training: {als: {alpha: 0}}", "1:25", "training.als.alpha", "must be greater than 0.0, found 0"),
        Fault("training: {als: {alpha: high}}", "1:25", "training.als.alpha", "needs a number, found the text 'high'"),
        Fault("eval: {blend: {gamma: 1.5}}", "1:23", "eval.blend.gamma", "must be between 0.0 and 1.0, found 1.5"),
        Fault("eval: {mmr: {lambda: -0.1}}", "1:22", "eval.mmr.lambda", "must be between 0.0 and 1.0, found -0.1"),
        Fault("eval:\n  filter_seen: maybe", "2:16", "eval.filter_seen", "needs true or false, found the text 'maybe'"),
        Fault("eval:\n  filter_seen: 1", "2:16", "eval.filter_seen", "needs true or false, found the number 1"),
        Fault("aws:\n  region: no", "2:11", "aws.region", "needs text, found the truth value no; put it in quotes"),
        Fault("aws:\n  default_bucket: 123", "2:19", "aws.default_bucket", "put it in quotes"),
        Fault("engine: sprak", "1:9", "engine", "must be one of local, spark, found 'sprak'; did you mean 'spark'?"),
        Fault(
            "s3:\n  server_side_encryption: AES-256", "2:27", "s3.server_side_encryption",
            "must be one of AES256, aws:kms, found 'AES-256'; did you mean 'AES256'?"),
        Fault("s3: {kms_key_id: k}", "1:18", "s3.kms_key_id", "is used with server_side_encryption: aws:kms only"),
        Fault("s3: {requester_pays: 1}", "1:22", "s3.requester_pays", "needs true or false, found the number 1"),
        Fault("input:\n  transactions:\n    timestamp: t", "3:5", "input.transactions.user", "missing"),
        Fault("input:\n  transactions:\n    user: u", "3:5", "input.transactions.timestamp", "missing"),
        Fault("seg:\n  k: 3\n  k: 4", "2:3", "", "the key 'k' is given twice"),
        Fault("seg:\n\tk: 3", "2:1", "", "this is not YAML"),
        Fault("- a\n- b", "1:1", "", "needs keys and values, found a list"),
        Fault("seg: *none", "1:6", "", "undefined alias"),
    ]

    @Test(arguments: faults) func everyFaultIsFoundInItsPlace(_ fault: Fault) throws {
        let problems = RecsysConfiguration.check(yaml: fault.yaml, file: "shop.yaml").problems
        #expect(problems.count == 1, "\(problems)")
        let problem = try #require(problems.first)
        #expect("\(problem.line):\(problem.column)" == fault.place)
        #expect(problem.key == fault.key)
        #expect(problem.message.contains(fault.message), "\(problem)")
        #expect(problem.description.hasPrefix("shop.yaml:\(fault.place): "))
        let error = #expect(throws: IFError.self) { try RecsysConfiguration.parse(yaml: fault.yaml, file: "shop.yaml") }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.location.file == "shop.yaml")
        #expect(error?.location.row == problem.line)
    }

    @Test func allProblemsAreToldTogether() throws {
        let yaml = "mice:\n  chains: 0\ntraining:\n  als:\n    alfa: 1\neval:\n  top_k: many\n"
        let error = #expect(throws: IFError.self) { try RecsysConfiguration.parse(yaml: yaml, file: "shop.yaml") }
        let text = try #require(error).description
        #expect(text.contains("3 problems"))
        for line in ["shop.yaml:2:11: mice.chains", "shop.yaml:5:5: training.als.alfa", "shop.yaml:7:10: eval.top_k"] {
            #expect(text.contains(line), "\(text)")
        }
    }

    @Test func unknownKeysMayBeWarnings() throws {
        let parsed = try RecsysConfiguration.parse(yaml: "seg: {k: 3, size: 1}", unknownKeysAreErrors: false)
        #expect(parsed.configuration.seg.k == 3)
        #expect(parsed.warnings.map(\.key) == ["seg.size"])
        #expect(parsed.warnings.first?.isWarning == true)
    }

    @Test func tooFewCandidatesAreAWarning() throws {
        let parsed = try RecsysConfiguration.parse(yaml: "eval:\n  candidate_k: 5")
        #expect(parsed.configuration.eval.candidateK == 5)
        #expect(parsed.warnings.map(\.line) == [2])
    }

    @Test func anchorsAndMergesWork() throws {
        let yaml = """
            processing: &machine
              instance_type: ml.m5.xlarge
              volume_gb: 50
            training:
              <<: *machine
              volume_gb: 100
            """
        // shuffle_partitions is no key of training, so a merge may bring unknown keys to light.
        let configuration = try RecsysConfiguration.parse(yaml: yaml).configuration
        #expect(configuration.training.instanceType == "ml.m5.xlarge")
        #expect(configuration.training.volumeGb == 100)
        #expect(configuration.processing.volumeGb == 50)
    }

    @Test func numbersMayBeWrittenAsYAMLAllows() throws {
        let yaml = "\u{FEFF}seg: {k: 1_2, r_cap: 6e1, beta: +5}\ntraining: {als: {factors: 32.0, regularization: 1e-3}}"
        let configuration = try RecsysConfiguration.parse(yaml: yaml).configuration
        #expect(configuration.seg.k == 12 && configuration.seg.rCap == 60 && configuration.seg.beta == 5)
        #expect(configuration.training.als.factors == 32 && configuration.training.als.regularization == 0.001)
    }

    @Test(arguments: [
        ("alpha", "alpha", 0), ("alfa", "alpha", 2), ("aplha", "alpha", 1), ("", "abc", 3), ("ca", "abc", 3),
        ("kitten", "sitting", 3), ("gamma", "gama", 1),
    ])
    func distances(_ first: String, _ second: String, _ expected: Int) {
        #expect(NearestName.distance(Array(first), Array(second)) == expected)
        #expect(NearestName.distance(Array(second), Array(first)) == expected)
    }
}
