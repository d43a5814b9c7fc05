public import IFCore

/// A user_seg table of any age, read into typed columns.
///
/// Accepts `cluster` for `segment`, upper- or lower-case `r`, `f`, `m`, and tables without `r_z`, `f_z`, `m_z`, which are
/// then derived (sample standard deviation, 0 where there is no spread).
public struct UserSegments: Hashable, Sendable {
    /// User ids.
    public let users: IDColumn
    /// Segment of each user.
    public let segments: [Int32]
    /// Columns r, f, m.
    public let values: [[Double]]
    /// Columns r_z, f_z, m_z.
    public let zScores: [[Double]]
    /// Whether the z-scores were missing and have been derived.
    public let derivedZScores: Bool

    /// Users.
    public var count: Int { segments.count }

    /// Reads the table.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``; ``IFError/Code/emptyData``;
    ///   ``IFError/Code/invalidData`` on missing or non-finite values.
    public init(_ table: Table) throws {
        guard table.rowCount > 0 else { throw IFError(.emptyData, "the table of user segments has no rows") }
        users = try table.ids("user_id")
        segments = try Self.complete(try table.int32(table.firstName(of: ["segment", "cluster"])), "segment")
        values = try ["r", "f", "m"].map { try Self.numbers(table, [$0.uppercased(), $0]) }
        let names = ["r_z", "f_z", "m_z"]
        let variants = names.map { [$0, $0.uppercased(), $0.prefix(1).uppercased() + "_z"] }
        derivedZScores = !variants.allSatisfy { $0.contains { table.contains($0) } }
        zScores =
            derivedZScores ? values.map(Standardization.zScores) : try variants.map { try Self.numbers(table, $0) }
    }

    private static func numbers(_ table: Table, _ names: [String]) throws -> [Double] {
        let name = table.firstName(of: names)
        let values = try complete(try table.double(name), name)
        guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return values }
        throw IFError(.invalidData, "the value is not finite", row: bad + 1, column: name)
    }

    private static func complete<Value>(_ column: ColumnValues<Value>, _ name: String) throws -> [Value] {
        guard column.nullCount > 0, let row = (0..<column.count).first(where: { column[$0] == nil }) else {
            return column.values
        }
        throw IFError(.invalidData, "the value is missing", row: row + 1, column: name)
    }
}

extension Table {
    /// The first of several names that the table has, else the first.
    func firstName(of names: [String]) -> String { names.first { contains($0) } ?? names[0] }
}
