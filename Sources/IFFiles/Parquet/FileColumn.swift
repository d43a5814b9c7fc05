public import IFCore

/// A column as a data file describes it.
public struct FileColumn: Hashable, Sendable {
    /// The column's name.
    public let name: String
    /// The type it is read as; `nil` where this library has none for it.
    public let type: ColumnType?
    /// The type in the file's own terms, for messages.
    public let physicalType: String
    /// Whether rows may be without a value.
    public let isNullable: Bool

    /// Creates a description.
    public init(name: String, type: ColumnType?, physicalType: String, isNullable: Bool) {
        self.name = name
        self.type = type
        self.physicalType = physicalType
        self.isNullable = isNullable
    }
}
