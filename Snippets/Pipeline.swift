// The whole pipeline on a made-up shop, run twice: the second time nothing is repeated.
import Foundation
import IFCore
import IFPipeline
import IFSynth

let work = FileManager.default.temporaryDirectory.appending(path: "snippet-pipeline-\(UUID().uuidString)").path()
defer { try? FileManager.default.removeItem(atPath: work) }
_ = try await ShopWriter.write(SyntheticShop(.init(users: 60, items: 500)), to: work + "/shop", in: RunContext())

// snippet.run
var configuration = RecsysConfiguration.default
configuration.mice.chains = 2
configuration.training.als.factors = 8
configuration.training.als.iterations = 2
let pipeline = try Pipeline(configuration: configuration, input: work + "/shop", root: work + "/store")
let report = try await pipeline.run(in: RunContext(seed: 42, workers: 2)) { stage in
    print(stage.stage.rawValue, stage.outcome.rawValue, stage.notes)
}
// snippet.end

precondition(report.stages.allSatisfy { $0.outcome == .finished }, "every stage ran")

// snippet.again
let again = try await pipeline.run(in: RunContext(seed: 42, workers: 1))
// snippet.end

precondition(again.stages.allSatisfy { $0.outcome == .unchanged }, "nothing has changed, nothing is repeated")

// snippet.changed
configuration.seg.k = 4
let other = try Pipeline(configuration: configuration, input: work + "/shop", root: work + "/store")
let changed = try await other.run(in: RunContext(seed: 42, workers: 2))
// snippet.end

precondition(
    changed.stages.filter { $0.outcome == .finished }.map(\.stage) == [.segment, .export, .report],
    "only what depends on the number of segments was done again")

// snippet.serve
let service = RecommendationService(root: work + "/store")
var options = RecommendationService.Options()
options.unseen = true
let answers = try await service.lists(for: ["1", "nobody"], count: 3, options: options, in: RunContext())
// snippet.end

precondition(answers[0].items?.count == 3 && answers[1].items == nil, "the model does not know 'nobody'")
