public import IFCore

/// The summary of ``ImputationCheck`` and the values behind its charts.
public struct ImputationComparison: Sendable {
    /// The contents of `summary_day30.json`.
    public let summary: ImputationSummary
    /// Intervals in (0, 730) before, in row order.
    public let before: [Double]
    /// Intervals in (0, 730) after, in row order.
    public let after: [Double]
    private let greatestShown: Double
    private let bins: Int

    init(summary: ImputationSummary, before: [Double], after: [Double], greatestShown: Double, bins: Int) {
        self.summary = summary
        self.before = before
        self.after = after
        self.greatestShown = greatestShown
        self.bins = bins
    }

    /// Histograms over 0...x_max as densities: `from`, `to` (days), `before`, `after` (per day). Bins are half open but
    /// the last; values above x_max are clipped to it and so fall into the last bin.
    public var histogram: Table {
        let width = greatestShown / Double(bins)
        func density(_ values: [Double]) -> [Double] {
            var counts = [Double](repeating: 0, count: bins)
            for value in values { counts[min(bins - 1, Int(min(value, greatestShown) / width))] += 1 }
            return counts.map { values.isEmpty ? 0 : $0 / (Double(values.count) * width) }
        }
        var out = Table()
        out.set("from", .double((0..<bins).map { Double($0) * width }))
        out.set("to", .double((0..<bins).map { Double($0 + 1) * width }))
        out.set("before", .double(density(before)))
        out.set("after", .double(density(after)))
        return out
    }

    /// Steps of the empirical distribution functions of the values up to x_max, one row at each different value:
    /// `side` (before, after), `days`, `share` (of the values up to x_max, ascending to 1).
    public var distribution: Table {
        var sides: [String] = []
        var days: [Double] = []
        var shares: [Double] = []
        for (side, values) in [("before", before), ("after", after)] {
            let sorted = values.filter { $0 <= greatestShown }.sorted()
            for (index, value) in sorted.enumerated()
            where index + 1 == sorted.count || sorted[index + 1] != value {
                sides.append(side)
                days.append(value)
                shares.append(Double(index + 1) / Double(sorted.count))
            }
        }
        var out = Table()
        out.set("side", .strings(sides))
        out.set("days", .double(days))
        out.set("share", .double(shares))
        return out
    }

    /// The values for `distributions_sample.csv`: `before_days`, `after_days`, the shorter side filled with nulls.
    ///
    /// - Parameters:
    ///   - limit: At most this many rows a side, sampled without replacement and kept in row order; `nil` takes all, as
    ///     the original did.
    ///   - random: Source of the sample.
    /// - Precondition: `limit` is not negative.
    public func sample(limit: Int? = nil, random: RandomSource = RandomSource(seed: 42)) -> Table {
        func take(_ values: [Double], _ block: Int) -> [Double] {
            guard let limit, values.count > limit else { return values }
            var stream = random.stream("imputation-check/sample", block: block)
            return stream.sample(limit, below: values.count).sorted().map { values[$0] }
        }
        let sides = [take(before, 0), take(after, 1)]
        let rows = sides.map(\.count).max() ?? 0
        var out = Table()
        for (name, values) in zip(["before_days", "after_days"], sides) {
            let padding = [Double](repeating: .nan, count: rows - values.count)
            let validity = padding.isEmpty ? nil : Bitmap((0..<rows).map { $0 < values.count })
            out.set(name, .double(ColumnValues(values + padding, validity: validity)))
        }
        return out
    }
}
