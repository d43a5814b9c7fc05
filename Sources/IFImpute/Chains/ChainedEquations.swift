public import IFCore

/// Multiple imputation by chained equations: each incomplete column in turn is imputed from the others, until the chain
/// has forgotten its start; several independent chains give several completed tables.
///
/// Algorithm (S. van Buuren, K. Groothuis-Oudshoorn, doi:10.18637/jss.v045.i03; fully conditional specification):
/// 1. start every missing cell with a random observed value of its column;
/// 2. for each column of the visit sequence, fit its method on the rows where it is observed, with the current values of
///    its predictors, and replace its missing cells by new draws;
/// 3. repeat step 2 `iterations` times; do all of it `chains` times.
///
/// Chains run side by side; random streams are keyed by chain, iteration and column, so the result does not depend on the
/// number of workers. Observed cells never change.
///
/// ```swift
/// let imputer = ChainedEquations(.init(chains: 20, iterations: 10), methods: ["hyp": .logisticRegression])
/// let imputation = try await imputer.fit(table, in: RunContext(seed: 42, workers: 4))
/// let first = try imputation.completed(0)
/// ```
///
/// Differences from mice 3.15: identifiers are not predictors unless named; a column that is collinear with another is
/// only dropped as a predictor, it is still imputed; string columns are imputed (mice refuses characters). Passive
/// imputation, blocks and `where` matrices are not offered.
public struct ChainedEquations: Imputer {
    /// Settings that do not depend on data.
    public struct Configuration: Codable, Hashable, Sendable {
        /// Completed tables, at least 1.
        public var chains: Int
        /// Sweeps over the incomplete columns, at least 1.
        public var iterations: Int
        /// Columns to impute; `nil` means every incomplete one.
        public var columns: [String]?
        /// Predictors of a column, where the caller chooses them; others get every usable column.
        public var predictors: [String: [String]]
        /// Columns that never serve as predictors unless named in `predictors`.
        public var excludedPredictors: [String]
        /// Whether columns that look like identifiers are excluded as predictors, see ``IdentifierColumns``.
        public var excludesIdentifiers: Bool
        /// The order in which columns are visited.
        public var visitSequence: VisitSequence
        /// Predictors are dropped while the ratio of the extreme eigenvalues of their correlation matrix is below
        /// this; 0 keeps all.
        public var collinearityTolerance: Double
        /// A predictor whose correlation with the target is this or more is dropped.
        public var maximumCorrelation: Double

        /// Creates settings; the defaults are mice's.
        public init(
            chains: Int = 5, iterations: Int = 5, columns: [String]? = nil, predictors: [String: [String]] = [:],
            excludedPredictors: [String] = [], excludesIdentifiers: Bool = true,
            visitSequence: VisitSequence = .tableOrder, collinearityTolerance: Double = 1e-4,
            maximumCorrelation: Double = 0.99
        ) {
            self.chains = chains
            self.iterations = iterations
            self.columns = columns
            self.predictors = predictors
            self.excludedPredictors = excludedPredictors
            self.excludesIdentifiers = excludesIdentifiers
            self.visitSequence = visitSequence
            self.collinearityTolerance = collinearityTolerance
            self.maximumCorrelation = maximumCorrelation
        }

        func validate() throws {
            guard chains >= 1 else { throw IFError(.invalidArgument, "chains must be 1 or more, not \(chains)") }
            guard iterations >= 1 else {
                throw IFError(.invalidArgument, "iterations must be 1 or more, not \(iterations)")
            }
            guard collinearityTolerance >= 0, collinearityTolerance < 1 else {
                throw IFError(.invalidArgument, "the collinearity tolerance must be in 0..<1")
            }
            guard maximumCorrelation > 0 else {
                throw IFError(.invalidArgument, "the maximum correlation must be above 0")
            }
        }
    }

    /// Settings.
    public let configuration: Configuration
    /// Methods of columns, where the caller chooses them. Others get predictive mean matching (numbers), logistic
    /// regression (Booleans) or polytomous regression (strings), as in mice.
    public let methods: [String: any ImputationMethod]

    /// Creates the imputer.
    public init(_ configuration: Configuration = Configuration(), methods: [String: any ImputationMethod] = [:]) {
        self.configuration = configuration
        self.methods = methods
    }

    /// Completes the table.
    ///
    /// - Throws: ``IFError`` that names the column: `emptyData` where it has no value at all, `unsupported` where its
    ///   type or kind cannot be imputed, `missingColumn` and `invalidArgument` for settings that do not fit the table,
    ///   `invalidData` for numbers that are not finite. `CancellationError` when the task is cancelled.
    /// - Complexity: O(chains · iterations · Σ over columns of (n·p² + n·log n)).
    @concurrent
    public func fit(_ table: Table, in context: RunContext) async throws -> ChainedImputation {
        try configuration.validate()
        let plan = try ImputationPlan(table, configuration: configuration, methods: methods)
        let sweeps = SweepCounter(total: configuration.chains * configuration.iterations, report: context.progress)
        let results = try await context.mapBlocks(configuration.chains) { chain in
            var sampler = ChainSampler(plan: plan, chain: chain, random: context.random)
            return try sampler.run(iterations: configuration.iterations, screen: configuration.screen) {
                sweeps.advance()
            }
        }
        return ChainedImputation(
            table: table, plan: plan, configuration: configuration, seed: context.random.seed, chains: results)
    }
}

extension ChainedEquations.Configuration {
    var screen: PredictorScreen {
        PredictorScreen(tolerance: collinearityTolerance, maximumCorrelation: maximumCorrelation)
    }
}
