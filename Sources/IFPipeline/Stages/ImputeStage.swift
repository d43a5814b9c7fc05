import IFCore
import IFImpute
import IFStore

/// Completes the last interval of users whose value was cut off at the cap.
struct ImputeStage: PipelineStage {
    let name = StageName.impute

    func obstacle(in workspace: Workspace) async throws -> String? {
        let shop = try await workspace.loadShop()
        if shop.hasIntervals { return nil }
        let reason = shop.orders.contains("order_time") ? "no user has a second order" : "the input has no dates"
        return "\(reason), so there are no intervals to impute; orders are used as they are"
    }

    func dependencies(in workspace: Workspace) async throws -> [String: String] {
        [
            "input": try await workspace.fingerprintOfInput(),
            "configuration": try ArtifactJSON.line(configuration(workspace, capped: true)),
            "input-rules": try workspace.inputRules(),
        ]
    }

    func families(in workspace: Workspace) throws -> [RunFamily] { [workspace.layout.imputed] }

    func run(in workspace: Workspace, to output: StageOutput) async throws {
        let shop = try await workspace.loadShop()
        let imputation = IntervalImputation(configuration(workspace, capped: shop.intervalsAreCapped))
        let result = try await imputation.run(orders: shop.orders, in: workspace.context)
        try await output.parquet(result.orders, "orders_imputed.parquet")
        let untouched = try await workspace.untouchedOrders()
        try await output.parquet(untouched ?? shop.orders, "orders.parquet")
        try await output.parquet(result.users, "user_imp_imputed_mean.parquet")
        for (index, chain) in result.chains.enumerated() {
            try await output.parquet(chain, "user_imp_imputed_m\(index + 1).parquet")
        }
        try await output.json(result.metrics, "mice_metrics.json")
        if let trace = result.trace { try await output.json(trace, "chain_trace.json") }
        output.inputs = try await workspace.inputRecords()
        output.rowsIn = shop.orders.rowCount
        output.rowsOut = result.orders.rowCount
        output.findings = shop.notes
        output.notes = shop.notes + Self.notes(result)
        if untouched == nil {
            output.notes.append("orders.parquet holds the orders as read, with bad cells made missing")
        }
        workspace.keep(imputed: result.orders)
    }

    private func configuration(_ workspace: Workspace, capped: Bool) -> IntervalImputation.Configuration {
        var configuration =
            workspace.options.compat ? IntervalImputation.Configuration.compat : IntervalImputation.Configuration()
        configuration.chains = workspace.configuration.mice.chains
        configuration.iterations = workspace.configuration.mice.iters
        // Intervals computed from dates are not cut off: no value stands for "this many or more".
        if !capped { configuration.cap = nil }
        return configuration
    }

    private static func notes(_ result: IntervalImputationResult) -> [String] {
        let report = result.report
        var notes = ["\(report.rowsImputed) of \(report.censoredUsers) cut-off last intervals imputed"]
        if report.filledByUserMedian > 0 { notes.append("\(report.filledByUserMedian) filled with the user's median") }
        if report.filledByGlobalMedian > 0 {
            notes.append("\(report.filledByGlobalMedian) filled with the global median")
        }
        if report.nullsLeft.count > 0 {
            notes.append("\(report.nullsLeft.count) orders after the first have no interval")
        }
        if report.notWholeRounded.count > 0 {
            notes.append("\(report.notWholeRounded.count) intervals rounded to whole days")
        }
        if report.negative.count > 0 { notes.append("\(report.negative.count) negative intervals left as they are") }
        if report.repeatedLastOrders > 0 { notes.append("\(report.repeatedLastOrders) users have two last orders") }
        notes += result.events.map { "\($0.column): \($0.message)" }
        return notes
    }
}
