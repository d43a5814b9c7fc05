// Ranking quality of IFALS on published splits; prints one JSON object a sweep.
//
//   QualityBenchmark gowalla|movielens DIR [--test [--with-validation]] [--factors K] [--lambda X] [--item-lambda X]
//       [--nu X] [--weighted] [--alpha0 X] [--alpha X] [--sweeps N] [--seed N] [--workers N] [--nonnegative]
//       [--users N]
//
// Without --test, the figures are those of the validation pairs, by which settings are chosen. Items of the training
// side are masked; means are over all users with held-out items, or over N of them; recall is hits / |held-out items of the user|, the
// ideal of NDCG has hits in the first min(|held-out|, K) places.
import Foundation
import IFALS
import IFCore
import IFEval

let arguments = CommandLine.arguments
guard arguments.count > 2, ["gowalla", "movielens"].contains(arguments[1]) else {
    print("usage: QualityBenchmark gowalla|movielens DIR [options]; see the head of main.swift")
    exit(2)
}
let data = try arguments[1] == "gowalla" ? DataSet.gowalla(arguments[2]) : DataSet.movieLens(arguments[2])
let seed = UInt64(Options.integer("--seed", 42))
let split =
    try Options.has("--test")
    ? data.testSplit(withValidation: Options.has("--with-validation"))
    : data.validationSplit(share: 0.1, seed: 42)
let validation = try RankingValidation(
    split, metric: NDCG(cutoff: data.cutoff), cutoff: data.cutoff, others: [Recall()],
    maximumUsers: Options.text("--users").flatMap { Int($0) })

var configuration = ImplicitALS.Configuration(
    factors: Options.integer("--factors", 64), regularization: Options.number("--lambda", 0.01),
    iterations: 1, nonnegative: Options.has("--nonnegative"),
    regularizationScaling: RegularizationScaling(
        exponent: Options.number("--nu", 1), countsUnobserved: Options.has("--weighted")))
configuration.itemRegularization = Options.text("--item-lambda").flatMap { Double($0) }
configuration.unobservedWeight = Options.number("--alpha0", 1)
if let alpha = Options.text("--alpha").flatMap({ Double($0) }) {
    configuration.alpha = alpha
} else {
    configuration.confidence = .asGiven
}
let context = RunContext(seed: seed, workers: WorkerBudget(Options.integer("--workers", 1)))
let clock = ContinuousClock()
var start: FactorMatrix?
for sweep in 1...Options.integer("--sweeps", 16) {
    let began = clock.now
    // A sweep depends on the users' vectors alone, so one sweep from the last ones continues the fit.
    let model = try await ImplicitALS(configuration).fit(split.training, startingFrom: start, in: context)
    start = model.userFactors
    let took = (clock.now - began) / .seconds(1)
    let means = try await validation.means(of: model, in: context)
    print(
        "{\"sweep\":\(sweep),\"ndcg\":\(String(format: "%.5f", means[0])),"
            + "\"recall\":\(String(format: "%.5f", means[1])),\"loss\":\(model.losses.last ?? 0),"
            + "\"s\":\(String(format: "%.2f", took)),\"users\":\(validation.users.count)}")
    fflush(nil)
}
