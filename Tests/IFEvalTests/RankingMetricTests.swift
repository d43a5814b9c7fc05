import IFCore
import Testing

@testable import IFEval

/// Values of pytrec_eval, ranx and Spark, written by Scripts/golden/eval/ranking_metrics.py.
private struct Golden: Decodable {
    struct Case: Decodable {
        var truth: [Int32]
        var items: [Int32]
    }
    struct Spark: Decodable {
        var precision: Double
        var recall: Double
        var ndcg: Double
        var map_min_truth_k: Double
    }
    var k: Int
    var cases: [Case]
    var pytrec_eval: [String: [Double]]
    var ranx: [String: [Double]]
    var map_hits: [Double]
    var spark: Spark

    func values(_ metric: any RankingMetric) -> [Double] {
        cases.map { metric.value(of: JudgedRanking(items: $0.items, truth: Set($0.truth), cutoff: k)) }
    }
}

struct RankingMetricTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        var reference: String
        var metric: any RankingMetric
        var testDescription: String { reference }
    }

    static let pairs = [
        Pair(reference: "precision", metric: Precision()), Pair(reference: "recall", metric: Recall()),
        Pair(reference: "map_truth", metric: AveragePrecision(denominator: .truth)),
        Pair(reference: "ndcg", metric: NDCG(cutoff: 10)), Pair(reference: "hit_rate", metric: HitRate()),
        Pair(reference: "mrr", metric: ReciprocalRank()),
    ]

    @Test("agrees with pytrec_eval and ranx, list by list", arguments: pairs)
    func perList(_ pair: Pair) throws {
        let golden = try Fixtures.golden("ranking_metrics.json", as: Golden.self)
        let mine = golden.values(pair.metric)
        for reference in [golden.pytrec_eval, golden.ranx] {
            let theirs = try #require(reference[pair.reference])
            #expect(theirs.count == mine.count)
            for (index, (a, b)) in zip(mine, theirs).enumerated() {
                #expect(abs(a - b) < 1e-12, "case \(index)")
            }
        }
    }

    @Test("average precision over hits and over min(|truth|, K) agree with definition and Spark")
    func averagePrecision() throws {
        let golden = try Fixtures.golden("ranking_metrics.json", as: Golden.self)
        for (a, b) in zip(golden.values(AveragePrecision(denominator: .hits)), golden.map_hits) {
            #expect(abs(a - b) < 1e-12)
        }
        func mean(_ metric: any RankingMetric) -> Double {
            golden.values(metric).reduce(0, +) / Double(golden.cases.count)
        }
        #expect(abs(mean(AveragePrecision()) - golden.spark.map_min_truth_k) < 1e-12)
        #expect(abs(mean(Precision()) - golden.spark.precision) < 1e-12)
        #expect(abs(mean(Recall()) - golden.spark.recall) < 1e-12)
        #expect(abs(mean(NDCG(cutoff: 10)) - golden.spark.ndcg) < 1e-12)
    }

    @Test("denominators differ as they are named")
    func denominators() {
        // Hits at places 1 and 4 of 5, three items of truth missed: Σ = 1 + 2/4.
        let ranking = JudgedRanking(cutoff: 5, truthCount: 8, hitRanks: [1, 4])
        #expect(AveragePrecision(denominator: .hits).value(of: ranking) == 0.75)
        #expect(AveragePrecision(denominator: .minOfTruthAndK).value(of: ranking) == 0.3)
        #expect(AveragePrecision(denominator: .truth).value(of: ranking) == 1.5 / 8)
    }

    @Test("a perfect list scores 1, a list without hits 0")
    func extremes() {
        let perfect = JudgedRanking(cutoff: 4, truthCount: 9, hitRanks: [1, 2, 3, 4])
        let none = JudgedRanking(cutoff: 4, truthCount: 9, hitRanks: [])
        for metric in [Precision(), AveragePrecision(), NDCG(cutoff: 4), HitRate(), ReciprocalRank()]
            as [any RankingMetric]
        {
            #expect(abs(metric.value(of: perfect) - 1) < 1e-15, "\(metric.name)")
            #expect(metric.value(of: none) == 0, "\(metric.name)")
        }
    }

    @Test("a repeated item counts once and the places after it move up")
    func repeats() {
        let ranking = JudgedRanking(items: [5, 5, 7, 7, 9] as [Int32], truth: [5, 9], cutoff: 3)
        #expect(ranking.hitRanks == [1, 3])
    }
}
