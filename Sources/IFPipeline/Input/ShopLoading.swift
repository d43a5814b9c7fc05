import IFCore

/// Reads and validates the tables of an ``InputLocation``.
struct ShopLoading: Sendable {
    let location: InputLocation
    let options: ShopData.Options
    let context: RunContext
    var sources = InputSources()

    func load() async throws -> ShopData {
        let steps = 1 + [InputTable.priorLines, .trainLines].count { location.files[$0] != nil }
        var report = ValidationReport()
        let ordersFile = try location.file(.orders)
        let loaded = try await read(ordersFile, .orders, Self.orderColumns)
        var validation = try OrderValidation(loaded)
        let orders = try validation.repaired()
        report.rows.append(.init(table: .orders, path: loaded.path, read: loaded.table.rowCount, kept: orders.rowCount))
        var catalogueReport = ValidationReport()
        let catalogue = options.readsCatalogue ? try await loadCatalogue(&catalogueReport) : [:]
        let against = LineValidation.Orders(
            index: validation.index, sets: validation.sets, isRemoved: validation.isRemoved,
            products: try await knownProducts(catalogue[.products]))
        var orderLog = validation.log
        progress(1, steps)

        var lines: [InputTable: Table] = [:]
        var findings: [ValidationReport.Finding] = []
        for (table, set) in [(InputTable.priorLines, EvaluationSet.prior), (.trainLines, .train)] {
            guard let file = location.files[table] else { continue }
            let loaded = try await read(file, table, lineColumns)
            var validation = try LineValidation(loaded, set, against, in: context)
            let kept = try await validation.repaired()
            lines[table] = try withCartDetails(kept)
            report.rows.append(.init(table: table, path: loaded.path, read: loaded.table.rowCount, kept: kept.rowCount))
            orderLog.add(
                .orderWithoutLines, "order_id", count: validation.ordersWithoutLines.count,
                rows: validation.ordersWithoutLines)
            findings += validation.log.findings
            progress(1 + lines.count, steps)
        }
        report.rows += catalogueReport.rows
        report.findings = orderLog.findings + findings + catalogueReport.findings
        if options.strictness == .strict { try report.throwFirstError() }
        guard orders.rowCount > 0 else {
            throw IFError(.emptyData, "no order is left of \(loaded.table.rowCount) rows", file: ordersFile.path)
        }
        return ShopData(
            orders: orders, priorLines: lines[.priorLines], trainLines: lines[.trainLines],
            products: catalogue[.products], aisles: catalogue[.aisles], departments: catalogue[.departments],
            hasIntervals: ShopData.hasIntervals(orders), report: report,
            files: InputTable.discovered.compactMap { location.files[$0] }.flatMap(\.parts))
    }

    private func progress(_ completed: Int, _ total: Int) {
        context.progress(Progress(stage: "input", completed: completed, total: total, unit: "tables"))
    }

    private func read(
        _ file: InputFile, _ table: InputTable, _ columns: [InputRequest.Wanted]
    ) async throws -> LoadedTable {
        try await TableReading(
            file: file, request: InputRequest(table: table, columns: columns), exampleLimit: options.exampleLimit,
            context: context, sources: sources
        ).load()
    }

    private static let orderColumns: [InputRequest.Wanted] = [
        .init(name: "order_id"), .init(name: "user_id"), .init(name: "eval_set", type: .string),
        .init(name: "order_number", type: .int32), .init(name: "order_dow", type: .int32, isRequired: false),
        .init(name: "order_hour_of_day", type: .int32, isRequired: false),
        .init(name: "days_since_prior_order", type: .double),
    ]

    private var lineColumns: [InputRequest.Wanted] {
        let details: [InputRequest.Wanted] = [
            .init(name: "add_to_cart_order", type: .int32, isRequired: false),
            .init(name: "reordered", type: .int32, isRequired: false),
        ]
        return [.init(name: "order_id"), .init(name: "product_id")] + (options.readsCartDetails ? details : [])
    }

    /// Brings the details to 32-bit integers, whatever the file had.
    private func withCartDetails(_ table: Table) throws -> Table {
        var out = table
        for name in ["add_to_cart_order", "reordered"] where table.contains(name) {
            out.set(name, .int32(try table.int32(name)))
        }
        return out
    }

    /// The ids of the table of products, `nil` where there is none.
    private func knownProducts(_ products: Table?) async throws -> IDMap? {
        if let products { return IDMap(try products.ids("product_id")) }
        guard let file = location.files[.products] else { return nil }
        let loaded = try await read(file, .products, [.init(name: "product_id")])
        var log = loaded.log
        return IDMap(try Self.firstOfEachID(loaded.table, "product_id", &log).ids("product_id"))
    }

    private func loadCatalogue(_ report: inout ValidationReport) async throws -> [InputTable: Table] {
        let columns: [(InputTable, [InputRequest.Wanted])] = [
            (
                .products,
                [
                    .init(name: "product_id"), .init(name: "product_name", type: .string, isRequired: false),
                    .init(name: "aisle_id", isRequired: false), .init(name: "department_id", isRequired: false),
                ]
            ),
            (.aisles, [.init(name: "aisle_id"), .init(name: "aisle", type: .string, isRequired: false)]),
            (
                .departments,
                [.init(name: "department_id"), .init(name: "department", type: .string, isRequired: false)]
            ),
        ]
        var out: [InputTable: Table] = [:]
        for (table, wanted) in columns {
            guard let file = location.files[table] else { continue }
            let loaded = try await read(file, table, wanted)
            var log = loaded.log
            let kept = try Self.firstOfEachID(loaded.table, wanted[0].name, &log)
            out[table] = kept
            report.rows.append(
                .init(table: table, path: loaded.path, read: loaded.table.rowCount, kept: kept.rowCount))
            report.findings += log.findings
        }
        return out
    }

    /// The rows with an id not met before.
    private static func firstOfEachID(_ table: Table, _ name: String, _ log: inout FindingLog) throws -> Table {
        let cells = try IDCells(table, name, &log)
        let codes = DenseCodes(cells.ids)
        var isSeen = [Bool](repeating: false, count: codes.bound)
        var kept: [Int] = []
        for row in 0..<cells.count {
            if !cells.isPresent(row) {
                log.add(.missingID, name, row: row)
            } else if isSeen[Int(codes.values[row])] {
                log.add(.duplicateID, name, row: row)
            } else {
                isSeen[Int(codes.values[row])] = true
                kept.append(row)
            }
        }
        var out = table
        out.set(name, cells.ids.column)
        return kept.count == table.rowCount ? out : out.gather(kept)
    }
}
