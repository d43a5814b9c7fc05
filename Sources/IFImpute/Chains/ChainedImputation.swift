public import IFCore

/// The completed tables of ``ChainedEquations``, and what is needed to judge them.
public struct ChainedImputation: ImputationModel {
    /// Settings of the fit.
    public let configuration: ChainedEquations.Configuration
    /// Seed of the fit.
    public let seed: UInt64
    /// Chain means and variances of every imputed column, in table order.
    public let traces: [ChainTrace]
    /// What the fit dropped, added or left alone.
    public let events: [ImputationEvent]
    /// Method of every imputed column.
    public let methods: [String: String]
    /// Predictors of every imputed column, before those that a fit found unusable were dropped.
    public let predictors: [String: [String]]
    /// Columns in the order in which a sweep visits them.
    public let visitSequence: [String]

    private let table: Table
    private let variables: [Variable]
    private let keepsType: [Bool]
    /// Target, chain, cell.
    private let cells: [[[Double]]]

    init(
        table: Table, plan: ImputationPlan, configuration: ChainedEquations.Configuration, seed: UInt64,
        chains: [ChainSampler.Result]
    ) {
        self.table = table
        self.configuration = configuration
        self.seed = seed
        let variables = plan.targets.map { plan.variables[$0.variable] }
        self.variables = variables
        keepsType = plan.targets.map { $0.method.drawsObservedValues }
        cells = plan.targets.indices.map { index in chains.map { $0.cells[index] } }
        traces = plan.targets.indices.map { index in
            ChainTrace(
                column: variables[index].name, means: chains.map { $0.means[index] },
                variances: variables[index].missingRows.count > 1 ? chains.map { $0.variances[index] } : nil)
        }
        events = ImputationEvent.merged(plan.events + chains.flatMap(\.events))
        methods = Dictionary(
            uniqueKeysWithValues: plan.targets.map { (plan.variables[$0.variable].name, $0.method.name) })
        predictors = Dictionary(
            uniqueKeysWithValues: plan.targets.map { target in
                (plan.variables[target.variable].name, target.predictors.map { plan.variables[$0].name })
            })
        visitSequence = plan.visits.map { variables[$0].name }
    }

    /// Number of completed tables.
    public var chainCount: Int { configuration.chains }

    /// Columns that were completed, in table order.
    public var imputedColumns: [String] { variables.map(\.name) }

    /// A completed table. A column of integers or single precision whose method makes new values (not
    /// ``ImputationMethod/drawsObservedValues``) becomes one of doubles.
    ///
    /// - Precondition: `chain` in 0..<chainCount.
    /// - Complexity: O(imputed columns · rows).
    public func completed(_ chain: Int) throws -> Table {
        precondition(chain >= 0 && chain < chainCount, "no such chain")
        var out = table
        for (index, variable) in variables.enumerated() {
            out.set(
                variable.name,
                variable.completing(
                    try table.column(variable.name), with: cells[index][chain], keepsType: keepsType[index]))
        }
        return out
    }

    /// The imputed values of a column; for strings the numbers of ``levels(of:)``, for Booleans 0 and 1.
    ///
    /// - Throws: ``IFError/Code/missingColumn`` where no value of the column was imputed.
    public func imputedValues(_ column: String) throws -> ImputedValues {
        let index = try position(column)
        let rows = variables[index].missingRows
        var values = [Double]()
        values.reserveCapacity(rows.count * chainCount)
        for row in rows.indices {
            for chain in 0..<chainCount { values.append(cells[index][chain][row]) }
        }
        return ImputedValues(rows: rows, chainCount: chainCount, values: values)
    }

    /// The levels of an imputed column of strings, in order of their UTF-8 bytes; empty for other columns.
    ///
    /// - Throws: ``IFError/Code/missingColumn`` where no value of the column was imputed.
    public func levels(of column: String) throws -> [String] { variables[try position(column)].levels }

    private func position(_ column: String) throws -> Int {
        if let index = variables.firstIndex(where: { $0.name == column }) { return index }
        throw IFError(
            .missingColumn,
            "no value of this column was imputed; imputed were \(imputedColumns.joined(separator: ", "))",
            column: column)
    }
}
