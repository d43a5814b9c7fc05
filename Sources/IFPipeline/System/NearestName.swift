/// Finds the known name that a mistyped key or column was probably meant to be.
enum NearestName {
    /// The nearest of `candidates`, of equals the first; `nil` where none is near: one edit in names of three letters,
    /// two up to eight, then one in three letters.
    static func of(_ name: String, in candidates: [String]) -> String? {
        let wanted = folded(name)
        // topK, top-k and TOP_K are top_k.
        if let same = candidates.first(where: { folded($0) == wanted }) { return same }
        let allowed = wanted.count < 4 ? 1 : max(2, wanted.count / 3)
        let ranked = candidates.map { (name: $0, distance: distance(wanted, folded($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= allowed else { return nil }
        return best.name
    }

    /// Letters and digits, without regard to case.
    private static func folded(_ name: String) -> [Character] {
        Array(name.lowercased().filter { $0.isLetter || $0.isNumber })
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
