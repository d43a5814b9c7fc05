import IFCore

/// Charts of what imputation did: distributions before and after, and how the chains ran.
public enum ImputationCharts {
    private static let order = ["before", "after"]

    /// Overlaid densities of intervals, clipped at `limit`.
    ///
    /// - Parameters:
    ///   - before: Intervals in days before imputation; longer ones than `limit` are counted in the last bin.
    ///   - after: Intervals in days after it.
    ///   - limit: Right end of the axis in days.
    ///   - bins: How many bins of equal width.
    public static func histogram(
        before: [Double], after: [Double], limit: Double = 60, bins: Int = 60
    ) -> Chart {
        let isClipped = before.contains { $0 > limit } || after.contains { $0 > limit }
        let days = NumberFormat.automatic.text(limit)
        return Chart("Days between orders, before and after imputation") {
            HistogramPlot(
                .values("Days since the prior order", before.map { min($0, limit) }), in: 0...limit, bins: bins
            )
            .foregroundStyle(by: .value("", "before"))
            HistogramPlot(
                .values("Days since the prior order", after.map { min($0, limit) }), in: 0...limit, bins: bins
            )
            .foregroundStyle(by: .value("", "after"))
        }
        .subtitle(
            "Density of intervals from 0 to \(days) days" + (isClipped ? "; longer ones are in the last bin" : "")
        )
        .chartForegroundStyleScale(order: order)
        .chartXScale(domain: 0...limit)
    }

    /// Cumulative shares of the intervals up to `limit`, as steps.
    ///
    /// - Parameters:
    ///   - before: Intervals in days before imputation.
    ///   - after: Intervals in days after it.
    ///   - limit: Right end of the axis in days; longer intervals are left out.
    public static func cumulative(before: [Double], after: [Double], limit: Double = 60) -> Chart {
        let isCut = before.contains { $0 > limit } || after.contains { $0 > limit }
        let days = NumberFormat.automatic.text(limit)
        return Chart("Share of intervals up to a number of days") {
            ECDFPlot(.values("Days since the prior order", before.filter { $0 <= limit }), in: 0...limit)
                .foregroundStyle(by: .value("", "before"))
            ECDFPlot(.values("Days since the prior order", after.filter { $0 <= limit }), in: 0...limit)
                .foregroundStyle(by: .value("", "after"))
        }
        .subtitle(
            "Empirical cumulative distribution, before and after imputation"
                + (isCut ? ", of the intervals of at most \(days) days" : "")
        )
        .chartForegroundStyleScale(order: order)
        .chartXScale(domain: 0...limit)
        .chartYScale(domain: 0...1)
        .chartYAxisFormat(.percent())
    }

    /// Two bars: the share of intervals of at most 30 days before and after imputation.
    ///
    /// - Parameters:
    ///   - before: Share in 0...1.
    ///   - after: Share in 0...1.
    public static func shareWithin30Days(before: Double, after: Double) -> Chart {
        shares("Intervals of at most 30 days", before: before, after: after)
    }

    /// Two bars: the share of customers whose last interval is exactly 30 days, the value that the publisher capped.
    ///
    /// - Parameters:
    ///   - before: Share in 0...1.
    ///   - after: Share in 0...1.
    public static func shareOfLastAt30Days(before: Double, after: Double) -> Chart {
        shares("Last intervals of exactly 30 days", before: before, after: after)
    }

    private static func shares(_ title: String, before: Double, after: Double) -> Chart {
        // Colours of their own rather than series, so that each bar stands in the middle of its band. These two
        // stand out on dark backgrounds too.
        Chart(title) {
            BarMark(x: .value("", "before"), y: .value("Share", before)).foregroundStyle(Theme.light.palette[0])
                .annotation(.percent(1))
            BarMark(x: .value("", "after"), y: .value("Share", after)).foregroundStyle(Theme.light.palette[1])
                .annotation(.percent(1))
        }
        .chartYAxisFormat(.percent())
        .chartYScale(domain: 0...shareEnd(max(before, after)))
        .frame(width: 480, height: 400)
    }

    /// Where an axis of shares ends: at most a little above 100 %, so that a number fits over the bar.
    private static func shareEnd(_ greatest: Double) -> Double {
        greatest.isFinite && greatest > 0 ? min(1.08, greatest * 1.15) : 1
    }

    /// How the chains ran: mean and standard deviation of the imputed values after each sweep, a line for each chain.
    ///
    /// Chains that mix freely and show no trend have converged (van Buuren, "Flexible Imputation of Missing Data",
    /// second edition, 2018, section 4.5).
    ///
    /// - Parameters:
    ///   - means: One list a chain with one mean a sweep.
    ///   - deviations: One list a chain with one standard deviation a sweep.
    ///   - variable: What was imputed.
    public static func traces(means: [[Double]], deviations: [[Double]], variable: String) -> Chart {
        Chart("Imputed values of \(variable), sweep by sweep") {
            for (statistic, chains) in [("mean", means), ("standard deviation", deviations)] {
                for (chain, values) in chains.enumerated() {
                    LinePlot(
                        x: .values("Sweep", values.indices.map { Double($0 + 1) }), y: .values("", values)
                    )
                    .foregroundStyle(by: .value("Chain", "\(chain + 1)"))
                    .facet(by: .value("Statistic", statistic))
                    .lineStyle(width: 1.6)
                }
            }
        }
        .subtitle("Converged chains mix freely and show no trend")
        .chartFacets(columns: 2, sharesY: false)
        .frame(width: 860, height: 400)
    }
}
