extension Table {
    /// The column of that name.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, naming the columns that there are.
    public func column(_ name: String) throws -> Column {
        if let column = self[name] { return column }
        throw IFError(
            .missingColumn, "there is no such column; the table has \(names.joined(separator: ", "))", column: name)
    }

    /// A column as 64-bit integers. 32-bit integers are widened; floating point is taken where every value is whole.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch`` with the row of the first bad value.
    public func int64(_ name: String) throws -> ColumnValues<Int64> {
        switch try column(name) {
        case .int64(let column): return column
        case .timestamp(let column): return column
        case .int32(let column): return ColumnValues(column.values.map(Int64.init), validity: column.validity)
        case .double(let column): return try Self.whole(column, name, Int64.self)
        case .float(let column): return try Self.whole(column, name, Int64.self)
        case let other: throw Self.mismatch(name, other.type, "whole numbers")
        }
    }

    /// A column as 32-bit integers; wider ones are taken where every value fits.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch`` with the row of the first bad value.
    public func int32(_ name: String) throws -> ColumnValues<Int32> {
        switch try column(name) {
        case .int32(let column): return column
        case .int64(let column):
            var out = [Int32](repeating: 0, count: column.count)
            for row in 0..<column.count {
                if let validity = column.validity, !validity[row] { continue }
                guard let value = Int32(exactly: column.values[row]) else {
                    throw IFError(
                        .typeMismatch, "\(column.values[row]) does not fit 32 bits", row: row + 1, column: name)
                }
                out[row] = value
            }
            return ColumnValues(out, validity: column.validity)
        case .double(let column): return try Self.whole(column, name, Int32.self)
        case .float(let column): return try Self.whole(column, name, Int32.self)
        case let other: throw Self.mismatch(name, other.type, "whole numbers")
        }
    }

    /// A column as doubles; any numeric type is taken.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``.
    public func double(_ name: String) throws -> ColumnValues<Double> {
        switch try column(name) {
        case .double(let column): return column
        case .float(let column): return ColumnValues(column.values.map(Double.init), validity: column.validity)
        case .int32(let column): return ColumnValues(column.values.map(Double.init), validity: column.validity)
        case .int64(let column): return ColumnValues(column.values.map(Double.init), validity: column.validity)
        case .bool(let column): return ColumnValues(column.values.map { $0 ? 1 : 0 }, validity: column.validity)
        case let other: throw Self.mismatch(name, other.type, "numbers")
        }
    }

    /// A column as single precision; any numeric type is taken.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``.
    public func float(_ name: String) throws -> ColumnValues<Float> {
        if case .float(let column) = try column(name) { return column }
        let column = try double(name)
        return ColumnValues(column.values.map { Float($0) }, validity: column.validity)
    }

    /// A column of strings.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``.
    public func strings(_ name: String) throws -> StringValues {
        switch try column(name) {
        case .string(let column): return column
        case let other: throw Self.mismatch(name, other.type, "strings")
        }
    }

    /// A column of external ids: integers (also floating point holding whole numbers) or strings, without nulls.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``, ``IFError/Code/invalidData`` where
    ///   an id is missing.
    public func ids(_ name: String) throws -> IDColumn {
        func complete(_ validity: Bitmap?) throws {
            guard let validity, validity.setCount < validity.count,
                let row = (0..<validity.count).first(where: { !validity[$0] })
            else { return }
            throw IFError(.invalidData, "the id is missing", row: row + 1, column: name)
        }
        switch try column(name) {
        case .string(let column):
            try complete(column.validity)
            return .strings(column)
        case .int32(let column):
            try complete(column.validity)
            return .int32(column.values)
        default:
            let column = try int64(name)
            try complete(column.validity)
            return .int64(column.values)
        }
    }

    private static func whole<Source: BinaryFloatingPoint & Sendable & Hashable, Whole: FixedWidthInteger & Sendable>(
        _ column: ColumnValues<Source>, _ name: String, _: Whole.Type
    ) throws -> ColumnValues<Whole> {
        var out = [Whole](repeating: 0, count: column.count)
        for row in 0..<column.count {
            if let validity = column.validity, !validity[row] { continue }
            guard let value = Whole(exactly: column.values[row]) else {
                throw IFError(
                    .typeMismatch, "\(column.values[row]) is not a whole number of the range needed", row: row + 1,
                    column: name)
            }
            out[row] = value
        }
        return ColumnValues(out, validity: column.validity)
    }

    private static func mismatch(_ name: String, _ type: ColumnType, _ wanted: String) -> IFError {
        IFError(.typeMismatch, "the column holds \(type.rawValue), \(wanted) are needed", column: name)
    }
}
