import IFCore

/// A column of ids as it came: some may be missing.
struct IDCells: Sendable {
    /// The ids; under a missing one 0 or the empty string.
    var ids: IDColumn
    /// Which are there; `nil` where all are.
    var validity: Bitmap?

    var count: Int { ids.count }
    var isInteger: Bool { if case .strings = ids { false } else { true } }

    /// Takes integers, strings, and floating point that holds whole numbers; other values are noted and missing.
    init(_ table: Table, _ name: String, _ log: inout FindingLog) throws {
        switch try table.column(name) {
        case .int32(let column): (ids, validity) = (.int32(column.values), column.validity)
        case .int64(let column): (ids, validity) = (.int64(column.values), column.validity)
        case .string(let column): (ids, validity) = (.strings(column), column.validity)
        case .double(let column):
            self = Self.whole(column.values.map { Int64(exactly: $0) }, column.validity, name, &log)
        case .float(let column):
            self = Self.whole(column.values.map { Int64(exactly: $0) }, column.validity, name, &log)
        case let other:
            throw IFError(
                .typeMismatch, "the ids are \(other.type.rawValue); whole numbers or strings are needed",
                file: log.origin.parts.first?.path, column: name)
        }
        if let bits = validity, bits.setCount == bits.count { validity = nil }
    }

    private init(ids: IDColumn, validity: Bitmap?) { (self.ids, self.validity) = (ids, validity) }

    private static func whole(
        _ values: [Int64?], _ validity: Bitmap?, _ name: String, _ log: inout FindingLog
    ) -> IDCells {
        var bits = validity ?? Bitmap(repeating: true, count: values.count)
        for (row, value) in values.enumerated() where value == nil && bits[row] {
            log.add(.wrongType, name, row: row)
            bits[row] = false
        }
        return IDCells(ids: .int64(values.map { $0 ?? 0 }), validity: bits)
    }

    /// Whether a row has an id.
    @inline(__always)
    func isPresent(_ row: Int) -> Bool { validity.map { $0[row] } ?? true }
}

/// Ids as small numbers without order, for tables and marks; the numbers may have gaps.
struct DenseCodes: Sendable {
    /// A number a row.
    let values: [Int32]
    /// Above all numbers.
    let bound: Int

    /// Small integers stand for themselves; others are numbered.
    init(_ ids: IDColumn) {
        if case .int32(let values) = ids {
            var low: Int32 = 0
            var high: Int32 = 0
            for value in values {
                low = min(low, value)
                high = max(high, value)
            }
            if low >= 0, Int(high) < max(1 << 22, values.count) {
                self.values = values
                bound = Int(high) + 1
                return
            }
        }
        let map = IDMap(ids)
        values = map.indices(of: ids)
        bound = map.count
    }
}
