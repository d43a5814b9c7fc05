import IFCore

/// A table column as the chains see it: numbers, and which rows are missing.
struct Variable: Sendable {
    let name: String
    let kind: VariableKind
    /// One number a row; level numbers for categories; unspecified where missing.
    let values: [Double]
    /// Rows with a value, ascending; empty for a complete variable, which needs no list.
    let observedRows: [Int]
    /// Rows without a value, ascending.
    let missingRows: [Int]
    /// Levels of a categorical variable in order of their UTF-8 bytes.
    let levels: [String]

    var isComplete: Bool { missingRows.isEmpty }
    var levelCount: Int { kind == .numeric ? 0 : kind == .binary ? 2 : levels.count }

    /// Whether columns of this type can be variables.
    static func represents(_ type: ColumnType) -> Bool {
        switch type {
        case .int32, .int64, .float, .double, .bool, .string, .timestamp: true
        default: false
        }
    }

    init(_ name: String, in table: Table) throws {
        self.name = name
        let column = try table.column(name)
        let validity: Bitmap?
        switch column {
        case .string(let strings):
            (levels, values) = Self.encode(strings)
            kind = .categorical
            validity = strings.validity
        default:
            let numbers: ColumnValues<Double>
            if case .timestamp(let stamps) = column {
                numbers = ColumnValues(stamps.values.map(Double.init), validity: stamps.validity)
            } else {
                numbers = try table.double(name)
            }
            kind = column.type == .bool ? .binary : .numeric
            levels = []
            values = numbers.values
            validity = numbers.validity
        }
        if let validity, column.nullCount > 0 {
            observedRows = (0..<column.count).filter { validity[$0] }
            missingRows = (0..<column.count).filter { !validity[$0] }
        } else {
            observedRows = []
            missingRows = []
        }
        try checkFinite()
    }

    private func checkFinite() throws {
        func bad(_ row: Int) -> IFError {
            IFError(
                .invalidData, "the value is not a finite number; make it null if it is missing", row: row + 1,
                column: name)
        }
        guard kind == .numeric else { return }
        if isComplete {
            if let row = values.firstIndex(where: { !$0.isFinite }) { throw bad(row) }
        } else if let row = observedRows.first(where: { !values[$0].isFinite }) {
            throw bad(row)
        }
    }

    private static func encode(_ strings: StringValues) -> (levels: [String], codes: [Double]) {
        let texts = strings.strings()
        let levels = Set(texts.compactMap { $0 }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var numbers = [String: Double](minimumCapacity: levels.count)
        for (index, level) in levels.enumerated() { numbers[level] = Double(index) }
        return (levels, texts.map { text in text.flatMap { numbers[$0] } ?? -1 })
    }

    /// Names of the numbers this variable becomes as a predictor.
    var predictorNames: [String] {
        kind == .categorical ? levels.dropFirst().map { "\(name)=\($0)" } : [name]
    }

    /// The predictors of some rows: the numbers themselves, or an indicator for each level but the first.
    func predictors(_ current: [Double], rows: [Int]) -> [[Double]] {
        guard kind == .categorical else { return [rows.map { current[$0] }] }
        return levels.indices.dropFirst().map { level in rows.map { current[$0] == Double(level) ? 1 : 0 } }
    }

    /// The column with `cells` in the missing rows.
    ///
    /// - Parameter keepsType: Whether cells are values of the column's own type.
    func completing(_ column: Column, with cells: [Double], keepsType: Bool) -> Column {
        func filled<Element: Sendable & Hashable>(
            _ source: ColumnValues<Element>, _ convert: (Double) -> Element
        ) -> ColumnValues<Element> {
            var values = source.values
            for (row, cell) in zip(missingRows, cells) { values[row] = convert(cell) }
            return ColumnValues(values)
        }
        switch column {
        case .double(let source): return .double(filled(source) { $0 })
        case .float(let source) where keepsType: return .float(filled(source) { Float($0) })
        case .int32(let source) where keepsType: return .int32(filled(source) { Int32($0) })
        case .int64(let source) where keepsType: return .int64(filled(source) { Int64($0) })
        case .timestamp(let source): return .timestamp(filled(source) { Int64($0.rounded(.toNearestOrEven)) })
        case .bool(let source): return .bool(filled(source) { $0 != 0 })
        case .string(let source):
            var texts = source.strings()
            for (row, cell) in zip(missingRows, cells) { texts[row] = levels[Int(cell)] }
            return .string(StringValues(optional: texts))
        default:
            var numbers = values
            for (row, cell) in zip(missingRows, cells) { numbers[row] = cell }
            return .double(numbers)
        }
    }
}
