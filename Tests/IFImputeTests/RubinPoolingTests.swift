import IFCore
import IFImpute
import Testing

@Suite("Rubin's rules")
struct RubinPoolingTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            var estimates: [Double]
            var variances: [Double]
            var complete: Double?
            var qbar: Double
            var ubar: Double
            var b: Double
            var t: Double
            var df: Double
            var r: Double
            var fmi: Double
        }
        var cases: [Case]
    }

    @Test("MICE-POOL-SCALAR-001: equals mice's pool.scalar")
    func equalsMice() throws {
        let reference = try Golden.load("pooling.json", as: Reference.self)
        #expect(reference.cases.count == 5)
        for expected in reference.cases {
            let pooled = try RubinPooling(
                estimates: expected.estimates, variances: expected.variances,
                completeDegreesOfFreedom: expected.complete)
            func near(_ ours: Double, _ theirs: Double) -> Bool { abs(ours - theirs) <= 1e-12 * max(1, abs(theirs)) }
            #expect(near(pooled.estimate, expected.qbar))
            #expect(near(pooled.withinVariance, expected.ubar))
            #expect(near(pooled.betweenVariance, expected.b))
            #expect(near(pooled.totalVariance, expected.t))
            #expect(near(pooled.degreesOfFreedom, expected.df))
            #expect(near(pooled.relativeIncrease, expected.r))
            #expect(near(pooled.missingInformation, expected.fmi))
            #expect(pooled.standardError == pooled.totalVariance.squareRoot())
        }
    }

    @Test func refusesWhatCannotBePooled() {
        for (estimates, variances) in [([1.0], [1.0]), ([1, 2], [1]), ([1, .nan], [1, 1]), ([1, 2], [0, 1])] {
            let error = #expect(throws: IFError.self) { try RubinPooling(estimates: estimates, variances: variances) }
            #expect(error?.code == .invalidArgument)
        }
    }
}
