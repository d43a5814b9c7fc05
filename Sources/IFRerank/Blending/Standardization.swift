/// z-scores: distance from the mean in standard deviations.
enum Standardization {
    /// Which divisor the variance has.
    enum Deviation {
        /// n: the values are the whole population (one user's candidates).
        case population
        /// n − 1: the values are a sample.
        case sample
    }

    /// Mean and standard deviation, in two passes; the deviation is 0 where it is not defined.
    ///
    /// Values that are all equal have deviation 0 exactly, whatever the mean rounds to.
    static func moments(_ values: some Collection<Double>, _ deviation: Deviation) -> (mean: Double, deviation: Double)
    {
        let divisor = Double(deviation == .population ? values.count : values.count - 1)
        guard let first = values.first, divisor > 0 else { return (values.first ?? 0, 0) }
        if values.allSatisfy({ $0 == first }) { return (first, 0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / divisor).squareRoot())
    }

    /// The z-score of a value; 0 where the deviation is 0.
    static func score(_ value: Double, _ moments: (mean: Double, deviation: Double)) -> Double {
        moments.deviation > 0 ? (value - moments.mean) / moments.deviation : 0
    }
}
