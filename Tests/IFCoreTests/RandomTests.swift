import IFCore
import Testing

@testable import IFCore

@Suite struct RandomTests {
    struct KnownAnswer: Sendable {
        var counter: SIMD4<UInt32>
        var key: SIMD2<UInt32>
        var output: SIMD4<UInt32>
    }

    /// Random123 1.14, kat_vectors, "philox4x32 10".
    @Test(arguments: [
        KnownAnswer(
            counter: .zero, key: .zero, output: SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
        KnownAnswer(
            counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max),
            output: SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
        KnownAnswer(
            counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0),
            output: SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
    ])
    func philoxMatchesPublishedVectors(_ vector: KnownAnswer) {
        #expect(Philox.block(counter: vector.counter, key: vector.key) == vector.output)
    }

    @Test func streamsRepeatAndDiffer() {
        func draws(_ stream: RandomStream) -> [UInt64] {
            var stream = stream
            return (0..<64).map { _ in stream.next() }
        }
        let source = RandomSource(seed: 7)
        #expect(draws(source.stream("a", block: 3)) == draws(source.stream("a", block: 3)))
        #expect(draws(source.stream("a", block: 3)) != draws(source.stream("a", block: 4)))
        #expect(draws(source.stream("a")) != draws(source.stream("b")))
        #expect(draws(source.stream("a")) != draws(RandomSource(seed: 8).stream("a")))
        #expect(draws(source.derived("x").stream("a")) != draws(source.stream("a")))
        #expect(source.stream("name") == source.stream(named: "name"))
    }

    /// Means and variances within 5 standard errors of 200,000 draws (p < 1e-6 each).
    @Test func distributionsHaveTheirMoments() {
        struct Case {
            var name: String
            var mean: Double
            var variance: Double
            var draw: (inout RandomStream) -> Double
        }
        let cases = [
            Case(name: "uniform", mean: 0.5, variance: 1.0 / 12) { $0.uniform() },
            Case(name: "normal", mean: 0, variance: 1) { $0.normal() },
            Case(name: "exponential", mean: 1, variance: 1) { $0.exponential() },
            Case(name: "gamma 0.5", mean: 0.5, variance: 0.5) { $0.gamma(shape: 0.5) },
            Case(name: "gamma 4", mean: 4, variance: 4) { $0.gamma(shape: 4) },
            Case(name: "chi-squared 9", mean: 9, variance: 18) { $0.chiSquared(degreesOfFreedom: 9) },
            Case(name: "poisson 3", mean: 3, variance: 3) { Double($0.poisson(mean: 3)) },
            Case(name: "poisson 250", mean: 250, variance: 250) { Double($0.poisson(mean: 250)) },
            Case(name: "integer 6", mean: 2.5, variance: 35.0 / 12) { Double($0.integer(below: 6)) },
        ]
        let n = 200_000
        for item in cases {
            var stream = RandomSource(seed: 11).stream(named: item.name)
            var sum = 0.0
            var squares = 0.0
            for _ in 0..<n {
                let x = item.draw(&stream) - item.mean
                sum += x
                squares += x * x
            }
            let error = (item.variance / Double(n)).squareRoot()
            #expect(abs(sum / Double(n)) < 5 * error, "\(item.name): mean")
            #expect(abs(squares / Double(n) / item.variance - 1) < 0.05, "\(item.name): variance")
        }
    }

    @Test func shuffleAndSampleKeepTheirElements() {
        var stream = RandomSource(seed: 1).stream("shuffle")
        var values = Array(0..<1000)
        stream.shuffle(&values)
        #expect(values != Array(0..<1000))
        #expect(values.sorted() == Array(0..<1000))
        for count in [0, 1, 10, 999, 1000] {
            let sample = stream.sample(count, below: 1000)
            #expect(Set(sample).count == count)
            #expect(sample.allSatisfy { (0..<1000).contains($0) })
        }
    }

    /// Every one of the 24 orders of four elements is as likely: chi-squared with 23 degrees of freedom below its
    /// 1 - 1e-6 quantile, 68.0.
    @Test func shuffleIsUniform() {
        var counts: [[Int]: Int] = [:]
        var stream = RandomSource(seed: 5).stream("uniform shuffle")
        for _ in 0..<24_000 {
            var values = [0, 1, 2, 3]
            stream.shuffle(&values)
            counts[values, default: 0] += 1
        }
        let chi = counts.values.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
        #expect(counts.count == 24)
        #expect(chi < 68)
    }
}
