/// z-scores with the sample standard deviation (n − 1); all 0 where it is 0 or where there is one value.
enum Standardization {
    /// - Complexity: O(n), in three passes of a fixed order.
    static func zScores(_ values: [Double]) -> [Double] {
        guard values.count > 1 else { return values.map { _ in 0 } }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(values.count - 1)).squareRoot()
        // Equal values may leave a rest of rounding; it is no spread.
        guard deviation > 1e-14 * abs(mean) else { return values.map { _ in 0 } }
        return values.map { ($0 - mean) / deviation }
    }
}
