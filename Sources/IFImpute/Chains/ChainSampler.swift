import IFCore

/// One chain: the current values of the incomplete columns, swept again and again.
struct ChainSampler {
    /// What one chain yields.
    struct Result: Sendable {
        /// Imputed cells of each target.
        var cells: [[Double]]
        /// Means of the imputed cells: target, then iteration.
        var means: [[Double]]
        /// Sample variances of the imputed cells; `nan` for a single cell.
        var variances: [[Double]]
        var events: [ImputationEvent]
    }

    private let plan: ImputationPlan
    private let chain: Int
    private let random: RandomSource
    /// Values of every incomplete variable; complete ones are read from the plan.
    private var current: [[Double]]
    private var cells: [[Double]]
    private var events: [ImputationEvent] = []

    init(plan: ImputationPlan, chain: Int, random: RandomSource) {
        self.plan = plan
        self.chain = chain
        self.random = random
        current = plan.variables.map { $0.isComplete ? [] : $0.values }
        cells = []
        for target in plan.targets {
            let variable = plan.variables[target.variable]
            var stream = random.stream(named: "impute/start/" + variable.name, block: chain)
            cells.append(RandomSample.draw(variable.missingRows.count, from: target.observed, using: &stream))
        }
        for index in plan.targets.indices { place(index) }
    }

    mutating func run(
        iterations: Int, screen: PredictorScreen, afterSweep: () -> Void
    ) throws -> Result {
        var means = plan.targets.map { _ in [Double]() }
        var variances = means
        for iteration in 1...iterations {
            for index in plan.visits {
                try Task.checkCancellation()
                try step(index, iteration: iteration, screen: screen)
            }
            for index in plan.targets.indices {
                let (mean, variance) = Self.moments(cells[index])
                means[index].append(mean)
                variances[index].append(variance)
            }
            afterSweep()
        }
        return Result(cells: cells, means: means, variances: variances, events: events)
    }

    private mutating func step(_ index: Int, iteration: Int, screen: PredictorScreen) throws {
        let target = plan.targets[index]
        let variable = plan.variables[target.variable]
        let problem = problem(index)
        let (kept, dropped) = try screen.usable(problem.moments, names: problem.donors.names)
        for message in dropped { log(.predictorDropped, variable, "predictor dropped: " + message, iteration) }
        var stream = random.stream(named: "impute/\(iteration)/" + variable.name, block: chain)
        var notes: [String] = []
        let values = try target.method.impute(problem.keeping(kept), using: &stream, notes: &notes)
        for note in notes { log(.methodNote, variable, "\(target.method.name): \(note)", iteration) }
        guard values.count == variable.missingRows.count else {
            throw IFError(
                .invalidArgument,
                "the method \(target.method.name) gave \(values.count) values for \(variable.missingRows.count) missing rows",
                column: variable.name)
        }
        guard values.allSatisfy(\.isFinite) else {
            throw IFError(
                .numericalFailure, "the method \(target.method.name) gave a value that is not a finite number",
                column: variable.name)
        }
        cells[index] = values
        place(index)
    }

    private func problem(_ index: Int) -> UnivariateProblem {
        let target = plan.targets[index]
        let variable = plan.variables[target.variable]
        var names: [String] = []
        var observed: [[Double]] = []
        var missing: [[Double]] = []
        for place in target.predictors {
            let predictor = plan.variables[place]
            names += predictor.predictorNames
            if let fixed = target.fixed[place] {
                observed += fixed.observed
                missing += fixed.missing
            } else {
                observed += predictor.predictors(current[place], rows: variable.observedRows)
                missing += predictor.predictors(current[place], rows: variable.missingRows)
            }
        }
        return UnivariateProblem(
            column: variable.name, kind: variable.kind, levelCount: variable.levelCount, observed: target.observed,
            donors: DesignMatrix(rowCount: variable.observedRows.count, names: names, columns: observed),
            recipients: DesignMatrix(rowCount: variable.missingRows.count, names: names, columns: missing))
    }

    private mutating func place(_ index: Int) {
        let variable = plan.targets[index].variable
        let rows = plan.variables[variable].missingRows
        for position in rows.indices { current[variable][rows[position]] = cells[index][position] }
    }

    private mutating func log(_ kind: ImputationEvent.Kind, _ variable: Variable, _ message: String, _ iteration: Int) {
        events.append(ImputationEvent(kind, column: variable.name, message, chain: chain, iteration: iteration))
    }

    private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else { return (mean, .nan) }
        let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, sum / Double(values.count - 1))
    }
}
