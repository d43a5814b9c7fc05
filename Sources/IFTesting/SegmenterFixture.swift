public import IFCore

/// Features for tests of segmenters.
public enum SegmenterFixture {
    /// Four groups of 60 rows around the corners of a square, their spread a hundredth of its side.
    public static func groups() -> (features: FeatureMatrix, groupOfRow: [Int]) {
        var random = RandomSource(seed: 11).stream("segmenter-fixture/groups")
        var values: [Double] = []
        var groupOfRow: [Int] = []
        for row in 0..<240 {
            let group = row % 4
            values.append(Double(group % 2) * 100 + random.normal())
            values.append(Double(group / 2) * 100 + random.normal())
            groupOfRow.append(group)
        }
        return (FeatureMatrix(names: ["x", "y"], rowCount: 240, values: values), groupOfRow)
    }

    /// A round cloud without groups, of more rows than a block of work has.
    public static func cloud(rows: Int = 5000) -> FeatureMatrix {
        var random = RandomSource(seed: 12).stream("segmenter-fixture/cloud")
        let values = (0..<rows * 3).map { _ in random.normal() }
        return FeatureMatrix(names: ["x", "y", "z"], rowCount: rows, values: values)
    }
}
