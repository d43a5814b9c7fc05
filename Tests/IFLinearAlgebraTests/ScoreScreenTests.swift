import IFCore
import IFLinearAlgebra
import Testing

/// Whatever the instruction set: no item of the true list is left out, and few others stay.
@Suite struct ScoreScreenTests {
    @Test(arguments: [7, 16, 64], KernelSet.available)
    func candidatesHoldTheBest(rank: Int, kernels: KernelSet) throws {
        let (items, count) = (5000, 10)
        var stream = RandomSource(seed: 41).stream("test/screen", block: rank)
        var values: [Float] = []
        for _ in 0..<items {
            // Long and short vectors, as popular and rare items have.
            let length = stream.exponential()
            for _ in 0..<rank { values.append(Float(stream.normal() * length)) }
        }
        var screen = ScoreScreen(vectors: values.span, rank: rank)
        screen.kernels = kernels
        for query in 0..<20 {
            let asked = (0..<rank).map { _ in Float(stream.normal()) }
            var best = TopK(capacity: count)
            for item in 0..<items where item % 3 != query % 3 {
                let score = (0..<rank).reduce(0.0) { $0 + Double(values[item * rank + $1]) * Double(asked[$1]) }
                best.insert(Int32(item), Float(score))
            }
            let found = try #require(
                screen.candidates(count, query: asked.span) { Int($0) % 3 == query % 3 })
            #expect(Set(best.drain().items).isSubset(of: found))
            #expect(found.count < items / 8)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 })
        }
    }
}
