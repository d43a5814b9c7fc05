/// One incomplete column and its predictors, as an ``ImputationMethod`` sees them.
public struct UnivariateProblem: Sendable {
    /// Name of the column to impute.
    public let column: String
    /// What the column holds.
    public let kind: VariableKind
    /// Number of levels of a binary or categorical column; 0 for numbers.
    public let levelCount: Int
    /// The observed values; for categories the numbers 0..<levelCount.
    public let observed: [Double]
    /// Predictors of the rows where the column is observed.
    public let donors: DesignMatrix
    /// Predictors of the rows where it is missing; the same predictors in the same order.
    public let recipients: DesignMatrix
    /// Means, deviations and correlations over the observed rows.
    let moments: PredictorMoments

    /// Creates a problem.
    ///
    /// - Precondition: `donors` has one row for each observed value, `recipients` the same columns.
    public init(
        column: String, kind: VariableKind = .numeric, levelCount: Int = 0, observed: [Double], donors: DesignMatrix,
        recipients: DesignMatrix
    ) {
        precondition(donors.rowCount == observed.count, "one donor row for each observed value is needed")
        precondition(donors.columns.count == recipients.columns.count, "donors and recipients need the same predictors")
        self.init(
            column: column, kind: kind, levelCount: levelCount, observed: observed, donors: donors,
            recipients: recipients, moments: PredictorMoments(donors, target: observed))
    }

    init(
        column: String, kind: VariableKind, levelCount: Int, observed: [Double], donors: DesignMatrix,
        recipients: DesignMatrix, moments: PredictorMoments
    ) {
        self.column = column
        self.kind = kind
        self.levelCount = levelCount
        self.observed = observed
        self.donors = donors
        self.recipients = recipients
        self.moments = moments
    }

    /// The same problem with the predictors at `kept` alone.
    func keeping(_ kept: [Int]) -> UnivariateProblem {
        guard kept.count < donors.columns.count else { return self }
        return UnivariateProblem(
            column: column, kind: kind, levelCount: levelCount, observed: observed, donors: donors.keeping(kept),
            recipients: recipients.keeping(kept), moments: moments.keeping(kept))
    }
}

/// Predictors as numbers, one array a predictor; the intercept is not among them.
public struct DesignMatrix: Hashable, Sendable {
    /// Rows.
    public let rowCount: Int
    /// Names: a column, or `column=level` for a category's indicator.
    public let names: [String]
    /// One array of `rowCount` finite numbers a predictor.
    public let columns: [[Double]]

    /// Creates a matrix.
    ///
    /// - Precondition: As many names as columns, each of `rowCount` numbers.
    public init(rowCount: Int, names: [String], columns: [[Double]]) {
        precondition(names.count == columns.count, "one name for each predictor is needed")
        precondition(columns.allSatisfy { $0.count == rowCount }, "predictors of different lengths")
        self.rowCount = rowCount
        self.names = names
        self.columns = columns
    }

    func keeping(_ kept: [Int]) -> DesignMatrix {
        DesignMatrix(rowCount: rowCount, names: kept.map { names[$0] }, columns: kept.map { columns[$0] })
    }

    /// `intercept + Σ coefficient·predictor` for every row.
    func predictions(intercept: Double, slopes: [Double]) -> [Double] {
        var out = [Double](repeating: intercept, count: rowCount)
        for (slope, column) in zip(slopes, columns) {
            for row in 0..<rowCount { out[row] += slope * column[row] }
        }
        return out
    }
}
