// Missing values completed several times over, and an estimate that says how sure it is.
import IFCore
import IFImpute

// snippet.impute
let table = Table([
    "visits": .double([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    "days": .double([31, 27, 25, nil, 18, 17, nil, 11, 8, 7] as [Double?]),
])
let imputation = try await ChainedEquations(.init(chains: 20)).fit(table, in: RunContext(seed: 42))
let estimates = try imputation.imputedValues("days").means
// snippet.end

precondition(estimates.count == 2, "two cells were missing")
precondition(estimates[0] > estimates[1], "more visits, fewer days between them")
