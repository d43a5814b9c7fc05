import IFCore
import Testing

extension ImputerContract {
    func completeTableUnchanged(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table().gather(ImputerFixture.completeRows)
        let model = try await imputer.fit(table, in: RunContext())
        #expect(model.imputedColumns.isEmpty, "a complete table has no column to impute", sourceLocation: location)
        for chain in 0..<model.chainCount {
            #expect(try model.completed(chain) == table, "a complete table must not change", sourceLocation: location)
        }
    }

    func emptyTableUnchanged(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table().gather([])
        let model = try await imputer.fit(table, in: RunContext())
        #expect(try model.completed(0) == table, "a table without rows must not change", sourceLocation: location)
    }

    func observedCellsUnchanged(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table()
        let model = try await imputer.fit(table, in: RunContext())
        for chain in 0..<model.chainCount {
            let completed = try model.completed(chain)
            #expect(completed.names == table.names, "columns must stay in order", sourceLocation: location)
            for name in table.names {
                let before = try table.double(name)
                let after = try completed.double(name)
                for row in 0..<before.count {
                    guard let value = before[row] else { continue }
                    #expect(after[row] == value, "row \(row) of \(name) was observed", sourceLocation: location)
                }
            }
        }
    }

    func completedHasNoNulls(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table()
        let model = try await imputer.fit(table, in: RunContext())
        #expect(model.imputedColumns == ImputerFixture.incomplete, sourceLocation: location)
        for chain in 0..<model.chainCount {
            for column in try model.completed(chain).columns {
                #expect(column.nullCount == 0, "a completed table has no null", sourceLocation: location)
            }
        }
    }

    func valuesMatchTables(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table()
        let model = try await imputer.fit(table, in: RunContext())
        for name in model.imputedColumns {
            let cells = try model.imputedValues(name)
            let column = try table.double(name)
            let missing = (0..<column.count).filter { column[$0] == nil }
            #expect(cells.rows == missing, "cells are the missing rows, ascending", sourceLocation: location)
            #expect(cells.chainCount == model.chainCount, sourceLocation: location)
            for chain in 0..<model.chainCount {
                let completed = try model.completed(chain).double(name)
                for (index, row) in cells.rows.enumerated() {
                    let cell = cells.values[index * cells.chainCount + chain]
                    #expect(cell.isFinite && completed[row] == cell, "cell and table differ", sourceLocation: location)
                }
            }
        }
    }

    func allMissingColumnRefused(_ location: SourceLocation) async throws {
        var table = ImputerFixture.table()
        table.set("hollow", .double([Double?](repeating: nil, count: table.rowCount)))
        let error = await #expect(throws: IFError.self, sourceLocation: location) {
            try await imputer.fit(table, in: RunContext())
        }
        #expect(error?.code == .emptyData && error?.location.column == "hollow", sourceLocation: location)
    }

    func unknownColumnRefused(_ location: SourceLocation) async throws {
        let model = try await imputer.fit(ImputerFixture.table(), in: RunContext())
        let error = #expect(throws: IFError.self, sourceLocation: location) { try model.imputedValues("no such") }
        #expect(error?.code == .missingColumn, sourceLocation: location)
    }

    func workersChangeNothing(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table()
        let alone = try await Self.cells(imputer.fit(table, in: RunContext(workers: 1)))
        for workers in [2, 5] {
            let context = RunContext(workers: WorkerBudget(workers))
            let several = try await Self.cells(imputer.fit(table, in: context))
            #expect(several == alone, "\(workers) workers give other values", sourceLocation: location)
        }
    }

    func seedMatters(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table()
        let first = try await Self.cells(imputer.fit(table, in: RunContext(seed: 1)))
        let second = try await Self.cells(imputer.fit(table, in: RunContext(seed: 2)))
        #expect((first != second) == isRandom, "the seed must matter where chance does", sourceLocation: location)
    }

    func refitEqualsFresh(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table()
        let fresh = try await Self.cells(imputer.fit(table, in: RunContext()))
        _ = try await imputer.fit(table.gather(Array(0..<40)), in: RunContext())
        let again = try await Self.cells(imputer.fit(table, in: RunContext()))
        #expect(fresh == again, "an earlier fit must leave no trace", sourceLocation: location)
    }

    func cancellationPassesThrough(_ location: SourceLocation) async throws {
        let table = ImputerFixture.table()
        let imputer = imputer
        let task = Task {
            // Waits for the cancellation, so that the fit starts cancelled.
            while !Task.isCancelled { await Task.yield() }
            return try await imputer.fit(table, in: RunContext()).chainCount
        }
        task.cancel()
        // An imputer whose work is a single short step may finish; it must not turn cancellation into another error.
        do {
            _ = try await task.value
        } catch {
            #expect(error is CancellationError, "cancellation became \(error)", sourceLocation: location)
        }
    }

    private static func cells(_ model: Candidate.Model) throws -> [ImputedValues] {
        try model.imputedColumns.map { try model.imputedValues($0) }
    }
}
