import IFCore

/// Scores lists against the truth, user by user.
struct Judge: Sendable {
    let truth: GroundTruth
    let cutoff: Int
    let metrics: [any RankingMetric]

    /// What scoring a batch yields.
    struct Verdict: Sendable {
        /// `lists * metrics` values, list after list.
        var values: [Double] = []
        /// Items left out because the list had them already.
        var repeatedItems = 0
    }

    /// Scores the lists of `rows`.
    ///
    /// - Parameters:
    ///   - rows: Rows of `lists`, each with its user in the truth.
    ///   - truthItems: Truth index of each item of the lists, −1 where the truth has it not.
    func score(
        _ lists: RankedLists, rows: ArraySlice<(list: Int32, user: Int32)>, truthItems: [Int32]
    ) -> Verdict {
        var verdict = Verdict()
        verdict.values.reserveCapacity(rows.count * metrics.count)
        var ranking = JudgedRanking(cutoff: cutoff, truthCount: 0, hitRanks: [])
        var lastRow = [Int32](repeating: -1, count: truthItems.count)
        for (list, user) in rows {
            let wanted = truth.items(ofUser: Int(user))
            ranking.hitRanks.removeAll(keepingCapacity: true)
            ranking.truthCount = wanted.count
            var place = 0
            for position in lists.range(of: Int(list)) {
                if place == cutoff { break }
                let item = Int(lists.items[position])
                if lastRow[item] == list {
                    verdict.repeatedItems += 1
                    continue
                }
                lastRow[item] = list
                place += 1
                if truthItems[item] >= 0, wanted.firstIndexSorted(of: truthItems[item]) != nil {
                    ranking.hitRanks.append(place)
                }
            }
            for metric in metrics { verdict.values.append(metric.value(of: ranking)) }
        }
        return verdict
    }

    /// Scores one list for every user of the truth.
    func score(sameList items: [Int32]) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(truth.users.count * metrics.count)
        var ranking = JudgedRanking(cutoff: cutoff, truthCount: 0, hitRanks: [])
        for user in 0..<truth.users.count {
            let wanted = truth.items(ofUser: user)
            ranking.hitRanks.removeAll(keepingCapacity: true)
            ranking.truthCount = wanted.count
            for (place, item) in items.prefix(cutoff).enumerated()
            where item >= 0 && wanted.firstIndexSorted(of: item) != nil {
                ranking.hitRanks.append(place + 1)
            }
            for metric in metrics { values.append(metric.value(of: ranking)) }
        }
        return values
    }
}
