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
