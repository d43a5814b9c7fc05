/// Maximal marginal relevance: picks what scores well and is unlike what was picked before.
///
/// J. Carbonell, J. Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998, doi:10.1145/290941.291025.
/// 1. The first pick has the best score.
/// 2. Each further pick maximises λ·score − (1 − λ)·max cosine to the items picked, the cosine floored at 0.
/// 3. Of equal values the candidate that came first is picked.
///
/// Scores are not on the scale of cosines, so λ is a weight and not a share: λ = 1 keeps the order of scores. The
/// maximum is kept up as items are picked.
///
/// - Complexity: O(picks · candidates · rank) a user.
struct MaximalMarginalRelevance: Hashable, Sendable {
    /// Weight of the score against diversity, in (0, 1].
    var lambda: Double

    /// Memory that is reused from user to user.
    struct Workspace {
        fileprivate var vectors: [SIMD8<Float>] = []
        fileprivate var closest: [Float] = []
        fileprivate var open: [Int] = []

        init() {}
    }

    /// Positions of the candidates picked, in order, with the value each was picked for; values do not increase.
    func pick(
        _ count: Int, items: ArraySlice<Int32>, scores: [Double], vectors: UnitVectors, _ workspace: inout Workspace
    ) -> [(position: Int, value: Double)] {
        workspace.gather(items, from: vectors)
        var picks: [(position: Int, value: Double)] = []
        picks.reserveCapacity(min(count, scores.count))
        while picks.count < count, !workspace.open.isEmpty {
            var best = 0
            var bestValue = -Double.infinity
            for (slot, candidate) in workspace.open.enumerated() {
                let value = lambda * scores[candidate] - (1 - lambda) * Double(workspace.closest[candidate])
                // The first pick compares scores alone, which λ·score does as well while nothing is picked.
                if value > bestValue { (best, bestValue) = (slot, value) }
            }
            let picked = workspace.open.remove(at: best)
            picks.append((picked, bestValue))
            if picks.count < count { workspace.approach(picked, stride: vectors.stride) }
        }
        return picks
    }
}

extension MaximalMarginalRelevance.Workspace {
    /// Brings the candidates' vectors together, so that a user's work stays in the cache.
    fileprivate mutating func gather(_ items: ArraySlice<Int32>, from vectors: UnitVectors) {
        self.vectors.removeAll(keepingCapacity: true)
        for item in items {
            let start = Int(item) * vectors.stride
            self.vectors.append(contentsOf: vectors.chunks[start..<start + vectors.stride])
        }
        open.removeAll(keepingCapacity: true)
        open.append(contentsOf: 0..<items.count)
        closest.removeAll(keepingCapacity: true)
        closest.append(contentsOf: repeatElement(0 as Float, count: items.count))
    }

    /// Raises each open candidate's greatest cosine by its cosine to the one just picked.
    fileprivate mutating func approach(_ picked: Int, stride: Int) {
        for candidate in open {
            let cosine = Self.dot(vectors.span, picked * stride, candidate * stride, stride)
            closest[candidate] = max(closest[candidate], cosine)
        }
    }

    /// Two sums side by side, so that an addition need not wait for the one before.
    @inline(__always)
    private static func dot(_ vectors: Span<SIMD8<Float>>, _ first: Int, _ second: Int, _ length: Int) -> Float {
        var even = SIMD8<Float>.zero
        var odd = SIMD8<Float>.zero
        var chunk = 0
        while chunk + 1 < length {
            even += vectors[first + chunk] * vectors[second + chunk]
            odd += vectors[first + chunk + 1] * vectors[second + chunk + 1]
            chunk += 2
        }
        if chunk < length { even += vectors[first + chunk] * vectors[second + chunk] }
        return (even + odd).sum()
    }
}
