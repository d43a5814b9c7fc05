import Foundation
import IFCore

/// Chooses the range of each axis from the values and from what the caller asked for.
struct ScaleBuilder {
    let chart: Chart
    let layers: [PlotLayer]

    func x(names: [String]?, isTime: Bool) throws -> PositionScale {
        var values: [Double] = []
        for layer in layers where layer.geometry != .horizontalRule {
            values += layer.x
            values += layer.xEnd ?? []
        }
        // Only bars that lie have their values along x.
        let hasLyingBars = layers.contains { $0.geometry == .bar }
        let isAnnotated = layers.contains { $0.geometry == .bar && $0.style.annotation != nil }
        let isTrend = isTime || layers.contains(where: \.isLineOfDots)
        return try scale(
            "x", names, isTime, values, chart.x, startsAtZero: hasLyingBars, isNice: hasLyingBars,
            padding: layers.contains { $0.geometry == .point } ? 0.03 : isTrend ? 0.02 : 0,
            headroom: isAnnotated ? 0.1 : 0)
    }

    func y(names: [String]?, isTime: Bool, of layers: [PlotLayer]) throws -> PositionScale {
        var values: [Double] = []
        for layer in layers where layer.geometry != .verticalRule {
            values += layer.y
            values += layer.yEnd ?? []
        }
        let startsAtZero = layers.contains { $0.geometry == .bar || $0.geometry == .bin }
        let isCloud = layers.contains { $0.geometry == .point } && !startsAtZero
        // Dots of a line at the very edge would look cut off.
        let isTrend = layers.contains(where: \.isLineOfDots) && !startsAtZero && !isCloud
        let isAnnotated = layers.contains { $0.geometry == .bar && $0.style.annotation != nil }
        return try scale(
            "y", names, isTime, values, chart.y, startsAtZero: startsAtZero, isNice: !isCloud && !isTrend,
            padding: isCloud ? 0.04 : isTrend ? 0.06 : 0, headroom: isAnnotated ? 0.06 : 0, staysPositive: isTrend)
    }

    /// Some 300,000 years.
    private static let latestSeconds = 1e13

    private func scale(
        _ axis: String, _ names: [String]?, _ isTime: Bool, _ values: [Double], _ options: AxisOptions,
        startsAtZero: Bool, isNice: Bool, padding: Double, headroom: Double, staysPositive: Bool = false
    ) throws -> PositionScale {
        if let names { return PositionScale(kind: .band(names), low: 0, high: Double(names.count)) }
        let finite = values.filter(\.isFinite)
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        let isWhole = high - low >= 2 && high - low < 1e6 && finite.allSatisfy { $0 == $0.rounded() }
        var preferred: [Double] = []
        if options.scale == .log, !isTime { return try log(axis, low, high, options, isEmpty: finite.isEmpty) }
        let kind: PositionScale.Kind = isTime ? .time : .linear
        let ends = [low, high] + (options.domain.map { [$0.lowerBound, $0.upperBound] } ?? [])
        if isTime, let end = ends.first(where: { !(abs($0) <= Self.latestSeconds) }) {
            throw IFError(
                .invalidArgument,
                "the times of the \(axis) axis reach \(end) seconds from 1970, beyond what a calendar can name; are they in "
                    + "milliseconds?")
        }
        if let domain = options.domain, domain.lowerBound < domain.upperBound {
            return PositionScale(kind: kind, low: domain.lowerBound, high: domain.upperBound)
        }
        if options.includesZero ?? startsAtZero, !isTime { (low, high) = (min(0, low), max(0, high)) }
        if !(low < high) {
            // One value: room on both sides, half a day for a moment.
            let reach = isTime ? 43_200 : low == 0 ? 1 : abs(low) * 0.1
            (low, high) = low == 0 && startsAtZero ? (0, 1) : (low - reach, high + reach)
        } else {
            let span = high - low
            if padding > 0, span.isFinite {
                // A metric that is never negative gets no room below 0.
                let floor = staysPositive && low >= 0 ? 0 : -Double.infinity
                (low, high) = (max(floor, low - span * padding), high + span * padding)
            }
            if headroom > 0, span.isFinite {
                if high > 0 { high += span * headroom }
                if low < 0 { low -= span * headroom }
            }
        }
        if isNice, !isTime {
            let ticks = LinearTicks.positions(low, high, target: 6, enclosing: true)
            if let first = ticks.first, let last = ticks.last { (low, high) = (min(low, first), max(high, last)) }
            preferred = ticks
        }
        var result = PositionScale(kind: kind, low: low, high: high)
        result.preferred = preferred
        result.isWhole = isWhole
        return result
    }

    private func log(
        _ axis: String, _ lowest: Double, _ highest: Double, _ options: AxisOptions, isEmpty: Bool
    ) throws -> PositionScale {
        guard isEmpty || lowest > 0 else {
            throw IFError(
                .invalidArgument,
                "The \(axis) axis is logarithmic, but a value is not greater than 0; filter such values or use a linear "
                    + "axis.")
        }
        if let domain = options.domain {
            guard domain.lowerBound > 0, domain.lowerBound < domain.upperBound else {
                throw IFError(.invalidArgument, "The range of the logarithmic \(axis) axis must lie above 0.")
            }
            return PositionScale(kind: .log, low: domain.lowerBound, high: domain.upperBound)
        }
        let (low, high) = isEmpty ? (1, 10) : (lowest, highest)
        let reach = low < high ? (log10(high) - log10(low)) * 0.04 : 0.3
        return PositionScale(kind: .log, low: low * pow(10, -reach), high: high * pow(10, reach))
    }
}

extension PlotLayer {
    /// Whether it is a line with a dot on each point.
    fileprivate var isLineOfDots: Bool { geometry == .line && style.hasSymbols }
}
