public import IFCore

/// Which columns name rows rather than describe them. As predictors they add noise at best; in the data this pipeline
/// was made for, user numbers carry no meaning.
///
/// A column counts as an identifier where its name is `id`, `rowname` or `rownames`, or ends in `_id`, `Id` or `ID`;
/// where it holds strings that all differ; or where it holds integers that number the rows without gaps.
public enum IdentifierColumns {
    /// Names of the identifiers among the columns of a table, in table order.
    public static func detect(in table: Table) -> [String] {
        zip(table.names, table.columns).filter { isIdentifierName($0.0) || numbersRows($0.1) }.map(\.0)
    }

    static func isIdentifierName(_ name: String) -> Bool {
        if name.hasSuffix("Id") || name.hasSuffix("ID") { return true }
        let lower = name.lowercased()
        return lower == "id" || lower.hasSuffix("_id") || lower == "rowname" || lower == "rownames"
    }

    private static func numbersRows(_ column: Column) -> Bool {
        // Two rows prove nothing: any two different values would pass.
        guard column.count > 2, column.nullCount == 0 else { return false }
        switch column {
        case .int32(let integers): return isRun(integers.values)
        case .int64(let integers): return isRun(integers.values)
        case .string(let strings): return Set(strings.strings()).count == strings.count
        default: return false
        }
    }

    private static func isRun<Integer: FixedWidthInteger>(_ values: [Integer]) -> Bool {
        guard let low = values.min(), let high = values.max() else { return false }
        let (width, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow, Int(exactly: width) == values.count - 1 else { return false }
        var seen = [Bool](repeating: false, count: values.count)
        for value in values { seen[Int(value - low)] = true }
        return !seen.contains(false)
    }
}
