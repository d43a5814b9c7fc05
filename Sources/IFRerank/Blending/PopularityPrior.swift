public import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How popular each of a model's items is, standardised over the catalogue, and the list of the most popular.
///
/// z = (ln(1 + count) − mean) / sample sd over all counted items, also those that the model does not know; 0 for items
/// that were not counted. What the counts were taken from must not include what is evaluated later: carry its
/// provenance along with the model's.
public struct PopularityPrior: Hashable, Sendable {
    /// z-score of each of the model's items, by dense index; 0 for items that were not counted.
    public let scores: [Double]
    /// The model's items that were counted, most popular first; ties in ascending index.
    public let ranking: [Int32]
    /// Counted items that the model does not know: part of mean and deviation, but in no list.
    public let unknownToModelCount: Int

    /// Standardises counts that are already in the model's order.
    ///
    /// - Parameters:
    ///   - counts: Lines of each of the model's items by dense index; `nil` where an item was not counted.
    ///   - others: Counts of items that the model does not know.
    /// - Throws: ``IFCore/IFError/Code/invalidData`` on a negative count.
    /// - Complexity: O(n log n).
    public init(counts: [Int?], others: [Int] = []) throws {
        let known = counts.compactMap(\.self)
        guard (known + others).allSatisfy({ $0 >= 0 }) else {
            throw IFError(.invalidData, "a popularity count is negative; counts are numbers of lines, 0 or more")
        }
        let moments = Standardization.moments((known + others).map { log1p(Double($0)) }, .sample)
        scores = counts.map { $0.map { Standardization.score(log1p(Double($0)), moments) } ?? 0 }
        let values = counts.map { $0 ?? -1 }
        ranking = (0..<Int32(counts.count)).filter { values[Int($0)] >= 0 }
            .sorted { (values[Int($0)], $1) > (values[Int($1)], $0) }
        unknownToModelCount = others.count
    }

    /// Standardises counts of a catalogue and brings them into a model's order.
    ///
    /// - Parameters:
    ///   - catalogue: The counted items.
    ///   - counts: Lines of each, by the catalogue's dense index.
    ///   - items: The model's items.
    /// - Throws: ``IFCore/IFError/Code/invalidData`` on a negative count.
    /// - Precondition: One count an item of the catalogue.
    public init(catalogue: IDMap, counts: [Int], items: IDMap) throws {
        precondition(catalogue.count == counts.count, "one count an item of the catalogue is needed")
        var known = [Int?](repeating: nil, count: items.count)
        var others: [Int] = []
        for (position, item) in items.indices(of: catalogue.ids).enumerated() {
            if item >= 0 { known[Int(item)] = counts[position] } else { others.append(counts[position]) }
        }
        try self.init(counts: known, others: others)
    }
}
