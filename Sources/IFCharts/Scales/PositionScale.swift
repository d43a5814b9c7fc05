import Foundation

/// A tick: a value, its text, and for times a second line where day or year change.
struct Tick: Equatable {
    var value: Double
    var label: String
    var context: String?
}

/// Places values along an axis: numbers and moments continuously, names in bands of equal width.
struct PositionScale {
    enum Kind {
        case linear
        case log
        case time
        case band([String])
    }

    var kind: Kind
    /// Values at the ends; 0 and the count of names for bands.
    var low: Double
    var high: Double
    /// Positions of the ends, in the chart's units. The end may lie before the start.
    var start = 0.0
    var end = 1.0
    /// Ticks that the ends were rounded to; others are chosen where they would stand too close.
    var preferred: [Double] = []
    /// Whether all values are whole, so that no tick stands between.
    var isWhole = false

    var isBand: Bool { if case .band = kind { true } else { false } }
    var isTime: Bool { if case .time = kind { true } else { false } }

    /// Names of the bands; empty for continuous scales.
    var names: [String] { if case .band(let names) = kind { names } else { [] } }

    /// Width of a band, always positive.
    var bandWidth: Double { abs(end - start) / max(1, high - low) }

    /// Position of a number or moment.
    func position(_ value: Double) -> Double {
        let share: Double
        switch kind {
        case .log: share = (log10(value) - log10(low)) / (log10(high) - log10(low))
        // Halves keep the difference finite where the range spans almost all doubles.
        default: share = (value / 2 - low / 2) / (high / 2 - low / 2)
        }
        return start + share * (end - start)
    }

    /// Middle of the band of a name's index.
    func center(ofBand index: Int) -> Double {
        start + (Double(index) + 0.5) / max(1, high) * (end - start)
    }

    /// Ticks within the range; bands have one for each name.
    func ticks(target: Int, format: NumberFormat) -> [Tick] {
        switch kind {
        case .band(let names):
            return names.enumerated().map { Tick(value: Double($0.offset), label: $0.element) }
        case .time:
            return TimeTicks.ticks(low, high, target: target)
        case .log:
            let values = LogTicks.positions(low, high, target: target)
            return zip(values, LogTicks.labels(values, format: format)).map { Tick(value: $0, label: $1) }
        case .linear:
            let values = linearTicks(target: target)
            return zip(values, format.labels(values)).map { Tick(value: $0, label: $1) }
        }
    }

    private func linearTicks(target: Int) -> [Double] {
        if preferred.count >= 2, preferred.count <= target + 2 { return preferred }
        let slack = 1e-9 * (high - low)
        var ticks = LinearTicks.positions(low, high, target: target, enclosing: false)
        if isWhole, zip(ticks, ticks.dropFirst()).contains(where: { $0.1 - $0.0 < 0.999 || $0.0 != $0.0.rounded() }) {
            let step = max(1, ((high - low) / Double(max(1, target))).rounded(.up))
            ticks = (0...Int((high - low) / step)).map { (low + slack).rounded(.up) + Double($0) * step }
        }
        return ticks.filter { $0 >= low - slack && $0 <= high + slack }
    }
}
