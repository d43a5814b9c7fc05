import IFCore

extension PackedRows {
    /// Joins the groups of a column, in order.
    static func join(_ groups: [PackedRows], type: ColumnType, validity: Bitmap?) -> Column {
        let offsets = joinedEnds(groups.map(\.ends))
        switch type {
        case .int32List: return .int32List(ListValues(offsets: offsets, values: joined(groups) { $0.int32 }))
        case .int64List: return .int64List(ListValues(offsets: offsets, values: joined(groups) { $0.int64 }))
        case .floatList: return .floatList(ListValues(offsets: offsets, values: joined(groups) { $0.float }))
        case .stringList:
            var bits = BitWriter()
            for group in groups { if case .strings(_, _, let validity) = group.elements { bits.append(validity) } }
            let values = StringValues(
                offsets: joinedEnds(groups.map(\.elements.stringEnds)), bytes: joined(groups) { $0.bytes },
                validity: bits.bitmap)
            return .stringList(offsets: offsets, values: values)
        default:
            return .string(StringValues(offsets: offsets, bytes: joined(groups) { $0.bytes }, validity: validity))
        }
    }

    private static func joinedEnds(_ groups: [[Int]]) -> [Int] {
        var out = [0]
        out.reserveCapacity(groups.reduce(1) { $0 + $1.count })
        for ends in groups {
            let base = out[out.count - 1]
            out.append(contentsOf: ends.lazy.map { base + $0 })
        }
        return out
    }

    private static func joined<Element>(_ groups: [PackedRows], _ part: (Elements) -> [Element]) -> [Element] {
        if groups.count == 1, let only = groups.first { return part(only.elements) }
        var out: [Element] = []
        out.reserveCapacity(groups.reduce(0) { $0 + part($1.elements).count })
        for group in groups { out.append(contentsOf: part(group.elements)) }
        return out
    }
}

extension PackedRows.Elements {
    fileprivate var int32: [Int32] { if case .int32(let values) = self { values } else { [] } }
    fileprivate var int64: [Int64] { if case .int64(let values) = self { values } else { [] } }
    fileprivate var float: [Float] { if case .float(let values) = self { values } else { [] } }
    fileprivate var stringEnds: [Int] { if case .strings(let ends, _, _) = self { ends } else { [] } }

    fileprivate var bytes: [UInt8] {
        switch self {
        case .bytes(let values), .strings(_, let values, _): values
        default: []
        }
    }
}
