internal import CArrow
import IFCore

/// Reads one part batch by batch into small tables.
enum BatchReading {
    static func read(
        _ file: ParquetFile, _ part: Int, _ plan: ReadPlan, _ batchRows: Int, _ body: (Table) throws -> Void
    ) throws {
        let groups = file.groupRows.indices.filter { file.groupRows[$0] > 0 }
        let positions = plan.columns.map { $0.positions[part] }
        guard !groups.isEmpty else { return }
        // The scan yields columns in the order asked for.
        let scan = try file.scan(groups: groups, columns: positions, batchRows: batchRows, buffered: true)
        while case let rows = try scan.next(), rows > 0 {
            var table = Table()
            for (index, column) in plan.columns.enumerated() {
                do {
                    table.set(
                        column.name, try unsafe scan.withColumn(index) { try unsafe self.column($0, column.type) })
                } catch var error as IFError {
                    error = error.inFile(file.path)
                    if error.location.column == nil { error.location.column = column.name }
                    throw error
                }
            }
            try body(table)
        }
    }

    private static func column(_ view: ArrayView, _ type: ColumnType) throws -> Column {
        var bits = BitWriter()
        if unsafe view.kind == IF_NULL {
            unsafe bits.appendMissing(view.rows)
        } else if unsafe view.hasNulls, let source = unsafe view.raw.validity {
            unsafe bits.append(source, start: Int(view.raw.validity_start), rows: view.rows)
        }
        let validity = bits.bitmap
        switch type {
        case .int32: return .int32(ColumnValues(try unsafe values(view, type), validity: validity))
        case .int64: return .int64(ColumnValues(try unsafe values(view, type), validity: validity))
        case .timestamp: return .timestamp(ColumnValues(try unsafe values(view, type), validity: validity))
        case .float: return .float(ColumnValues(try unsafe values(view, type), validity: validity))
        case .double: return .double(ColumnValues(try unsafe values(view, type), validity: validity))
        case .bool: return .bool(ColumnValues(try unsafe values(view, type), validity: validity))
        default:
            var packed = PackedRows(type, rows: unsafe view.rows)
            try unsafe packed.append(view)
            return PackedRows.join([packed], type: type, validity: validity)
        }
    }

    private static func values<Element>(_ view: ArrayView, _ type: ColumnType) throws -> [Element] {
        let rows = unsafe view.rows
        return try unsafe [Element](unsafeUninitializedCapacity: rows) { buffer, count in
            if let start = UnsafeMutableRawPointer(buffer.baseAddress) {
                try unsafe ValueCopy.fill(view, type, start, first: 0)
            }
            count = rows
        }
    }
}
