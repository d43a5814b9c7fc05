/// External ids and their dense indices 0..<count: the one place where the two meet.
///
/// Indices follow the order of the ids (numeric, or by UTF-8 bytes), so that they depend on the set of ids alone
/// and not on the order in which rows arrived.
public struct IDMap: Hashable, Sendable {
    enum Storage: Hashable, Sendable {
        case integers([Int64], IntegerLookup)
        case strings(StringLookup)
    }

    let storage: Storage

    /// Creates a map of the different ids of a column.
    ///
    /// - Complexity: O(n) for integers of a dense range; O(n + d log d) for strings, d of them different; else O(n log n).
    public init(_ ids: IDColumn) {
        switch ids {
        case .int32(let values): self.init(sortedIntegers: SortedIDs.unique(values).map(Int64.init))
        case .int64(let values): self.init(sortedIntegers: SortedIDs.unique(values))
        case .strings(let values): self.init(lookup: StringLookup(values))
        }
    }

    /// Creates a map of integer ids in any order; duplicates count once.
    public init(integers: [Int64]) { self.init(sortedIntegers: SortedIDs.unique(integers)) }

    /// Creates a map of string ids in any order; duplicates count once.
    public init(strings: [String]) {
        self.init(lookup: StringLookup(StringValues(strings)))
    }

    private init(lookup: StringLookup) { storage = .strings(lookup) }

    /// Takes over integer ids that ascend and do not repeat; `nil` where they do not.
    ///
    /// - Complexity: O(n)
    package init?(ascending integers: [Int64]) {
        guard zip(integers, integers.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        self.init(sortedIntegers: integers)
    }

    /// Takes over string ids that ascend by their UTF-8 bytes and do not repeat; `nil` where they do not.
    ///
    /// - Complexity: O(n log n) comparisons.
    package init?(ascending strings: [String]) {
        guard
            zip(strings, strings.dropFirst()).allSatisfy({ $0.utf8.lexicographicallyPrecedes($1.utf8) })
        else { return nil }
        self.init(strings: strings)
    }

    /// This map's ids and those of a column.
    ///
    /// - Precondition: Both are integers or both are strings, or one is empty.
    package func union(_ others: IDColumn) -> IDMap {
        switch (storage, others) {
        case (_, let others) where others.count == 0: return self
        case (_, let others) where count == 0: return IDMap(others)
        case (.integers(let ids, _), .int32(let values)): return IDMap(integers: ids + values.map(Int64.init))
        case (.integers(let ids, _), .int64(let values)): return IDMap(integers: ids + values)
        case (.strings(let lookup), .strings(let values)):
            return IDMap(strings: lookup.ids + values.strings().map { $0 ?? "" })
        default: preconditionFailure("integer ids and string ids in one map")
        }
    }

    private init(sortedIntegers: [Int64]) {
        precondition(sortedIntegers.count <= Int(Int32.max), "more than 2^31 ids")
        storage = .integers(sortedIntegers, IntegerLookup(sortedIntegers))
    }

    /// Different ids.
    public var count: Int {
        switch storage {
        case .integers(let ids, _): ids.count
        case .strings(let lookup): lookup.ids.count
        }
    }

    /// The id at a dense index.
    public subscript(index: Int) -> ID {
        switch storage {
        case .integers(let ids, _): .integer(ids[index])
        case .strings(let lookup): .string(lookup.ids[index])
        }
    }

    /// The dense index of an id, `nil` where the id is unknown.
    public func index(of id: ID) -> Int32? {
        switch (storage, id) {
        case (.integers(_, let lookup), .integer(let value)):
            let index = lookup.index(of: value)
            return index < 0 ? nil : index
        case (.strings(let lookup), .string(let value)): return lookup.index(of: value)
        default: return nil
        }
    }

    /// The dense indices of a column of ids, −1 where an id is unknown.
    public func indices(of ids: IDColumn) -> [Int32] {
        switch (storage, ids) {
        case (.integers(_, let lookup), .int32(let values)): return values.map { lookup.index(of: Int64($0)) }
        case (.integers(_, let lookup), .int64(let values)): return values.map { lookup.index(of: $0) }
        case (.strings(let lookup), .strings(let values)): return lookup.indices(of: values)
        default: return Array(repeating: -1, count: ids.count)
        }
    }

    /// The ids at dense indices, as a column: 64-bit integers or strings.
    public func ids(at indices: some Sequence<Int32>) -> IDColumn {
        switch storage {
        case .integers(let ids, _): .int64(indices.map { ids[Int($0)] })
        case .strings(let lookup): .strings(StringValues(indices.map { lookup.ids[Int($0)] }))
        }
    }

    /// All ids in index order.
    public var ids: IDColumn {
        switch storage {
        case .integers(let ids, _): .int64(ids)
        case .strings(let lookup): .strings(StringValues(lookup.ids))
        }
    }

    /// Whether the ids are integers.
    public var isInteger: Bool {
        if case .integers = storage { true } else { false }
    }
}
