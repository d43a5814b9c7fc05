internal import CArrow
import IFCore

/// Lends a table's columns to the C interface: no value is copied.
enum ColumnExport {
    /// Calls `body` with one entry a column; pointers are valid during the call only.
    static func withArrays<Result>(
        _ columns: [Column], _ body: (UnsafeBufferPointer<if_array>) throws -> Result
    ) rethrows -> Result {
        try unsafe lend(columns[...], []) { arrays in
            try unsafe arrays.withUnsafeBufferPointer { try unsafe body($0) }
        }
    }

    private static func lend<Result>(
        _ columns: ArraySlice<Column>, _ lent: [if_array], _ body: ([if_array]) throws -> Result
    ) rethrows -> Result {
        guard let column = columns.first else { return try unsafe body(lent) }
        return try unsafe withArray(column) { array in
            try unsafe lend(columns.dropFirst(), lent + [array], body)
        }
    }

    private static func withArray<Result>(_ column: Column, _ body: (if_array) throws -> Result) rethrows -> Result {
        var array = unsafe if_array()
        unsafe array.kind = Int32(bitPattern: column.type.kind.rawValue)
        unsafe array.length = Int64(column.count)
        switch column {
        case .int32(let column): return try unsafe fixed(column, array, body)
        case .int64(let column), .timestamp(let column): return try unsafe fixed(column, array, body)
        case .float(let column): return try unsafe fixed(column, array, body)
        case .double(let column): return try unsafe fixed(column, array, body)
        case .bool(let column): return try unsafe fixed(column, array, body)
        case .string(let strings):
            return try unsafe withValidity(strings.validity, array) { array in
                try unsafe packed(strings.offsets, strings.bytes, array, body)
            }
        case .int32List(let lists): return try unsafe packed(lists.offsets, lists.values, array, body)
        case .int64List(let lists): return try unsafe packed(lists.offsets, lists.values, array, body)
        case .floatList(let lists): return try unsafe packed(lists.offsets, lists.values, array, body)
        case .stringList(let offsets, let strings):
            return try unsafe lists(offsets, of: strings, array, body)
        }
    }

    private static func fixed<Element, Result>(
        _ column: ColumnValues<Element>, _ array: if_array, _ body: (if_array) throws -> Result
    ) rethrows -> Result {
        try unsafe withValidity(column.validity, array) { array in
            try unsafe column.values.withUnsafeBytes { values in
                var array = unsafe array
                unsafe array.values = values.baseAddress
                return try unsafe body(array)
            }
        }
    }

    private static func packed<Element, Result>(
        _ offsets: [Int], _ values: [Element], _ array: if_array, _ body: (if_array) throws -> Result
    ) rethrows -> Result {
        try unsafe offsets.withUnsafeBytes { offsets in
            try unsafe values.withUnsafeBytes { values in
                var array = unsafe array
                unsafe array.offsets = offsets.baseAddress?.assumingMemoryBound(to: Int64.self)
                unsafe array.values = values.baseAddress
                return try unsafe body(array)
            }
        }
    }

    private static func lists<Result>(
        _ offsets: [Int], of strings: StringValues, _ array: if_array, _ body: (if_array) throws -> Result
    ) rethrows -> Result {
        try unsafe packed(offsets, strings.bytes, array) { array in
            try unsafe strings.offsets.withUnsafeBytes { items in
                var array = unsafe array
                unsafe array.item_offsets = items.baseAddress?.assumingMemoryBound(to: Int64.self)
                guard let validity = strings.validity else { return try unsafe body(array) }
                return try unsafe validity.bytes.withUnsafeBufferPointer { bits in
                    unsafe array.item_validity = bits.baseAddress
                    unsafe array.item_null_count = Int64(strings.nullCount)
                    return try unsafe body(array)
                }
            }
        }
    }

    private static func withValidity<Result>(
        _ validity: Bitmap?, _ array: if_array, _ body: (if_array) throws -> Result
    ) rethrows -> Result {
        guard let validity else { return try unsafe body(array) }
        return try unsafe validity.bytes.withUnsafeBufferPointer { bits in
            var array = unsafe array
            unsafe array.validity = bits.baseAddress
            return try unsafe body(array)
        }
    }
}
