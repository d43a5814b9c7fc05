import IFCore

/// What a fit is going to do, settled before the first draw: variables, targets in visit order, their methods and
/// predictors, and what was left out.
struct ImputationPlan: Sendable {
    /// One incomplete column.
    struct Target: Sendable {
        /// Position of its variable.
        var variable: Int
        var method: any ImputationMethod
        /// Positions of the predictors' variables, in table order.
        var predictors: [Int]
        /// Observed values of the target.
        var observed: [Double]
        /// For each predictor that is complete: its numbers in the observed and in the missing rows. These never
        /// change, so all chains and sweeps share them.
        var fixed: [Int: (observed: [[Double]], missing: [[Double]])]
    }

    let variables: [Variable]
    /// Targets in table order.
    let targets: [Target]
    /// Positions in `targets`, in visit order.
    let visits: [Int]
    let events: [ImputationEvent]

    init(
        _ table: Table, configuration: ChainedEquations.Configuration, methods: [String: any ImputationMethod]
    ) throws {
        var events: [ImputationEvent] = []
        let wanted = try Self.targetNames(table, configuration, events: &events)
        try Self.checkNames(table, configuration, methods: methods)
        let candidates = Self.candidates(table, configuration, targets: wanted, events: &events)
        let used = Set(wanted).union(configuration.predictors.filter { wanted.contains($0.key) }.values.joined())
            .union(wanted.isEmpty ? [] : candidates)
        let variables = try table.names.filter { used.contains($0) }.map { try Variable($0, in: table) }
        let places = Dictionary(uniqueKeysWithValues: variables.enumerated().map { ($1.name, $0) })
        let usable = Self.varying(candidates.compactMap { places[$0] }, of: variables, events: &events)
        var targets: [Target] = []
        for name in wanted {
            guard let place = places[name] else { continue }
            let chosen = try configuration.predictors[name].map {
                try Self.chosen($0, for: name, table: table, targets: wanted).compactMap { places[$0] }
            }
            let predictors = (chosen ?? usable).filter { $0 != place }
            targets.append(
                try Self.target(place, of: variables, predictors: predictors.sorted(), method: methods[name]))
        }
        self.variables = variables
        self.targets = targets
        visits = try Self.visits(
            configuration.visitSequence, names: wanted, variables: targets.map { variables[$0.variable] })
        self.events = events
    }

    private static func target(
        _ place: Int, of variables: [Variable], predictors: [Int], method: (any ImputationMethod)?
    ) throws -> Target {
        let variable = variables[place]
        guard !variable.observedRows.isEmpty else {
            throw IFError(
                .emptyData, "every value is missing, so there is nothing to impute from", column: variable.name)
        }
        let method = method ?? DefaultMethods.method(for: variable.kind)
        guard method.supports(variable.kind) else {
            throw IFError(
                .unsupported,
                "the method \(method.name) cannot impute \(variable.kind.name) values; choose another for this column",
                column: variable.name)
        }
        var fixed: [Int: (observed: [[Double]], missing: [[Double]])] = [:]
        for other in predictors where variables[other].isComplete {
            let values = variables[other].values
            fixed[other] = (
                variables[other].predictors(values, rows: variable.observedRows),
                variables[other].predictors(values, rows: variable.missingRows)
            )
        }
        return Target(
            variable: place, method: method, predictors: predictors,
            observed: variable.observedRows.map { variable.values[$0] }, fixed: fixed)
    }

    private static func visits(_ sequence: VisitSequence, names: [String], variables: [Variable]) throws -> [Int] {
        let missing = variables.map { $0.missingRows.count }
        switch sequence {
        case .tableOrder: return Array(names.indices)
        case .reversed: return names.indices.reversed()
        case .fewestMissingFirst: return names.indices.sorted { (missing[$0], $0) < (missing[$1], $1) }
        case .mostMissingFirst: return names.indices.sorted { (-missing[$0], $0) < (-missing[$1], $1) }
        case .columns(let order):
            let unknown = order.first { !names.contains($0) }
            if let unknown {
                throw IFError(
                    .invalidArgument, "the visit sequence names a column that is not imputed", column: unknown)
            }
            if let left = names.first(where: { !order.contains($0) }) {
                throw IFError(
                    .invalidArgument,
                    "the visit sequence leaves out an incomplete column; add it, or name the columns to impute",
                    column: left)
            }
            return order.compactMap { names.firstIndex(of: $0) }
        }
    }
}
