internal import CArrow
import IFCore

/// Carries out a ``ReadPlan``: every column of every row group is a unit; units are decoded side by side,
/// fixed-width values straight into the arrays of the table.
@safe
struct TableAssembly {
    /// Small enough that decoded values stay in the cache until they are copied.
    private static let batchRows = 1 << 16

    /// What one unit leaves behind besides the values it wrote in place.
    struct UnitResult: Sendable {
        var validity = BitWriter()
        var packed: PackedRows?
    }

    /// Memory of the fixed-width columns, by column; `nil` for the others. Units write disjoint ranges.
    @unsafe
    private struct Targets: @unchecked Sendable {
        var starts: [UnsafeMutableRawPointer?] = unsafe []
    }

    private enum Values {
        case int32([Int32])
        case int64([Int64])
        case float([Float])
        case double([Double])
        case bool([Bool])
        case packed
    }

    let plan: ReadPlan
    let workers: Int
    let buffered: Bool
    /// Whether the bytes come from afar, so that reading blocks.
    let isRemote: Bool
    let cancellation: CancellationFlag
    private var results: [UnitResult] = []

    init(_ plan: ReadPlan, workers: Int, buffered: Bool = false, isRemote: Bool = false, cancellation: CancellationFlag)
    {
        self.plan = plan
        self.workers = workers
        self.buffered = buffered
        self.isRemote = isRemote
        self.cancellation = cancellation
    }

    /// Reads the table.
    mutating func table() throws -> Table {
        try checkMemory()
        let values = try unsafe fill(from: 0, Targets())
        var table = Table()
        for (index, column) in plan.columns.enumerated() {
            table.set(column.name, assemble(index, values[index]))
            for group in plan.groups.indices { results[unit(group, index)].packed = nil }
        }
        return table
    }

    private func unit(_ group: Int, _ column: Int) -> Int { group * plan.columns.count + column }

    /// A damaged footer can claim any number of rows; memory that cannot be had is an error, not a crash.
    private func checkMemory() throws {
        for _ in plan.columns {
            let (bytes, overflow) = plan.rowCount.multipliedReportingOverflow(by: 8)
            let trial = overflow ? nil : unsafe MemoryTrial.allocate(bytes)
            guard unsafe trial != nil || plan.rowCount == 0 else {
                throw IFError(
                    .corruptFile, "the footer claims \(plan.rowCount) rows, more than memory can hold",
                    file: plan.parts.first?.path)
            }
            unsafe MemoryTrial.free(trial)
        }
    }

    /// Makes the array of column `index`, then those of the columns after it, and decodes inside the innermost.
    private mutating func fill(from index: Int, _ targets: Targets) throws -> [Values] {
        guard index < plan.columns.count else {
            try unsafe decode(targets)
            return []
        }
        switch plan.columns[index].type {
        case .int32: return try unsafe fill(index, targets) { .int32($0) }
        case .int64, .timestamp: return try unsafe fill(index, targets) { .int64($0) }
        case .float: return try unsafe fill(index, targets) { .float($0) }
        case .double: return try unsafe fill(index, targets) { .double($0) }
        case .bool: return try unsafe fill(index, targets) { .bool($0) }
        default:
            var more = unsafe targets
            unsafe more.starts.append(nil)
            return [.packed] + (try unsafe fill(from: index + 1, more))
        }
    }

    private mutating func fill<Element>(
        _ index: Int, _ targets: Targets, _ wrap: ([Element]) -> Values
    ) throws -> [Values] {
        var rest: [Values] = []
        let rows = plan.rowCount
        let array = try unsafe [Element](unsafeUninitializedCapacity: rows) { buffer, count in
            var more = unsafe targets
            unsafe more.starts.append(UnsafeMutableRawPointer(buffer.baseAddress))
            rest = try unsafe fill(from: index + 1, more)
            count = rows
        }
        return [wrap(array)] + rest
    }

    private mutating func decode(_ targets: Targets) throws {
        let (plan, buffered) = (plan, buffered)
        let units = plan.groups.count * plan.columns.count
        results = try BlockingWorkers.map(
            units, workers: workers, cancellation: cancellation, onOwnThreads: isRemote
        ) { unit in
            let (group, column) = unit.quotientAndRemainder(dividingBy: plan.columns.count)
            return try unsafe Self.decode(
                plan, plan.groups[group], column, targets.starts[column], buffered: buffered)
        }
    }

    private static func decode(
        _ plan: ReadPlan, _ group: ReadPlan.Group, _ index: Int, _ target: UnsafeMutableRawPointer?, buffered: Bool
    ) throws -> UnitResult {
        let column = plan.columns[index]
        let file = plan.parts[group.part]
        var result = UnitResult()
        if unsafe target == nil { result.packed = PackedRows(column.type, rows: group.rows) }
        do {
            let scan = try file.scan(
                groups: [group.group], columns: [column.positions[group.part]], batchRows: batchRows,
                buffered: buffered)
            var done = 0
            while case let rows = try scan.next(), rows > 0 {
                guard done + rows <= group.rows else { throw Self.miscounted(group) }
                try unsafe scan.withColumn(0) { view in
                    guard unsafe view.rows == rows else { throw Self.miscounted(group) }
                    unsafe noteValidity(view, &result.validity)
                    if let target = unsafe target {
                        try unsafe ValueCopy.fill(view, column.type, target, first: group.firstRow + done)
                    } else {
                        try unsafe result.packed?.append(view)
                    }
                }
                done += rows
            }
            guard done == group.rows else { throw Self.miscounted(group) }
        } catch var error as IFError {
            error = error.inFile(file.path)
            if error.location.column == nil { error.location.column = column.name }
            throw error
        }
        return result
    }

    private static func noteValidity(_ view: ArrayView, _ validity: inout BitWriter) {
        if unsafe view.kind == IF_NULL {
            unsafe validity.appendMissing(view.rows)
        } else if unsafe view.hasNulls, let bits = unsafe view.raw.validity {
            unsafe validity.append(bits, start: Int(view.raw.validity_start), rows: view.rows)
        } else {
            unsafe validity.appendPresent(view.rows)
        }
    }

    private static func miscounted(_ group: ReadPlan.Group) -> IFError {
        IFError(.corruptFile, "row group \(group.group) does not hold the \(group.rows) rows that the footer counts")
    }

    private func assemble(_ index: Int, _ values: Values) -> Column {
        let column = plan.columns[index]
        let mine = plan.groups.indices.map { results[unit($0, index)] }
        var bits = BitWriter()
        for result in mine { bits.append(result.validity) }
        let validity = bits.bitmap
        switch values {
        case .int32(let values): return .int32(ColumnValues(values, validity: validity))
        case .int64(let values):
            let values = ColumnValues(values, validity: validity)
            return column.type == .timestamp ? .timestamp(values) : .int64(values)
        case .float(let values): return .float(ColumnValues(values, validity: validity))
        case .double(let values): return .double(ColumnValues(values, validity: validity))
        case .bool(let values): return .bool(ColumnValues(values, validity: validity))
        case .packed:
            return PackedRows.join(mine.compactMap(\.packed), type: column.type, validity: validity)
        }
    }
}
