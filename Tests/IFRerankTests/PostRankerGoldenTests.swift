import Foundation
import IFCore
import Testing

@testable import IFRerank

/// Lists of the NumPy reference, written by Scripts/golden/rerank/post_ranking.py.
private struct Golden: Decodable {
    struct User: Decodable {
        var items: [Int32]
        var scores: [Float]
    }
    struct Setting: Decodable {
        var gamma: Double
        var lambda: Double
        var candidate_k: Int
        var top_k: Int
    }
    var rank: Int
    var vectors: [Float]
    var counts: [Int?]
    var z_pop: [Double]
    var users: [User]
    var settings: [Setting]
    var expected: [[[Int32]]]

    static func load() throws -> Golden {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/post_ranking.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    }
}

struct PostRankerGoldenTests {
    @Test("popularity z-scores agree with NumPy")
    func popularity() throws {
        let golden = try Golden.load()
        let prior = try PopularityPrior(counts: golden.counts)
        for (mine, theirs) in zip(prior.scores, golden.z_pop) { #expect(abs(mine - theirs) < 1e-12) }
    }

    @Test("lists agree with NumPy", arguments: 0..<6)
    func lists(_ index: Int) throws {
        let golden = try Golden.load()
        let setting = golden.settings[index]
        let ranker = try PostRanker(
            .init(candidateK: setting.candidate_k, topK: setting.top_k, gamma: setting.gamma, lambda: setting.lambda),
            prior: PopularityPrior(counts: golden.counts),
            itemFactors: FactorMatrix(rowCount: golden.counts.count, rank: golden.rank, values: golden.vectors))
        let candidates = RankedLists(golden.users.map { user in zip(user.items, user.scores).map { ($0, $1) } })
        let final = try ranker.rerank(candidates, count: setting.top_k)
        for user in golden.users.indices {
            #expect(Array(final.items(of: user)) == golden.expected[index][user], "user \(user)")
        }
    }
}
