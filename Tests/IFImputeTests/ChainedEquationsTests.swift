import IFCore
import IFImpute
import IFTesting
import Synchronization
import Testing

@Suite("Chained equations")
struct ChainedEquationsTests {
    static func fit(
        _ table: Table, _ configuration: ChainedEquations.Configuration = .init(chains: 2, iterations: 2),
        methods: [String: any ImputationMethod] = [:]
    ) async throws -> ChainedImputation {
        try await ChainedEquations(configuration, methods: methods).fit(table, in: RunContext())
    }

    static func error(
        _ table: Table, _ configuration: ChainedEquations.Configuration = .init(chains: 2, iterations: 2),
        methods: [String: any ImputationMethod] = [:]
    ) async -> IFError? {
        await #expect(throws: IFError.self) { try await fit(table, configuration, methods: methods) }
    }

    /// The fixture with an identifier, a constant, a copy, a category and an incomplete Boolean.
    static func wideTable() -> Table {
        var table = ImputerFixture.table()
        let rows = table.rowCount
        table.set("user_id", .int64((0..<Int64(rows)).map { $0 * 7 }))
        table.set("constant", .double([Double](repeating: 4, count: rows)))
        table.set("twice", .double((0..<rows).map { 2 * ((try? table.double("weight").values[$0]) ?? 0) }))
        table.set(
            "city", .string(StringValues(optional: (0..<rows).map { $0 % 9 == 5 ? nil : ["x", "y", "z"][$0 % 3] })))
        table.set(
            "active",
            .bool(ColumnValues((0..<rows).map { $0 % 5 < 2 }, validity: Bitmap((0..<rows).map { $0 % 8 != 6 }))))
        return table
    }

    @Test("identifiers, constants and copies do not predict, and the events say so")
    func dropsUselessPredictors() async throws {
        let model = try await Self.fit(Self.wideTable())
        #expect(model.imputedColumns == ["height", "visits", "city", "active"])
        #expect(model.predictors["height"] == ["weight", "age", "visits", "score", "city", "active"])
        let kinds = Dictionary(grouping: model.events, by: \.kind).mapValues { Set($0.map(\.column)) }
        #expect(kinds[.identifierExcluded] == ["user_id"])
        #expect(kinds[.predictorDropped]?.isSuperset(of: ["constant", "twice"]) == true)
        #expect(model.methods == ["height": "pmm", "visits": "pmm", "city": "polyreg", "active": "logreg"])
    }

    @Test("completed columns keep type and observed values; matching draws observed values only")
    func keepsTypes() async throws {
        let table = Self.wideTable()
        let model = try await Self.fit(table)
        for chain in 0..<2 {
            let completed = try model.completed(chain)
            for (name, column) in zip(table.names, table.columns) {
                #expect(try completed.column(name).type == column.type)
                #expect(try completed.column(name).nullCount == 0)
            }
            let cities = try completed.strings("city").strings()
            #expect(Set(cities) == ["x", "y", "z"])
            for (before, after) in zip(try table.strings("city").strings(), cities) where before != nil {
                #expect(before == after)
            }
        }
        let visits = try table.int32("visits")
        let seen = Set((0..<visits.count).compactMap { visits[$0].map(Double.init) })
        #expect(try model.imputedValues("visits").values.allSatisfy { seen.contains($0) })
        #expect(try model.levels(of: "city") == ["x", "y", "z"])
    }

    @Test("a method that makes new values turns an integer column into doubles")
    func widensIntegers() async throws {
        let model = try await Self.fit(ImputerFixture.table(), methods: ["visits": .mean])
        let completed = try model.completed(0)
        #expect(completed["visits"]?.type == .double)
        let visits = try ImputerFixture.table().int32("visits")
        let present = (0..<visits.count).compactMap { visits[$0].map(Double.init) }
        let mean = present.reduce(0, +) / Double(present.count)
        #expect(try model.imputedValues("visits").values.allSatisfy { $0 == mean })
    }

    @Test("prediction without noise is the same in every chain once its predictors are complete")
    func regressionPrediction() async throws {
        let table = try ImputerFixture.table().selecting(["weight", "height", "age"])
        let model = try await Self.fit(table, methods: ["height": .regressionPrediction])
        let cells = try model.imputedValues("height")
        let weights = try table.double("weight").values
        let ages = try table.double("age").values
        for (index, row) in cells.rows.enumerated() {
            #expect(cells.values[2 * index] == cells.values[2 * index + 1])
            // The fixture: 100 + weight − 0.2·age, residual deviation 4.
            #expect(abs(cells.values[2 * index] - (100 + weights[row] - 0.2 * ages[row])) < 8)
        }
    }

    @Test("the caller chooses predictors column by column, identifiers too")
    func predictorMatrix() async throws {
        var configuration = ChainedEquations.Configuration(chains: 2, iterations: 2)
        configuration.predictors = ["height": ["user_id", "weight"], "visits": []]
        configuration.excludedPredictors = ["score"]
        let model = try await Self.fit(Self.wideTable(), configuration)
        #expect(model.predictors["height"] == ["weight", "user_id"])
        #expect(model.predictors["visits"] == [])
        #expect(model.predictors["city"]?.contains("score") == false)
    }

    @Test("visit sequences")
    func visitSequences() async throws {
        let table = Self.wideTable()
        let nulls = Dictionary(uniqueKeysWithValues: zip(table.names, table.columns.map(\.nullCount)))
        func order(_ sequence: VisitSequence) async throws -> [String] {
            try await Self.fit(table, .init(chains: 1, iterations: 1, visitSequence: sequence)).visitSequence
        }
        #expect(try await order(.tableOrder) == ["height", "visits", "city", "active"])
        #expect(try await order(.reversed) == ["active", "city", "visits", "height"])
        let ascending = try await order(.fewestMissingFirst).map { nulls[$0] ?? -1 }
        #expect(ascending == ascending.sorted())
        let descending = try await order(.mostMissingFirst).map { nulls[$0] ?? -1 }
        #expect(descending == descending.sorted(by: >))
        let own = ["city", "height", "active", "visits", "city"]
        #expect(try await order(.columns(own)) == own)
        let incomplete = await Self.error(table, .init(visitSequence: .columns(["city"])))
        #expect(incomplete?.code == .invalidArgument && incomplete?.location.column == "height")
        let unknown = await Self.error(table, .init(visitSequence: .columns(own + ["weight"])))
        #expect(unknown?.location.column == "weight")
    }

    @Test("columns that are not to be imputed stay incomplete and do not predict")
    func chosenColumns() async throws {
        let model = try await Self.fit(
            Self.wideTable(), .init(chains: 1, iterations: 1, columns: ["height", "weight"]))
        #expect(model.imputedColumns == ["height"])
        #expect(try model.completed(0)["visits"]?.nullCount == Self.wideTable()["visits"]?.nullCount)
        #expect(model.predictors["height"]?.contains("visits") == false)
        let kinds = Dictionary(grouping: model.events, by: \.kind).mapValues { Set($0.map(\.column)) }
        #expect(kinds[.nothingMissing] == ["weight"])
        #expect(kinds[.leftIncomplete] == ["visits", "city", "active"])
    }

    @Test("what cannot be done is refused with the column's name")
    func refusals() async throws {
        let table = Self.wideTable()
        let unsupported = await Self.error(table, methods: ["city": .bayesianRegression])
        #expect(unsupported?.code == .unsupported && unsupported?.location.column == "city")
        let levels = await Self.error(table, methods: ["city": PolytomousRegression(maximumLevels: 2)])
        #expect(levels?.code == .unsupported && levels?.location.column == "city")
        let donors = await Self.error(table, methods: ["height": PredictiveMeanMatching(donors: 0)])
        #expect(donors?.code == .invalidArgument)
        let unknown = await Self.error(table, methods: ["nowhere": .mean])
        #expect(unknown?.code == .missingColumn && unknown?.location.column == "nowhere")
        let itself = await Self.error(table, .init(predictors: ["height": ["height"]]))
        #expect(itself?.code == .invalidArgument && itself?.location.column == "height")
        let hollow = await Self.error(table, .init(columns: ["height"], predictors: ["height": ["visits"]]))
        #expect(hollow?.code == .invalidArgument && hollow?.location.column == "visits")
        #expect(await Self.error(table, .init(chains: 0))?.code == .invalidArgument)
        #expect(await Self.error(table, .init(iterations: 0))?.code == .invalidArgument)
        var broken = table
        var weights = try table.double("weight").values
        weights[4] = .nan
        broken.set("weight", .double(weights))
        let nan = await Self.error(broken)
        #expect(nan?.code == .invalidData && nan?.location.column == "weight" && nan?.location.row == 5)
    }

    @Test("a method of one's own takes part")
    func ownMethod() async throws {
        struct Greatest: ImputationMethod {
            var name: String { "greatest" }
            var drawsObservedValues: Bool { true }
            func impute(
                _ problem: UnivariateProblem, using random: inout RandomStream, notes: inout [String]
            ) throws -> [Double] {
                notes.append("took the greatest")
                return Array(repeating: problem.observed.max() ?? 0, count: problem.recipients.rowCount)
            }
        }
        let model = try await Self.fit(ImputerFixture.table(), methods: ["visits": Greatest()])
        let cells = try model.imputedValues("visits")
        #expect(Set(cells.values).count == 1)
        let note = model.events.first { $0.kind == .methodNote }
        #expect(note?.message == "greatest: took the greatest" && note?.count == 4)
    }

    @Test("traces have a mean and a variance for each chain and iteration")
    func traces() async throws {
        let model = try await Self.fit(ImputerFixture.table(), .init(chains: 3, iterations: 6))
        #expect(model.traces.map(\.column) == ["height", "visits"])
        for trace in model.traces {
            #expect(trace.means.map(\.count) == [6, 6, 6])
            let cells = try model.imputedValues(trace.column)
            for chain in 0..<3 {
                let last = cells.rows.indices.map { cells.values[$0 * 3 + chain] }
                let mean = last.reduce(0, +) / Double(last.count)
                #expect(abs((trace.means[chain].last ?? 0) - mean) < 1e-9)
                let variance = last.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(last.count - 1)
                #expect(abs((trace.variances?[chain].last ?? 0) - variance) < 1e-9)
            }
            #expect((trace.potentialScaleReduction ?? 0) > 0.5)
        }
        #expect(model.seed == 42)
    }

    @Test("R-hat: near 1 for chains that agree, large for chains that do not, by hand for a small case")
    func scaleReduction() throws {
        let apart = ChainTrace(column: "x", means: [[1, 2, 1, 2], [11, 12, 11, 12]], variances: nil)
        // Halves have means 1.5, 1.5, 11.5, 11.5 and variance 0.5: B/n = 100/3, W = 0.5, n = 2.
        let expected = ((0.5 * 0.5 + 100.0 / 3) / 0.5).squareRoot()
        #expect(abs((apart.potentialScaleReduction ?? 0) - expected) < 1e-12)
        #expect(ChainTrace(column: "x", means: [[1, 2, 3]], variances: nil).potentialScaleReduction == nil)
        #expect(ChainTrace(column: "x", means: [[1, 1, 1, 1]], variances: nil).potentialScaleReduction == nil)
    }

    @Test("progress counts sweeps up to chains × iterations")
    func progress() async throws {
        let seen = Mutex<[Int]>([])
        let context = RunContext(workers: 2) { step in
            if step.unit == "sweeps", step.total == 6 { seen.withLock { $0.append(step.completed) } }
        }
        _ = try await ChainedEquations(.init(chains: 2, iterations: 3)).fit(ImputerFixture.table(), in: context)
        #expect(seen.withLock { $0.sorted() } == [1, 2, 3, 4, 5, 6])
    }

    @Test("a cancelled fit throws CancellationError")
    func cancellation() async throws {
        let task = Task {
            try await ChainedEquations(.init(chains: 50, iterations: 1000)).fit(
                ImputerFixture.table(), in: RunContext())
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("configuration survives JSON")
    func codable() throws {
        var configuration = ChainedEquations.Configuration(chains: 9, columns: ["a"], visitSequence: .columns(["a"]))
        configuration.predictors = ["a": ["b"]]
        #expect(try JSONKeys.roundTrip(configuration) == configuration)
        let interval = IntervalImputation.Configuration.compat
        #expect(try JSONKeys.roundTrip(interval) == interval)
    }
}
