/// Finds the known key that someone meant.
enum NearestKey {
    /// The nearest of `candidates`, `nil` where none is near: one letter wrong in three, two in seven, three in more.
    static func of(_ key: String, in candidates: [String]) -> String? {
        let wanted = folded(key)
        // topK, top-k and TOP_K are top_k.
        if let same = candidates.first(where: { folded($0) == wanted }) { return same }
        let allowed = wanted.count < 4 ? 1 : wanted.count < 8 ? 2 : 3
        let ranked = candidates.map { (key: $0, distance: distance(wanted, folded($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= allowed else { return nil }
        return best.key
    }

    private static func folded(_ key: String) -> [Character] {
        key.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.map { $0 }
    }

    /// Insertions, deletions, substitutions and exchanges of neighbours between two texts, no place edited twice.
    ///
    /// F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7 (1964);
    /// the restricted form ("optimal string alignment").
    /// - Complexity: O(n·m).
    static func distance(_ first: [Character], _ second: [Character]) -> Int {
        if first.isEmpty || second.isEmpty { return max(first.count, second.count) }
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for i in 1...first.count {
            var row = [i] + Array(repeating: 0, count: second.count)
            for j in 1...second.count {
                let change = first[i - 1] == second[j - 1] ? 0 : 1
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
                if i > 1, j > 1, first[i - 1] == second[j - 2], first[i - 2] == second[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[second.count]
    }
}
