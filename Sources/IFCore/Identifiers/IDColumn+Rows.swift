extension IDColumn {
    /// The ids of the rows named, in that order; a row may be named twice.
    ///
    /// - Complexity: O(rows named)
    public func gather(_ rows: [Int]) -> IDColumn {
        switch self {
        case .int32(let values): .int32(rows.map { values[$0] })
        case .int64(let values): .int64(rows.map { values[$0] })
        case .strings(let values): .strings(values.gather(rows))
        }
    }

    /// The ids of a run of rows.
    ///
    /// - Complexity: O(rows of the run)
    public func slice(_ rows: Range<Int>) -> IDColumn {
        switch self {
        case .int32(let values): .int32(Array(values[rows]))
        case .int64(let values): .int64(Array(values[rows]))
        case .strings(let values): .strings(values.gather(Array(rows)))
        }
    }
}
