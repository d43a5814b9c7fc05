internal import CArrow
import IFCore

extension ColumnType {
    /// The type of a kind of the C interface; a column without any value reads as doubles.
    init?(kind: if_kind) {
        switch kind {
        case IF_INT32: self = .int32
        case IF_INT64: self = .int64
        case IF_FLOAT: self = .float
        case IF_DOUBLE, IF_NULL: self = .double
        case IF_BOOL: self = .bool
        case IF_STRING: self = .string
        case IF_TIMESTAMP: self = .timestamp
        case IF_INT32_LIST: self = .int32List
        case IF_INT64_LIST: self = .int64List
        case IF_FLOAT_LIST: self = .floatList
        case IF_STRING_LIST: self = .stringList
        default: return nil
        }
    }

    /// The kind under which a column of this type is written.
    var kind: if_kind {
        switch self {
        case .int32: IF_INT32
        case .int64: IF_INT64
        case .float: IF_FLOAT
        case .double: IF_DOUBLE
        case .bool: IF_BOOL
        case .string: IF_STRING
        case .timestamp: IF_TIMESTAMP
        case .int32List: IF_INT32_LIST
        case .int64List: IF_INT64_LIST
        case .floatList: IF_FLOAT_LIST
        case .stringList: IF_STRING_LIST
        }
    }
}

/// One type for the same column of several parts.
enum TypeUnion {
    /// The type that holds both without loss, `nil` where there is none.
    static func of(_ left: ColumnType, _ right: ColumnType) -> ColumnType? {
        if left == right { return left }
        switch Set([left, right]) {
        case [.int32, .int64]: return .int64
        case [.int32, .double], [.int64, .double], [.float, .double], [.int32, .float], [.int64, .float]:
            return .double
        case [.int32List, .int64List]: return .int64List
        default: return nil
        }
    }
}
