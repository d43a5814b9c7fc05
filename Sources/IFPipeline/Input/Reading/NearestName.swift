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

    /// Levenshtein distance.
    private static func edits(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = above
            }
        }
        return row[b.count]
    }
}
