/// A pure way to reorder candidates: candidates in, final lists out.
///
/// The trivial conformer is ``IdentityReranker``.
public protocol Reranker: Sendable {
    /// Reorders and cuts candidate lists.
    ///
    /// - Parameters:
    ///   - candidates: One list a user, best first.
    ///   - count: Greatest length of a final list.
    /// - Returns: One list a user in the same order; scores are the reranker's own.
    func rerank(_ candidates: RankedLists, count: Int) throws -> RankedLists
}
