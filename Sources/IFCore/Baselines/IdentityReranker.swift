/// Keeps the order of the candidates: the trivial reranker.
public struct IdentityReranker: Reranker {
    /// Creates the reranker.
    public init() {}

    /// Keeps the first `count` candidates of every list.
    public func rerank(_ candidates: RankedLists, count: Int) throws -> RankedLists { candidates.prefix(count) }
}
