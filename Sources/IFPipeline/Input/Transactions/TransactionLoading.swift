import IFCore
import IFFiles

/// Reads plain transactions and turns them into orders and lines.
struct TransactionLoading: Sendable {
    let mapping: TransactionMapping
    let options: ShopData.Options
    let context: RunContext
    var sources = InputSources()

    func load(_ path: String) async throws -> ShopData {
        try mapping.validate()
        let file = try InputFile(path)
        let loaded = try await read(file)
        var log = loaded.log
        let rows = try TransactionRows(loaded.table, mapping, &log)
        var kept = rows.usable(mapping, &log)
        if mapping.returns == .net { kept = rows.net(kept, &log) }
        let orders = TransactionOrders(rows, kept, mapping)
        let lines = mapping.item == nil ? nil : orders.lines(withDetails: options.readsCartDetails, &log)
        try Task.checkCancellation()

        var report = ValidationReport()
        report.rows = [
            .init(
                table: .transactions, path: path, read: loaded.table.rowCount, kept: kept.purchases.count)
        ]
        report.findings = log.findings.map { advised($0, rows) }
        if options.strictness == .strict { try report.throwFirstError() }
        let table = orders.table()
        guard table.rowCount > 0 else {
            throw nothingLeft(of: loaded.table.rowCount, report, path)
        }
        context.progress(
            Progress(stage: "input", completed: table.rowCount, total: table.rowCount, unit: "orders"))
        return ShopData(
            orders: table, priorLines: lines?.prior, trainLines: lines?.train,
            products: options.readsCatalogue ? rows.products(kept.purchases) : nil, aisles: nil, departments: nil,
            hasIntervals: ShopData.hasIntervals(table), report: report, files: file.parts)
    }

    private func read(_ file: InputFile) async throws -> LoadedTable {
        if mapping.isWhitespaceSeparated, file.format == .csv {
            return try await WhitespaceText(
                file: file, columns: mapping.mapped, names: mapping.columns, idsAreText: mapping.idsAreText,
                exampleLimit: options.exampleLimit
            ).load(in: context)
        }
        let text = CSVOptions(
            delimiter: mapping.delimiterCharacter ?? ",", hasHeader: mapping.columns.isEmpty,
            columnNames: mapping.columns)
        // One id of another kind makes all of them text: stock codes are mostly digits.
        let request = InputRequest(
            table: .transactions, columns: mapping.mapped, badIDShare: 0, options: text,
            allIDsAreText: mapping.idsAreText)
        return try await TableReading(
            file: file, request: request, exampleLimit: options.exampleLimit, context: context, sources: sources
        ).load()
    }
}
