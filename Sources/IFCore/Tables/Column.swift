/// A typed column of a ``Table``.
public enum Column: Hashable, Sendable {
    /// 32-bit integers.
    case int32(ColumnValues<Int32>)
    /// 64-bit integers.
    case int64(ColumnValues<Int64>)
    /// Single precision.
    case float(ColumnValues<Float>)
    /// Double precision.
    case double(ColumnValues<Double>)
    /// Booleans.
    case bool(ColumnValues<Bool>)
    /// UTF-8 strings.
    case string(StringValues)
    /// Microseconds since 1970-01-01 UTC.
    case timestamp(ColumnValues<Int64>)
    /// A list of 32-bit integers a row.
    case int32List(ListValues<Int32>)
    /// A list of 64-bit integers a row.
    case int64List(ListValues<Int64>)
    /// A list of single-precision numbers a row.
    case floatList(ListValues<Float>)
    /// A list of strings a row: offsets into packed strings.
    case stringList(offsets: [Int], values: StringValues)
}

/// The type of a ``Column``.
public enum ColumnType: String, Hashable, Sendable, CaseIterable, Codable {
    /// 32-bit signed integers.
    case int32
    /// 64-bit signed integers.
    case int64
    /// Single-precision floating point.
    case float
    /// Double-precision floating point.
    case double
    /// Truth values.
    case bool
    /// UTF-8 text.
    case string
    /// Microseconds since 1970-01-01 UTC.
    case timestamp
    /// A list of 32-bit integers a row.
    case int32List = "list<int32>"
    /// A list of 64-bit integers a row.
    case int64List = "list<int64>"
    /// A list of single-precision numbers a row.
    case floatList = "list<float>"
    /// A list of texts a row.
    case stringList = "list<string>"
}

extension Column {
    /// The column's type.
    public var type: ColumnType {
        switch self {
        case .int32: .int32
        case .int64: .int64
        case .float: .float
        case .double: .double
        case .bool: .bool
        case .string: .string
        case .timestamp: .timestamp
        case .int32List: .int32List
        case .int64List: .int64List
        case .floatList: .floatList
        case .stringList: .stringList
        }
    }

    /// Rows.
    public var count: Int {
        switch self {
        case .int32(let column): column.count
        case .int64(let column), .timestamp(let column): column.count
        case .float(let column): column.count
        case .double(let column): column.count
        case .bool(let column): column.count
        case .string(let column): column.count
        case .int32List(let column): column.count
        case .int64List(let column): column.count
        case .floatList(let column): column.count
        case .stringList(let offsets, _): offsets.count - 1
        }
    }

    /// Rows without a value.
    public var nullCount: Int {
        switch self {
        case .int32(let column): column.nullCount
        case .int64(let column), .timestamp(let column): column.nullCount
        case .float(let column): column.nullCount
        case .double(let column): column.nullCount
        case .bool(let column): column.nullCount
        case .string(let column): column.nullCount
        case .int32List, .int64List, .floatList, .stringList: 0
        }
    }

    /// The rows named, in their order.
    public func gather(_ rows: [Int]) -> Column {
        switch self {
        case .int32(let column): return .int32(column.gather(rows))
        case .int64(let column): return .int64(column.gather(rows))
        case .timestamp(let column): return .timestamp(column.gather(rows))
        case .float(let column): return .float(column.gather(rows))
        case .double(let column): return .double(column.gather(rows))
        case .bool(let column): return .bool(column.gather(rows))
        case .string(let column): return .string(column.gather(rows))
        case .int32List(let column): return .int32List(column.gather(rows))
        case .int64List(let column): return .int64List(column.gather(rows))
        case .floatList(let column): return .floatList(column.gather(rows))
        case .stringList(let offsets, let values):
            var picked: [Int] = []
            var ends = [0]
            for row in rows {
                picked.append(contentsOf: offsets[row]..<offsets[row + 1])
                ends.append(picked.count)
            }
            return .stringList(offsets: ends, values: values.gather(picked))
        }
    }
}

extension Column {
    /// 32-bit integers without nulls.
    public static func int32(_ values: [Int32]) -> Column { .int32(ColumnValues(values)) }
    /// 64-bit integers without nulls.
    public static func int64(_ values: [Int64]) -> Column { .int64(ColumnValues(values)) }
    /// Single precision without nulls.
    public static func float(_ values: [Float]) -> Column { .float(ColumnValues(values)) }
    /// Double precision without nulls.
    public static func double(_ values: [Double]) -> Column { .double(ColumnValues(values)) }
    /// Double precision with nulls.
    public static func double(_ values: [Double?]) -> Column { .double(ColumnValues(values, placeholder: .nan)) }
    /// 32-bit integers with nulls.
    public static func int32(_ values: [Int32?]) -> Column { .int32(ColumnValues(values, placeholder: 0)) }
    /// 64-bit integers with nulls.
    public static func int64(_ values: [Int64?]) -> Column { .int64(ColumnValues(values, placeholder: 0)) }
    /// Strings without nulls.
    public static func strings(_ values: [String]) -> Column { .string(StringValues(values)) }
}
