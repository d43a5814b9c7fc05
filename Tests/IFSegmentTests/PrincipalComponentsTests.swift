import IFCore
import IFSegment
import Testing

@Suite("PrincipalComponents")
struct PrincipalComponentsTests {
    struct File: Decodable {
        var rows: [Double]
        var components: [Double]
        var variances: [Double]
        var shares: [Double]
        var transformed: [Double]
    }

    @Test func agreesWithScikitLearnUpToSign() throws {
        let golden = try Golden.load("components", as: File.self)
        let features = FeatureMatrix(names: ["r", "f", "m"], rowCount: golden.rows.count / 3, values: golden.rows)
        let found = try PrincipalComponents(features)
        #expect(Golden.difference(found.variances, golden.variances) < 1e-12)
        #expect(Golden.difference(found.varianceShares, golden.shares) < 1e-12)
        let points = try found.transform(features)
        #expect(points.names == ["pc1", "pc2"])
        for component in 0..<2 {
            let own = Array(found.components[component * 3..<component * 3 + 3])
            let other = Array(golden.components[component * 3..<component * 3 + 3])
            let sign = zip(own, other).reduce(0) { $0 + $1.0 * $1.1 } > 0 ? 1.0 : -1.0
            #expect(Golden.difference(own, other.map { $0 * sign }) < 1e-10)
            let coordinates = (0..<points.rowCount).map { points.values[$0 * 2 + component] }
            let expected = (0..<points.rowCount).map { golden.transformed[$0 * 2 + component] * sign }
            #expect(Golden.difference(coordinates, expected) < 1e-10)
        }
    }

    @Test func equalRowsHaveNoVariance() throws {
        let features = FeatureMatrix(names: ["a", "b"], rowCount: 3, values: [1, 2, 1, 2, 1, 2])
        let found = try PrincipalComponents(features)
        #expect(found.varianceShares == [0, 0])
        #expect(try found.transform(features).values.allSatisfy { $0 == 0 })
    }

    @Test func impossibleCountsAreRefused() throws {
        let features = FeatureMatrix(names: ["a"], rowCount: 2, values: [1, 2])
        let error = #expect(throws: IFError.self) { try PrincipalComponents(features, count: 2) }
        #expect(error?.code == .invalidArgument)
    }
}
