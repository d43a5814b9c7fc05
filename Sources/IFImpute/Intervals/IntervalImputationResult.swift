public import IFCore

/// What ``IntervalImputation`` yields.
public struct IntervalImputationResult: Sendable {
    /// All columns of the input; the interval as 32-bit integers, imputed.
    public let orders: Table
    /// One row a user, by id: the user's id, `days_imp` (the last interval, null where censored), `frequency`, and
    /// `days_imp_imputed` (32-bit integers).
    public let users: Table
    /// The users with `days_imp` as each chain completed it, where the configuration keeps them.
    public let chains: [Table]
    /// How sure the chains are, for the users whose interval was estimated: the user's id and `days_imp_mean`,
    /// `days_imp_sd` (sample deviation over chains; null for a single chain), `days_imp_min`, `days_imp_max`. Not part
    /// of the file contract.
    public let uncertainty: Table
    /// The contents of `mice_metrics.json`.
    public let metrics: IntervalImputationMetrics
    /// What was found and done, in counts.
    public let report: IntervalImputationReport
    /// Movement of the chains; `nil` where none ran.
    public let trace: ChainTrace?
    /// What the imputation dropped or added.
    public let events: [ImputationEvent]

    init(
        orders: Table, history: OrderHistory, estimate: UserEstimate, written: WriteBack,
        configuration: IntervalImputation.Configuration
    ) throws {
        var imputed = orders
        imputed.set(configuration.columns.days, .int32(written.days))
        self.orders = imputed
        var users = estimate.users
        users.set("days_imp_imputed", .int32(written.estimates))
        self.users = users
        let user = configuration.columns.user
        chains =
            configuration.keepsChains
            ? try (0..<configuration.chains).map { try estimate.imputation?.completed($0) ?? estimate.users } : []
        uncertainty = Self.spread(
            estimate.values, ids: try users.column(user).gather(estimate.values == nil ? [] : estimate.missing),
            user: user)
        metrics = IntervalImputationMetrics(
            inputRows: orders.rowCount, userRows: users.rowCount, missingAfterMask: estimate.missing.count,
            chains: configuration.chains, iterations: configuration.iterations)
        report = written.report
        trace = estimate.imputation?.traces.first
        events = estimate.events
    }

    private static func spread(_ values: ImputedValues?, ids: Column, user: String) -> Table {
        var means: [Double] = []
        var deviations: [Double?] = []
        var least: [Double] = []
        var greatest: [Double] = []
        if let values {
            let count = values.chainCount
            for row in values.rows.indices {
                let draws = values.values[row * count..<(row + 1) * count]
                let mean = draws.reduce(0, +) / Double(count)
                let squares = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                means.append(mean)
                deviations.append(count > 1 ? (squares / Double(count - 1)).squareRoot() : nil)
                least.append(draws.min() ?? mean)
                greatest.append(draws.max() ?? mean)
            }
        }
        var out = Table()
        out.set(user, ids)
        out.set("days_imp_mean", .double(means))
        out.set("days_imp_sd", .double(deviations))
        out.set("days_imp_min", .double(least))
        out.set("days_imp_max", .double(greatest))
        return out
    }
}
