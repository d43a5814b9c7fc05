import Foundation

/// Positions and labels of ticks on a logarithmic axis: powers of ten, with 2 and 5 between where there is room; linear
/// ticks where the values span less than one power.
enum LogTicks {
    /// Ticks for positive values from `low` to `high`.
    static func positions(_ low: Double, _ high: Double, target: Int) -> [Double] {
        let first = log10(low)
        let last = log10(high)
        if last - first < 1 {
            return LinearTicks.positions(low, high, target: target, enclosing: false).filter { $0 > 0 }
        }
        let from = Int((first - 1e-9).rounded(.down))
        let to = Int((last + 1e-9).rounded(.up))
        let factors: [Double] = last - first <= 2.2 ? [1, 2, 5] : [1]
        let stride = max(1, Int((Double(to - from) / Double(max(2, target))).rounded(.up)))
        var ticks: [Double] = []
        for power in from...to where factors.count > 1 || (power % stride + stride) % stride == 0 {
            for factor in factors {
                let tick = factor * pow(10, Double(power))
                if tick >= low * (1 - 1e-9), tick <= high * (1 + 1e-9) { ticks.append(tick) }
            }
        }
        return ticks
    }

    /// Labels: plain numbers from 0.001 to 100,000, powers of ten beyond.
    static func labels(_ ticks: [Double], format: NumberFormat) -> [String] {
        guard format.style == .automatic else { return ticks.map(format.text) }
        let isPlain = ticks.allSatisfy { $0 >= 1e-3 && $0 <= 1e5 }
        return ticks.map { tick in
            isPlain
                ? NumberText.fixed(tick, digits: NumberText.decimals(of: tick))
                : NumberText.scientific(tick, digits: 2)
        }
    }
}
