extension FactorMatrix {
    /// The ids as a map, and the vectors in the order of its indices.
    ///
    /// Files hold vectors in the order in which they were written (Spark's in that of its partitions); dense indices
    /// follow the order of the ids.
    ///
    /// - Parameter ids: Id of each row, each once.
    /// - Precondition: One id a row.
    /// - Throws: ``IFError/Code/invalidData`` where an id is there twice.
    /// - Complexity: O(rows · rank), and what ``IDMap/init(_:)`` takes.
    public func inOrder(of ids: IDColumn) throws -> (ids: IDMap, factors: FactorMatrix) {
        precondition(ids.count == rowCount, "\(ids.count) ids for \(rowCount) vectors")
        let map = IDMap(ids)
        guard map.count == rowCount else {
            throw IFError(
                .invalidData, "\(rowCount - map.count) ids have more than one vector; keep one vector an id")
        }
        let indices = map.indices(of: ids)
        if indices.indices.allSatisfy({ indices[$0] == Int32($0) }) { return (map, self) }
        var ordered = [Float](repeating: 0, count: values.count)
        for (row, index) in indices.enumerated() {
            let start = Int(index) * rank
            ordered.replaceSubrange(start..<start + rank, with: self[row])
        }
        return (map, FactorMatrix(rowCount: rowCount, rank: rank, values: ordered))
    }
}
