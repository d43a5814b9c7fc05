import IFCore

/// The product ids of all batches, as they arrived.
///
/// Large batches are kept without a copy; small ones are packed together, so that the number of chunks stays low.
struct ProductChunks: Sendable {
    /// Batches of fewer lines are packed together.
    static let packingLimit = 1 << 18

    private(set) var chunks: [IDColumn] = []
    private var lastIsPacked = false

    /// Keeps the ids of a batch; says where they stand.
    mutating func append(_ ids: IDColumn) throws -> (chunk: Int, offset: Int) {
        guard chunks.count < LineRun.chunkCountLimit else {
            throw IFError(.unsupported, "more than 2^23 batches of lines; make the batches larger")
        }
        let isSmall = ids.count < Self.packingLimit
        if isSmall, lastIsPacked, let offset = pack(ids) { return (chunks.count - 1, offset) }
        chunks.append(ids)
        lastIsPacked = isSmall
        return (chunks.count - 1, 0)
    }

    /// Appends to the last chunk, in place; `nil` where it is full or of another type.
    private mutating func pack(_ ids: IDColumn) -> Int? {
        var last = chunks.popLast()
        guard let offset = last?.count, offset < Self.packingLimit else {
            if let last { chunks.append(last) }
            return nil
        }
        if case .int32(var values) = last, case .int32(let more) = ids {
            last = nil  // The array is ours alone now, so that appending does not copy it.
            values.append(contentsOf: more)
            chunks.append(.int32(values))
            return offset
        }
        if case .int64(var values) = last, case .int64(let more) = ids {
            last = nil
            values.append(contentsOf: more)
            chunks.append(.int64(values))
            return offset
        }
        if let last { chunks.append(last) }
        return nil
    }
}

/// Products as small numbers that ascend with their ids: what the grouping works on.
struct ProductCodes: Sendable {
    /// The chunks, all of one type.
    enum Chunks: Sendable {
        case int32([[Int32]])
        case int64([[Int64]])
    }

    /// Numbers from which `base` is to be taken to get the code.
    let chunks: Chunks
    /// The least number.
    let base: Int64
    /// Codes are in 0..<width.
    let width: Int
    private let map: IDMap?
    private let isInt32: Bool

    /// - Parameter range: Least and greatest product id, where all are integers.
    /// - Throws: ``IFError/Code/typeMismatch`` where some batches have string ids and others integers.
    init(_ source: [IDColumn], range: ClosedRange<Int64>?, lineCount: Int) throws {
        isInt32 = source.allSatisfy { if case .int32 = $0 { true } else { false } }
        let hasStrings = source.contains { if case .strings = $0 { true } else { false } }
        if let range, !hasStrings {
            let (span, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
            // The ids number themselves where a table over their range is no larger than the lines.
            if !overflow, span < max(Int64(lineCount) / 4, 1 << 16) {
                (base, width, map) = (range.lowerBound, Int(span) + 1, nil)
                chunks = isInt32 ? .int32(source.compactMap(\.asInt32)) : .int64(source.map(\.asInt64))
                return
            }
        }
        let map = try Self.map(source, hasStrings: hasStrings)
        chunks = .int32(source.map { map.indices(of: $0) })
        (base, width) = (0, map.count)
        self.map = map
    }

    /// The ids of codes, of their input type.
    func ids(of codes: some Sequence<Int32>) -> IDColumn {
        if let map { return map.ids(at: codes).narrowed(isInt32) }
        let base = base
        return isInt32
            ? .int32(codes.map { Int32(truncatingIfNeeded: Int64($0) &+ base) })
            : .int64(codes.map { Int64($0) + base })
    }

    private static func map(_ source: [IDColumn], hasStrings: Bool) throws -> IDMap {
        guard hasStrings else { return IDMap(integers: source.flatMap { IDMap($0).ids.asInt64 }) }
        var all = Set<String>()
        for column in source {
            guard case .strings(let values) = column else {
                throw IFError(
                    .typeMismatch, "some batches hold string ids, others integers; bring them to one type",
                    column: "product_id")
            }
            for row in 0..<values.count { all.insert(values[row] ?? "") }
        }
        return IDMap(strings: Array(all))
    }
}

extension IDColumn {
    var asInt32: [Int32]? { if case .int32(let values) = self { values } else { nil } }

    /// Integer ids as 64-bit integers; empty for strings.
    var asInt64: [Int64] {
        switch self {
        case .int32(let values): values.map(Int64.init)
        case .int64(let values): values
        case .strings: []
        }
    }

    /// Back to 32 bits where the ids came so.
    func narrowed(_ isInt32: Bool) -> IDColumn {
        guard isInt32, case .int64(let values) = self else { return self }
        return .int32(values.map { Int32(truncatingIfNeeded: $0) })
    }
}
