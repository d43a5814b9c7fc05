/// The name that a mistyped one was probably meant to be.
enum NearestName {
    /// The candidate with the fewest edits, without regard to case and underscores, if few enough.
    static func of(_ name: String, among candidates: [String]) -> String? {
        let wanted = simplified(name)
        let best = candidates.map { (candidate: $0, edits: edits(wanted, simplified($0))) }
            .min { $0.edits < $1.edits }
        guard let best, best.edits <= max(2, wanted.count / 3) else { return nil }
        return best.candidate
    }

    private static func simplified(_ name: String) -> [Character] {
        Array(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func edits(_ a: [Character], _ b: [Character]) -> Int {
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
