import IFCore

/// From order id to slot.
enum OrderLookup: Sendable {
    /// Integer ids of a dense range: `slots[id - base]`.
    case direct(base: Int64, slots: [Int32])
    /// Other ids: the slot of each index of the map.
    case mapped(IDMap, slots: [Int32])

    /// The slot of an unknown order.
    static let unknown: Int32 = -1
    /// The slot of an order whose lines do not count.
    static let heldOut: Int32 = -2

    /// The slots of ids.
    func slots(of ids: IDColumn) -> [Int32] {
        switch (self, ids) {
        case (.direct(let base, let slots), .int32(let values)):
            return values.map { Self.slot(of: Int64($0), base, slots) }
        case (.direct(let base, let slots), .int64(let values)):
            return values.map { Self.slot(of: $0, base, slots) }
        case (.direct, .strings): return Array(repeating: Self.unknown, count: ids.count)
        case (.mapped(let map, let slots), _):
            return map.indices(of: ids).map { $0 < 0 ? Self.unknown : slots[Int($0)] }
        }
    }

    private static func slot(of id: Int64, _ base: Int64, _ slots: [Int32]) -> Int32 {
        let (offset, overflow) = id.subtractingReportingOverflow(base)
        return !overflow && offset >= 0 && offset < slots.count ? slots[Int(offset)] : unknown
    }
}

/// The first row of every order id, and the rows that repeat one.
struct OrderRows {
    private enum Storage {
        case direct(base: Int64, rows: [Int32])
        case mapped(IDMap, rows: [Int32])
    }

    private let storage: Storage
    /// Rows whose order id is that of an earlier row, ascending.
    let duplicates: [(row: Int, first: Int)]

    init(_ ids: IDColumn, in context: RunContext) async throws {
        let keys: [Int32]
        switch ids {
        case .int32(let values):
            if let found = try await Self.direct(values, in: context) {
                (storage, duplicates) = found
                return
            }
        case .int64(let values):
            if let found = try await Self.direct(values, in: context) {
                (storage, duplicates) = found
                return
            }
        case .strings: break
        }
        let map = IDMap(ids)
        keys = map.indices(of: ids)
        var rows = [Int32](repeating: -1, count: map.count)
        duplicates = rows.noteFirstRows(of: keys)
        storage = .mapped(map, rows: rows)
    }

    /// The lookup whose slots are `slot` of the first row of each id.
    func lookup(_ slot: (Int) -> Int32) -> OrderLookup {
        func slots(_ rows: [Int32]) -> [Int32] { rows.map { $0 < 0 ? OrderLookup.unknown : slot(Int($0)) } }
        switch storage {
        case .direct(let base, let rows): return .direct(base: base, slots: slots(rows))
        case .mapped(let map, let rows): return .mapped(map, slots: slots(rows))
        }
    }

    /// A table over the range of ids, filled in parts so that each stays in a core's cache; `nil` for a wide range.
    private static func direct<Integer: FixedWidthInteger & Sendable>(
        _ ids: [Integer], in context: RunContext
    ) async throws -> (Storage, [(row: Int, first: Int)])? {
        guard let low = ids.min(), let high = ids.max() else { return nil }
        let (width, overflow) = Int64(high).subtractingReportingOverflow(Int64(low))
        guard !overflow, width < max(Int64(ids.count) * 8, 1 << 20) else { return nil }
        let table = DisjointBuffer<Int32>(repeating: -1, count: Int(width) + 1)
        let parts = BlockRanges(rowCount: table.count, blockSize: max(1 << 16, (table.count + 7) / 8))
        let base = Int64(low)
        let repeats = try await context.mapBlocks(parts.count) { part in
            let range = parts[part]
            var found: [(row: Int, first: Int)] = []
            table.withMutableSpan(range) { rows in
                for row in 0..<ids.count {
                    let place = Int(Int64(ids[row]) &- base) &- range.lowerBound
                    guard place >= 0, place < range.count else { continue }
                    if rows[place] < 0 { rows[place] = Int32(row) } else { found.append((row, Int(rows[place]))) }
                }
            }
            return found
        }
        return (.direct(base: base, rows: table.array()), repeats.flatMap { $0 }.sorted { $0.row < $1.row })
    }
}

extension [Int32] {
    /// Notes the first row of every key; returns the rows that repeat one.
    fileprivate mutating func noteFirstRows(of keys: [Int32]) -> [(row: Int, first: Int)] {
        var repeats: [(row: Int, first: Int)] = []
        for (row, key) in keys.enumerated() {
            let place = Int(key)
            if self[place] < 0 { self[place] = Int32(row) } else { repeats.append((row, Int(self[place]))) }
        }
        return repeats
    }
}
