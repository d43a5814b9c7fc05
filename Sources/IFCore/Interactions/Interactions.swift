/// What to do where a user and an item meet more than once.
public enum DuplicatePolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// Keep the greatest value (the pipeline's rule for ratings).
    case maximum
    /// Add the values up.
    case sum
    /// Refuse the data.
    case reject
}

/// Who interacted with what, and how strongly: users × items, sparse.
public struct Interactions: Sendable, Hashable {
    /// User ids; rows of the matrix.
    public let users: IDMap
    /// Item ids; columns of the matrix.
    public let items: IDMap
    /// Strength of each interaction.
    public let matrix: CSRMatrix
    /// Rows that were given before duplicates were merged.
    public let sourceRowCount: Int

    /// Takes over a matrix whose rows and columns are the indices of `users` and `items`.
    public init(users: IDMap, items: IDMap, matrix: CSRMatrix, sourceRowCount: Int? = nil) {
        precondition(
            users.count == matrix.rowCount && items.count == matrix.columnCount, "matrix does not fit the id maps")
        self.users = users
        self.items = items
        self.matrix = matrix
        self.sourceRowCount = sourceRowCount ?? matrix.count
    }

    /// Builds the matrix from one row an interaction.
    ///
    /// - Parameters:
    ///   - users: User of each row.
    ///   - items: Item of each row.
    ///   - values: Strength of each row; 1 for all where `nil`.
    ///   - duplicates: What repeated pairs become.
    /// - Throws: ``IFError/Code/invalidData`` on a value that is not finite, or on a duplicate under `.reject`.
    /// - Complexity: O(n) beside the id maps.
    public init(
        users: IDColumn, items: IDColumn, values: [Float]? = nil, duplicates: DuplicatePolicy = .maximum
    ) throws {
        precondition(users.count == items.count && values.map { $0.count == users.count } ?? true, "lengths differ")
        let userMap = IDMap(users)
        let itemMap = IDMap(items)
        let matrix = try CSRMatrix(
            rows: userMap.indices(of: users), columns: itemMap.indices(of: items), values: values,
            rowCount: userMap.count, columnCount: itemMap.count, duplicates: duplicates)
        self.init(users: userMap, items: itemMap, matrix: matrix, sourceRowCount: users.count)
    }
}

extension CSRMatrix {
    /// Builds a matrix from coordinates in any order, merging repeated pairs.
    ///
    /// - Throws: ``IFError/Code/invalidData`` on a value that is not finite, or on a duplicate under `.reject`.
    /// - Complexity: O(entries + rows + columns): two stable counting sorts.
    public init(
        rows: [Int32], columns: [Int32], values: [Float]?, rowCount: Int, columnCount: Int,
        duplicates: DuplicatePolicy
    ) throws {
        if let values, let bad = values.firstIndex(where: { !$0.isFinite }) {
            throw IFError(.invalidData, "the value \(values[bad]) is not finite", row: bad + 1)
        }
        let ordered = Self.isOrdered(rows, columns) ? nil : Self.order(rows, columns, rowCount, columnCount)
        var offsets = [Int](repeating: 0, count: rowCount + 1)
        var outColumns: [Int32] = []
        var outValues: [Float] = []
        outColumns.reserveCapacity(rows.count)
        outValues.reserveCapacity(rows.count)
        var lastRow: Int32 = -1
        for position in 0..<rows.count {
            let entry = ordered.map { Int($0[position]) } ?? position
            let value = values?[entry] ?? 1
            if rows[entry] == lastRow, outColumns.last == columns[entry] {
                let end = outValues.count - 1
                switch duplicates {
                case .maximum: outValues[end] = max(outValues[end], value)
                case .sum: outValues[end] += value
                case .reject:
                    throw IFError(.invalidData, "the same user and item occur twice", row: entry + 1)
                }
                continue
            }
            lastRow = rows[entry]
            outColumns.append(columns[entry])
            outValues.append(value)
            offsets[Int(lastRow) + 1] += 1
        }
        for row in 0..<rowCount { offsets[row + 1] += offsets[row] }
        self.init(
            rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: outColumns, values: outValues)
    }

    private static func isOrdered(_ rows: [Int32], _ columns: [Int32]) -> Bool {
        guard rows.count > 1 else { return true }
        for entry in 1..<rows.count
        where rows[entry] < rows[entry - 1]
            || (rows[entry] == rows[entry - 1] && columns[entry] < columns[entry - 1])
        {
            return false
        }
        return true
    }

    private static func order(_ rows: [Int32], _ columns: [Int32], _ rowCount: Int, _ columnCount: Int) -> [UInt32] {
        precondition(rows.count <= Int(UInt32.max), "more than 2^32 interactions")
        let byColumn = countingSort(keys: columns, bound: columnCount, of: nil)
        return countingSort(keys: rows, bound: rowCount, of: byColumn)
    }

    private static func countingSort(keys: [Int32], bound: Int, of order: [UInt32]?) -> [UInt32] {
        var starts = [Int](repeating: 0, count: bound + 1)
        for key in keys { starts[Int(key) + 1] += 1 }
        for key in 0..<bound { starts[key + 1] += starts[key] }
        var out = [UInt32](repeating: 0, count: keys.count)
        for position in 0..<keys.count {
            let entry = order?[position] ?? UInt32(position)
            let key = Int(keys[Int(entry)])
            out[starts[key]] = entry
            starts[key] += 1
        }
        return out
    }
}
