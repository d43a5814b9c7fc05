import FoundationEssentials
import IFALS
import IFCore
import IFTesting
import Testing

@testable import IFPipeline

@Suite("Configuration") struct ConfigurationTests {
    private static var example: String {
        URL(filePath: #filePath).appending(path: "../../../../Examples/recsys.yaml").standardized.path()
    }

    @Test func theExampleNamesEveryKeyAndHasNoProblem() throws {
        let parsed = try RecsysConfiguration.load(ConfigurationTests.example)
        #expect(parsed.warnings.isEmpty)
        let text = try String(contentsOfFile: ConfigurationTests.example, encoding: .utf8)
        for path in RecsysConfiguration.fields.flatMap(\.paths) {
            let key = try #require(path.split(separator: ".").last)
            #expect(text.contains("\(key):"), "\(path) is not in the example")
        }
        // Uncommented, the block of transactions is right as well.
        let columns = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isColumn = line.hasPrefix("  # ") && line.contains(":") && !line.hasSuffix("name the columns:")
            return isColumn ? "  " + line.dropFirst(4) : String(line)
        }
        let full = try RecsysConfiguration.parse(yaml: columns.joined(separator: "\n"))
        #expect(full.configuration.input.transactions?.user == "Customer ID")
        #expect(full.configuration.input.transactions?.cancellationPrefix == "C")
        #expect(full.configuration.input.transactions?.timestampFormat == "yyyy-MM-dd HH:mm:ss")
    }

    @Test func theExampleShowsTheDefaults() throws {
        let example = try RecsysConfiguration.load(ConfigurationTests.example).configuration
        let plain = RecsysConfiguration()
        #expect(example.mice == plain.mice)
        #expect(example.training.als == plain.training.als)
        #expect(example.eval.blend == plain.eval.blend)
        #expect(example.eval.mmr == plain.eval.mmr)
        #expect(example.seg == plain.seg)
        #expect(example.eval.candidateK == plain.eval.candidateK)
        #expect(example.topK == plain.topK)
    }

    @Test func defaultsAreThoseOfTheStages() throws {
        for yaml in ["", "# nothing\n", "aws:\nseg: ~\n", "{}"] {
            let parsed = try RecsysConfiguration.parse(yaml: yaml)
            #expect(parsed.configuration == .default)
        }
        let plain = RecsysConfiguration.default
        #expect(plain.mice.chains == 7 && plain.mice.iters == 10)
        #expect(plain.training.als.factors == 64 && plain.training.als.alpha == 40)
        #expect(plain.training.als.regularization == 0.01 && plain.training.als.iterations == 10)
        #expect(plain.eval.blend.gamma == 0.3 && plain.eval.mmr.lambda == 0.3)
        #expect(plain.seg.k == 10 && plain.seg.rCap == 60 && plain.seg.topN == 30 && plain.seg.beta == 500)
        #expect(plain.engine == .local && plain.input.validation == .strict)
    }

    @Test func everyKeyReachesItsPlace() throws {
        // A different value for every key; each must come back under the same path in the JSON.
        var number = 1
        var expected: [String: String] = [:]
        var tree: [String: Any] = [:]
        let integers: Set = [
            "instance_count", "volume_gb", "max_runtime_sec", "shuffle_partitions", "chains", "iters", "factors",
            "iterations", "top_k", "candidate_k", "k", "top_n", "alpha", "regularization",
            "regularization_exponent", "regularization_items", "r_cap", "beta",
        ]
        let fixed = [
            "engine": "spark", "format": "csv", "validation": "lenient", "gamma": "0.125", "lambda": "0.75",
            "grouping": "timestamp", "returns": "net", "holdout": "none", "ids_are_text": "true",
            "unobserved_weight": "0.625", "solver": "block-coordinate", "confidence": "as-given",
            "server_side_encryption": "aws:kms",
        ]
        for path in RecsysConfiguration.fields.flatMap(\.paths) {
            let parts = path.split(separator: ".").map(String.init)
            let key = try #require(parts.last)
            number += 1
            let isFlag = [
                "filter_seen", "enabled", "publish_after_eval", "nonnegative", "requester_pays",
            ].contains(key)
            let value = fixed[key] ?? (integers.contains(key) ? String(number) : isFlag ? "false" : "text\(number)")
            expected[path] = value
            insert(value, at: parts[...], into: &tree)
        }
        let yaml = text(of: tree, depth: 0)
        let configuration = try RecsysConfiguration.parse(yaml: yaml).configuration
        var found: [String: String] = [:]
        flatten(try JSONDecoder().decode(Tree.self, from: try configuration.canonicalJSON()), "", into: &found)
        #expect(found == expected)
        #expect(expected.count > 60)
    }

    @Test func approximateSolversAskForFactorsOfAnySign() throws {
        for solver in ["conjugate-gradient", "block-coordinate"] {
            let settings = "training: {als: {solver: \(solver), nonnegative: false}}"
            let configuration = try RecsysConfiguration.parse(yaml: settings).configuration
            let als = TrainStage.configuration(configuration)
            #expect(als.solver.name == solver && !als.nonnegative)
            try als.validate()
            let error = #expect(throws: IFError.self) {
                try RecsysConfiguration.parse(yaml: "training:\n  als:\n    solver: \(solver)\n")
            }
            #expect(error?.location.key == "training.als.solver")
            #expect(error?.location.row == 3)
        }
        #expect(TrainStage.configuration(.default).solver == .cholesky)
        #expect(throws: IFError.self) { try RecsysConfiguration.parse(yaml: "training: {als: {solver: magic}}") }
    }

    @Test func confidenceAndRegularizationOfItemsReachTheModel() throws {
        for form in [ConfidenceForm.linear, .logarithmic, .asGiven] {
            let yaml = "training: {als: {confidence: \(form.name), regularization: 0.5, regularization_items: 0}}"
            let als = TrainStage.configuration(try RecsysConfiguration.parse(yaml: yaml).configuration)
            #expect(als.confidence == form)
            #expect(als.regularization == 0.5 && als.itemRegularization == 0)
            try als.validate()
        }
        let plain = TrainStage.configuration(.default)
        #expect(plain.confidence == .linear && plain.itemRegularization == nil)
        for (key, value) in [("confidence", "raw"), ("regularization_items", "-1"), ("regularization_items", "some")] {
            let error = #expect(throws: IFError.self) {
                try RecsysConfiguration.parse(yaml: "training:\n  als:\n    \(key): \(value)\n")
            }
            #expect(error?.location.key == "training.als.\(key)")
            #expect(error?.location.row == 3)
        }
    }

    @Test func topKFallsBack() throws {
        func topK(_ yaml: String) throws -> Int { try RecsysConfiguration.parse(yaml: yaml).configuration.topK }
        #expect(try topK("eval: {top_k: 5}\ninference: {top_k: 7}") == 5)
        #expect(try topK("inference: {top_k: 7}") == 7)
        #expect(try topK("eval: {filter_seen: yes}") == 10)
    }

    @Test func canonicalJSONIsStableAndComesBack() throws {
        let example = try RecsysConfiguration.load(ConfigurationTests.example).configuration
        let json = try example.canonicalJSON()
        #expect(try RecsysConfiguration(canonicalJSON: json) == example)
        #expect(try RecsysConfiguration(canonicalJSON: json).canonicalJSON() == json)
        let reordered = try RecsysConfiguration.parse(yaml: "seg: {beta: 5, k: 3}\nengine: spark").configuration
        let other = try RecsysConfiguration.parse(yaml: "engine: 'spark'\nseg:\n  k: 3\n  beta: 5.0").configuration
        #expect(try reordered.canonicalJSON() == other.canonicalJSON())
        #expect(try reordered.canonicalJSON() != RecsysConfiguration.default.canonicalJSON())
    }

    /// Manifests keep the JSON; those of earlier versions lack what came later.
    @Test func canonicalJSONOfEarlierVersionsIsRead() throws {
        var example = try RecsysConfiguration.parse(yaml: "training: {als: {factors: 8, alpha: 2}}").configuration
        let now = String(decoding: try example.canonicalJSON(), as: UTF8.self)
        let before = now.replacing("\"confidence\":\"linear\",", with: "")
        try #require(before != now)
        #expect(try RecsysConfiguration(canonicalJSON: Data(before.utf8)) == example)
        example.training.als.confidence = .asGiven
        #expect(try RecsysConfiguration(canonicalJSON: example.canonicalJSON()) == example)
    }

    @Test func locationsMoveBelowTheRoot() throws {
        #expect(RecsysConfiguration.rerooted("s3://bucket/prefix/x", root: "/data") == "/data/prefix/x")
        #expect(RecsysConfiguration.rerooted("s3://bucket/prefix/", root: "/data/") == "/data/prefix/")
        #expect(RecsysConfiguration.rerooted("s3a://bucket/x", root: "s3://other/deep") == "s3://other/deep/x")
        #expect(RecsysConfiguration.rerooted("s3://bucket", root: "/data") == "/data")
        #expect(RecsysConfiguration.rerooted("s3://bucket/x", root: "/") == "/x")
        #expect(RecsysConfiguration.rerooted("local/orders.csv", root: "/data") == "local/orders.csv")
        let moved = try RecsysConfiguration.load(ConfigurationTests.example).configuration.rerooted(to: "/data")
        #expect(moved.s3.ratingsLatest == "/data/after-transformation/upi_features/latest/ratings.parquet")
        #expect(moved.data.userSegS3 == "/data/recsys/user_seg/latest/user_seg.parquet")
        #expect(moved.s3.scriptsBucket == "shop-data")
        #expect(String(decoding: try moved.canonicalJSON(), as: UTF8.self).contains("s3://") == false)
    }

    @Test func aMissingFileIsSaidToBeMissing() throws {
        let error = #expect(throws: IFError.self) { try RecsysConfiguration.load("/no/such/recsys.yaml") }
        #expect(error?.code == .notFound)
    }

    // MARK: Building YAML

    private func insert(_ value: String, at path: ArraySlice<String>, into tree: inout [String: Any]) {
        guard let first = path.first else { return }
        if path.count == 1 {
            tree[first] = value
        } else {
            var inner = tree[first] as? [String: Any] ?? [:]
            insert(value, at: path.dropFirst(), into: &inner)
            tree[first] = inner
        }
    }

    private func text(of tree: [String: Any], depth: Int) -> String {
        tree.sorted { $0.key < $1.key }.map { key, value in
            let indent = String(repeating: "  ", count: depth)
            guard let inner = value as? [String: Any] else { return "\(indent)\(key): \(value)\n" }
            return "\(indent)\(key):\n" + text(of: inner, depth: depth + 1)
        }.joined()
    }

    private func flatten(_ tree: Tree, _ path: String, into found: inout [String: String]) {
        switch tree {
        case .leaf(let value): found[path] = value
        case .node(let inner):
            for (key, value) in inner { flatten(value, path.isEmpty ? key : "\(path).\(key)", into: &found) }
        }
    }
}

/// JSON with every leaf as text.
private indirect enum Tree: Decodable {
    case leaf(String)
    case node([String: Tree])

    init(from decoder: any Decoder) throws {
        if let inner = try? decoder.singleValueContainer().decode([String: Tree].self) {
            self = .node(inner)
            return
        }
        let container = try decoder.singleValueContainer()
        if let values = try? container.decode([String].self) {
            self = .leaf(values.joined(separator: ","))
        } else if let value = try? container.decode(Bool.self) {
            self = .leaf(String(value))
        } else if let value = try? container.decode(Int.self) {
            self = .leaf(String(value))
        } else if let value = try? container.decode(Double.self) {
            self = .leaf(String(value))
        } else {
            self = .leaf(try container.decode(String.self))
        }
    }
}
