public import IFCore

/// One number for every missing value: the mean (mice's `mean`) or the median of the observed ones.
public struct ConstantFill: ImputationMethod, Hashable, Codable {
    /// The statistic that fills.
    public var statistic: MeanImputer.Statistic

    /// Creates the method.
    public init(_ statistic: MeanImputer.Statistic) { self.statistic = statistic }

    /// The name in settings and messages.
    public var name: String { statistic.rawValue }

    /// Draws values for the missing rows of one column.
    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        let values = problem.observed
        let fill = statistic == .mean ? values.reduce(0, +) / Double(values.count) : MeanImputer.median(values)
        return Array(repeating: fill, count: problem.recipients.rowCount)
    }
}

/// Values drawn from the observed ones with replacement (mice's `sample`); predictors are ignored.
public struct RandomSample: ImputationMethod, Hashable, Codable {
    /// Creates the method.
    public init() {}

    /// The name in settings and messages.
    public var name: String { "sample" }
    /// Whether every imputed value is one that was observed.
    public var drawsObservedValues: Bool { true }

    /// Every kind.
    public func supports(_ kind: VariableKind) -> Bool { true }

    /// Draws values for the missing rows of one column.
    public func impute(
        _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
    ) throws -> [Double] {
        Self.draw(problem.recipients.rowCount, from: problem.observed, using: &random)
    }

    static func draw(_ count: Int, from observed: [Double], using random: inout RandomStream) -> [Double] {
        var out = [Double]()
        out.reserveCapacity(count)
        for _ in 0..<count { out.append(observed[random.integer(below: observed.count)]) }
        return out
    }
}

extension ImputationMethod where Self == ConstantFill {
    /// The mean of the observed values.
    public static var mean: ConstantFill { ConstantFill(.mean) }
    /// The median of the observed values.
    public static var median: ConstantFill { ConstantFill(.median) }
}

extension ImputationMethod where Self == RandomSample {
    /// Random observed values.
    public static var sample: RandomSample { RandomSample() }
}
