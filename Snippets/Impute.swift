// Missing values completed several times over, and an estimate that says how sure it is.
import IFCore
import IFImpute

// snippet.impute
let table = Table([
    "visits": .double([1, 1, 2, 2, 4, 4, 7, 7, 9, 9]),
    "days": .double([31, 29, 25, nil, 18, 17, nil, 11, 8, 7] as [Double?]),
])
let imputation = try await ChainedEquations(.init(chains: 20)).fit(table, in: RunContext(seed: 42))
let estimates = try imputation.imputedValues("days").means
// snippet.end

precondition(estimates.count == 2, "two cells were missing")
precondition(estimates[0] > estimates[1], "more visits, fewer days between them")

// snippet.diagnose
for trace in imputation.traces {
    if let reduction = trace.potentialScaleReduction, reduction > 1.1 {
        print("\(trace.column): the chains have not mixed, R-hat is \(reduction); raise iterations")
    }
}
for event in imputation.events { print(event) }
// snippet.end

precondition(imputation.traces.map(\.column) == ["days"], "one column was imputed")
precondition(imputation.traces[0].means.count == 20, "one trace a chain")

// snippet.pool
// The mean of `days` in each completed table, its squared standard error, and both pooled by Rubin's rules.
var means: [Double] = []
var variances: [Double] = []
for chain in 0..<imputation.chainCount {
    let days = try imputation.completed(chain).double("days").values
    let mean = days.reduce(0, +) / Double(days.count)
    let squares = days.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    means.append(mean)
    variances.append(squares / Double((days.count - 1) * days.count))
}
let pooled = try RubinPooling(estimates: means, variances: variances, completeDegreesOfFreedom: 9)
// snippet.end

precondition(pooled.totalVariance >= pooled.withinVariance, "missing values make an estimate less sure, not more")
precondition(pooled.missingInformation > 0 && pooled.missingInformation < 1, "some information is missing, not all")

// snippet.methods
let mixed = Table([
    "age": .double([23, 31, 35, 44, 52, 61, 38, 29]),
    "member": .bool(
        ColumnValues(
            [false, false, true, true, true, true, false, false],
            validity: Bitmap([true, true, true, false, true, true, true, true]))),
    "spend": .double([12, 15, nil, 32, 41, 39, 20, nil] as [Double?]),
])
let chosen = ChainedEquations(
    .init(chains: 5, iterations: 10, predictors: ["spend": ["age"]], visitSequence: .fewestMissingFirst),
    methods: ["member": .logisticRegression, "spend": .bayesianRegression])
let completed = try await chosen.fit(mixed, in: RunContext(seed: 7, workers: 2))
// snippet.end

precondition(completed.visitSequence == ["member", "spend"], "the fewest missing values first")
let firstTable = try completed.completed(0)
precondition(firstTable.columns.allSatisfy { $0.nullCount == 0 }, "a completed table has no null")
