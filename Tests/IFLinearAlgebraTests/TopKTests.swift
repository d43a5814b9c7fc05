import IFCore
import IFLinearAlgebra
import Testing

@Suite struct TopKTests {
    @Test(arguments: [0, 1, 5, 100, 5000]) func agreesWithSorting(count: Int) {
        var stream = RandomSource(seed: 11).stream("test/topk")
        // Few different values, so that ties are many.
        let scores = (0..<1000).map { _ in Float(stream.integer(below: 60)) }
        let wanted = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(count)
        let found = TopK.select(scores, count: count)
        #expect(found.items == wanted.map { Int32($0) })
        #expect(found.scores == wanted.map { scores[$0] })
    }

    @Test func orderOfOffersDoesNotMatter() {
        let scores: [Float] = [3, 1, 3, 2, 3, 0]
        for offers in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [2, 4, 0, 5, 1, 3]] {
            var best = TopK(capacity: 2)
            for item in offers { best.insert(Int32(item), scores[item]) }
            let found = best.drain()
            #expect(found.items == [0, 2])
            #expect(best.count == 0)
        }
    }

    @Test func neverKeepsNaN() {
        #expect(TopK.select([.nan, 1, .nan, 2], count: 4).items == [3, 1])
    }
}
