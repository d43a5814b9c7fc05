import IFCore

extension TransactionLoading {
    /// The finding, with what to do where nearly all values of a column are of the wrong type: then it is not the
    /// values that are wrong, but what the mapping says of them.
    func advised(_ finding: ValidationReport.Finding, _ rows: TransactionRows) -> ValidationReport.Finding {
        guard finding.kind == .wrongType, let good = rows.values(of: finding.column, mapping),
            finding.count >= 9 * good
        else { return finding }
        let share = good == 0 ? "No value of the column" : "Hardly a value of the column"
        let examples = finding.examples.compactMap(\.value)
        let example = examples.first.map { ", such as '\($0)'," } ?? ""
        var finding = finding
        if finding.column == mapping.timestamp {
            let given = mapping.timestampFormat
            let formats = TimestampFormat.fitting(examples).map(\.rawValue)
            let proposal =
                formats.isEmpty
                ? "say how times are written with input.transactions.timestamp_format"
                : "set input.transactions.timestamp_format: \(formats.joined(separator: " or "))"
            finding.advice = "\(share)\(example) is a time of the format \(given.rawValue): \(proposal)"
        } else if let key = mapping.key(of: finding.column) {
            finding.advice =
                "\(share)\(example) is a number: correct input.transactions.\(key), which names the column, or the file"
        }
        return finding
    }

    /// The error where no purchase is left: what became of the rows, by reason.
    func nothingLeft(of rows: Int, _ report: ValidationReport, _ path: String) -> IFError {
        let reasons = report.findings.filter { $0.kind != .mergedLine }.map { "\n  \($0.sentence)" }.joined()
        return IFError(
            .emptyData,
            "no purchase is left of \(rows) rows" + (reasons.isEmpty ? "" : ":\(reasons)"), file: path)
    }
}

extension TransactionRows {
    /// How many cells of a mapped column of times or numbers hold a value; `nil` for other columns.
    fileprivate func values(of column: String, _ mapping: TransactionMapping) -> Int? {
        switch column {
        case mapping.timestamp: time.map { count - $0.nullCount }
        case mapping.sequence: sequence.map { count - $0.nullCount }
        case mapping.quantity: quantity.map { count - $0.nullCount }
        case mapping.price: price.map { count - $0.nullCount }
        case mapping.amount: amount.map { count - $0.nullCount }
        default: nil
        }
    }
}

extension TransactionMapping {
    /// The key below `input.transactions` that names a column of numbers.
    fileprivate func key(of column: String) -> String? {
        switch column {
        case sequence: "sequence"
        case quantity: "quantity"
        case price: "price"
        case amount: "amount"
        default: nil
        }
    }
}

extension TimestampFormat {
    /// Formats in which each of some texts is a time: where day and month cannot be told apart, both orders of them.
    static func fitting(_ texts: [String]) -> [TimestampFormat] {
        guard !texts.isEmpty else { return [] }
        let dates = ["/", ".", "-"].flatMap { ["d\($0)M\($0)yyyy", "M\($0)d\($0)yyyy", "yyyy\($0)M\($0)d"] }
        let times = ["", " H:mm", " H:mm:ss", "TH:mm:ss"]
        let patterns = ["yyyyMMdd", "yyyyMMddHHmmss"] + dates.flatMap { date in times.map { date + $0 } }
        let fitting = patterns.map(TimestampFormat.init(rawValue:)).filter { format in
            let column = TimestampColumn(format)
            return texts.allSatisfy { column.parse($0) != nil }
        }
        if !fitting.isEmpty { return fitting }
        // Seconds of 2001 to 2286 have ten digits, milliseconds thirteen.
        let digits = Set(texts.map { $0.allSatisfy(\.isWholeNumber) ? $0.count : 0 })
        return digits == [10] ? [.unix] : digits == [13] ? [.unixMilliseconds] : []
    }
}

extension StringValues {
    /// The first text there is.
    var firstValue: String? { (0..<count).lazy.compactMap { self[$0] }.first }
}
