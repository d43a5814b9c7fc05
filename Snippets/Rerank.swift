// Candidates of a model, blended with popularity and made diverse.
import IFCore
import IFRerank

// snippet.candidates
// One user's candidates: items 0, 1 and 2 are nearly the same product, item 3 is another kind, item 4 sells most.
let candidates = RankedLists([[(0, 9.0), (1, 8.9), (2, 8.8), (3, 7), (4, 1)]])
let vectors = FactorMatrix(
    rowCount: 5, rank: 2,
    values: [1, 0, 0.99, 0.05, 0.98, 0.1, 0, 1, 0.7, 0.7])
let prior = try PopularityPrior(counts: [10, 12, 9, 15, 4000])
// snippet.end

// snippet.rerank
let diverse = try PostRanker(
    .init(candidateK: 5, topK: 3, gamma: 0, lambda: 0.5), prior: prior, itemFactors: vectors)
let list = try diverse.rerank(candidates, count: 3)
// snippet.end

precondition(list.items(of: 0).first == 0, "the best candidate stays first")
precondition(list.items(of: 0)[1] == 3, "the second place goes to another kind, not to a copy of the first")

// snippet.blend
let popular = try PostRanker(
    .init(candidateK: 5, topK: 3, gamma: 0.9, mmrEnabled: false), prior: prior, itemFactors: nil)
let blended = try popular.rerank(candidates, count: 3)
// snippet.end

precondition(blended.items(of: 0).first == 4, "popularity weighs most")

// snippet.filter
// What the user has is neither kept nor filled in; a short list is filled from the most popular items.
let history = CSRMatrix(rowCount: 1, columnCount: 5, offsets: [0, 2], columns: [0, 4], values: [1, 1])
let unseen = try popular.rerank(candidates, users: [0], count: 5, filter: .removingSeen(history))
// snippet.end

precondition(Set(unseen.items(of: 0)) == [1, 2, 3], "items 0 and 4 are gone")
