/// A list of fixed-width values a row, packed one after the other with 64-bit offsets.
public struct ListValues<Element: Sendable & Hashable>: Hashable, Sendable {
    /// `count + 1` positions in `values`.
    public var offsets: [Int]
    /// Elements of all rows.
    public var values: [Element]

    /// Takes over packed lists.
    ///
    /// - Precondition: `offsets` ascend from 0 to `values.count`.
    public init(offsets: [Int], values: [Element]) {
        precondition(offsets.first == 0 && offsets.last == values.count, "offsets do not cover the values")
        self.offsets = offsets
        self.values = values
    }

    /// Lists of equal length `width`, row after row.
    public init(values: [Element], width: Int) {
        precondition(width > 0 && values.count % width == 0, "values do not fill rows of \(width)")
        self.init(offsets: Array(stride(from: 0, through: values.count, by: width)), values: values)
    }

    /// Rows.
    public var count: Int { offsets.count - 1 }

    /// The list of a row.
    public subscript(row: Int) -> ArraySlice<Element> { values[offsets[row]..<offsets[row + 1]] }

    /// The rows named, in their order.
    public func gather(_ rows: [Int]) -> ListValues {
        var out: [Element] = []
        var ends = [0]
        for row in rows {
            out.append(contentsOf: self[row])
            ends.append(out.count)
        }
        return ListValues(offsets: ends, values: out)
    }
}
