import IFCore

extension SyntheticShop.Configuration {
    /// Checks every value.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` with the key of the first bad value.
    public func validate() throws {
        try check("users", users, in: 1...Int(Int32.max))
        try check("items", itemCount, in: 1...Int(Int32.max))
        try check("aisles", aisles, in: 1...100_000)
        try check("departments", departments, in: 1...aisles)
        try check("clusters", clusters, in: 1...100_000)
        try check("trainShare", trainShare, in: 0...1)
        try check("activity.minimum", activity.minimum, in: 1...10_000)
        try check("activity.maximum", activity.maximum, in: activity.minimum...10_000)
        // The cut-off lognormal is drawn by rejection: it must leave something to draw.
        try check("activity.logMean", activity.logMean, in: -2...20)
        try check("activity.logDeviation", activity.logDeviation, in: 0.01...10)
        try check("intervals.cap", intervals.cap, in: 1...intervals.maximum)
        try check("intervals.maximum", intervals.maximum, in: 1...100_000)
        try check("intervals.logMedian", intervals.logMedian, in: -10...10)
        try check("intervals.slope", intervals.slope, in: -10...10)
        try check("intervals.curvature", intervals.curvature, in: -10...10)
        try check("intervals.lastShift", intervals.lastShift, in: -10...10)
        try check("intervals.userDeviation", intervals.userDeviation, in: 0...10)
        try check("intervals.orderDeviation", intervals.orderDeviation, in: 0...10)
        try check("intervals.sameDayShare", intervals.sameDayShare, in: 0...1)
        try check("intervals.weeklyShare", intervals.weeklyShare, in: 0...1)
        try check("baskets.mean", baskets.mean, in: 1...10_000)
        try check("baskets.userDeviation", baskets.userDeviation, in: 0...5)
        try check("baskets.orderShape", baskets.orderShape, in: 0.01...1e6)
        try check("repeats.limit", repeats.limit, in: 0.001...0.999)
        try check("repeats.activitySlope", repeats.activitySlope, in: -10...10)
        try check("repeats.halfway", repeats.halfway, in: 0...1e6)
        try check("repeats.userDeviation", repeats.userDeviation, in: 0...10)
        try check("popularity.exponent", popularity.exponent, in: 0...10)
        try check("popularity.shift", popularity.shift, in: 0...1e9)
        try check("popularity.fade", popularity.fade, in: 1e-6...1e9)
        try check("tastes.share", tastes.share, in: 0...1)
        try check("tastes.aisleDeviation", tastes.aisleDeviation, in: 0...10)
        try check("tastes.rangeDeviation", tastes.rangeDeviation, in: 0...10)
        try check("tastes.ranges", tastes.ranges, in: 1...1_000)
        try check("tastes.sizeRatio", tastes.sizeRatio, in: 1...1e6)
    }

    private func check<Value: Comparable>(_ key: String, _ value: Value, in range: ClosedRange<Value>) throws {
        guard range.contains(value) else {
            throw IFError(
                .invalidArgument, "\(value) is outside \(range.lowerBound)…\(range.upperBound)", key: "synth.\(key)")
        }
    }
}
