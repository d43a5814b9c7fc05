import Foundation

/// Positions of ticks on a linear axis.
///
/// The extended algorithm of Talbot, Lin and Hanrahan, "An Extension of Wilkinson's Algorithm for Positioning Tick
/// Labels on Axes", IEEE Transactions on Visualization and Computer Graphics 16 (6), 2010, doi:10.1109/TVCG.2010.130,
/// with the paper's weights and its list of nice numbers; legibility is left to the layout, which rotates and thins
/// labels. It searches steps j·q·10^z and scores simplicity, coverage of the data and density.
enum LinearTicks {
    static let nice: [Double] = [1, 5, 2, 2.5, 4, 3]
    private static let simplicityWeight = 0.25
    private static let coverageWeight = 0.2
    private static let densityWeight = 0.5
    private static let legibilityWeight = 0.05

    /// Ticks for values from `low` to `high`.
    ///
    /// - Parameters:
    ///   - low: Lowest value.
    ///   - high: Highest value, greater than `low`.
    ///   - target: How many ticks are wanted, at least 2.
    ///   - enclosing: Whether the first and last tick must enclose the values.
    static func positions(_ low: Double, _ high: Double, target: Int, enclosing: Bool) -> [Double] {
        let range = high - low
        // Below this, the doubles between low and high are too few to tell ticks apart.
        guard range > 1e-10 * max(abs(low), abs(high)), range.isFinite else {
            return low == high ? [low] : [low, high]
        }
        var search = Search(low: low, high: high, target: Double(max(2, target)), enclosing: enclosing)
        search.run()
        guard search.count > 0 else { return [low, high] }
        return (0..<search.count).map { search.start + Double($0) * search.step }
    }

    private struct Search {
        let low: Double
        let high: Double
        let target: Double
        let enclosing: Bool
        var best = -2.0
        var start = 0.0
        var step = 0.0
        var count = 0

        mutating func run() {
            for skip in 1...32 {
                for (rank, factor) in nice.enumerated() {
                    let simplest = 2 - Double(rank) / Double(nice.count - 1) - Double(skip)
                    if score(simplest, 1, 1) < best { return }
                    tryCounts(Double(skip), factor, rank, simplest)
                }
            }
        }

        private mutating func tryCounts(_ skip: Double, _ factor: Double, _ rank: Int, _ simplest: Double) {
            for count in 2...60 {
                let densest = Double(count) >= target ? 2 - Double(count - 1) / (target - 1) : 1
                if score(simplest, 1, densest) < best { return }
                let delta = (high - low) / Double(count + 1) / skip / factor
                var power = Int(log10(delta).rounded(.up))
                while true {
                    let step = skip * factor * pow(10, Double(power))
                    if score(simplest, widest(step * Double(count - 1)), densest) < best { break }
                    tryStarts(skip: skip, rank: rank, count: count, step: step)
                    power += 1
                    if !(step.isFinite && step < (high - low) * 100) { break }
                }
            }
        }

        private mutating func tryStarts(skip: Double, rank: Int, count: Int, step: Double) {
            let first = (high / step).rounded(.down) * skip - Double(count - 1) * skip
            let last = (low / step).rounded(.up) * skip
            guard first <= last, abs(last) < 1e15 else { return }
            var index = first
            while index <= last {
                let start = index * (step / skip)
                let end = start + step * Double(count - 1)
                index += 1
                if enclosing, !(start <= low && end >= high) { continue }
                let rest = abs(start.truncatingRemainder(dividingBy: step))
                let isZeroIncluded = (rest < 1e-10 * step || step - rest < 1e-10 * step) && start <= 0 && end >= 0
                let simplicity = 1 - Double(rank) / Double(nice.count - 1) - skip + (isZeroIncluded ? 1 : 0)
                let total = score(simplicity, coverage(start, end), density(count, start, end))
                if total > best {
                    (best, self.start, self.step, self.count) = (total, start, step, count)
                }
            }
        }

        private func score(_ simplicity: Double, _ coverage: Double, _ density: Double) -> Double {
            simplicityWeight * simplicity + coverageWeight * coverage + densityWeight * density + legibilityWeight
        }

        private func coverage(_ start: Double, _ end: Double) -> Double {
            // Divided before squaring: the squares of extreme values are not finite.
            let above = (high - end) / (0.1 * (high - low))
            let below = (low - start) / (0.1 * (high - low))
            return 1 - 0.5 * (above * above + below * below)
        }

        private func widest(_ span: Double) -> Double {
            let range = high - low
            guard span > range else { return 1 }
            let half = (span - range) / 2 / (0.1 * range)
            return 1 - half * half
        }

        private func density(_ count: Int, _ start: Double, _ end: Double) -> Double {
            let found = Double(count - 1) / (end - start)
            let wanted = (target - 1) / (max(end, high) - min(start, low))
            return 2 - max(found / wanted, wanted / found)
        }
    }
}
