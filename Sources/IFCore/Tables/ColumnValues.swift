/// Values of one fixed-width type, one a row; values under nulls are unspecified and never read.
public struct ColumnValues<Element: Sendable & Hashable>: Hashable, Sendable {
    /// One value a row.
    public var values: [Element]
    /// Which rows are present; `nil` where all are.
    public var validity: Bitmap?

    /// Creates a column.
    ///
    /// - Precondition: `validity`, where given, covers as many rows as `values`.
    public init(_ values: [Element], validity: Bitmap? = nil) {
        precondition(validity.map { $0.count == values.count } ?? true, "validity of another length than the values")
        self.values = values
        self.validity = validity
    }

    /// Rows.
    public var count: Int { values.count }
    /// Rows without a value.
    public var nullCount: Int { validity.map { $0.count - $0.setCount } ?? 0 }

    /// The value of a row, `nil` where it is missing.
    public subscript(row: Int) -> Element? {
        if let validity, !validity[row] { return nil }
        return values[row]
    }

    /// The rows named, in their order.
    public func gather(_ rows: [Int]) -> ColumnValues {
        ColumnValues(rows.map { values[$0] }, validity: validity.map { bits in Bitmap(rows.map { bits[$0] }) })
    }
}

extension ColumnValues {
    /// Creates a column from optional values; `placeholder` stands under the nulls.
    public init(_ optionals: [Element?], placeholder: Element) {
        let hasNull = optionals.contains { $0 == nil }
        self.init(optionals.map { $0 ?? placeholder }, validity: hasNull ? Bitmap(optionals.map { $0 != nil }) : nil)
    }
}
