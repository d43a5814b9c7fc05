import FoundationEssentials
import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What does not change about a user.
struct Shopper: Sendable {
    var orders: Int
    var cluster: Int
    var isTrain: Bool
    /// Logarithm of the median interval in days.
    var intervalLevel: Double
    /// Mean of the lines of an order beyond the first.
    var basketMean: Double
    /// Chance of a repeated line after many orders.
    var repeatLimit: Double
    var firstDay: Int
    var usualHour: Int
}

/// Draws users and what they do, from the constants of the configuration.
struct ShopperModel: Sendable {
    let configuration: SyntheticShop.Configuration
    let random: RandomSource
    let rhythm = WeeklyRhythm()

    init(_ configuration: SyntheticShop.Configuration, random: RandomSource) {
        self.configuration = configuration
        self.random = random
    }

    /// Orders of a user; drawn from a stream of its own, so that orders can be counted before they are made.
    func orderCount(user: Int) -> Int {
        let law = configuration.activity
        var stream = random.stream("activity", block: user)
        // Rejection ends soon for any sensible law; the bound keeps a bad one from hanging.
        for _ in 0..<10_000 {
            let count = exp(law.logMean + law.logDeviation * stream.normal())
            if count >= Double(law.minimum) - 0.5 { return Int(min(count.rounded(), Double(law.maximum))) }
        }
        return law.minimum
    }

    /// The user of an index, and the stream that the rest of it comes from.
    func shopper(_ user: Int, tastes: TasteClusters) -> (Shopper, RandomStream) {
        var stream = random.stream("user", block: user)
        let orders = orderCount(user: user)
        let intervals = configuration.intervals
        let x = log(Double(orders) / Double(configuration.activity.minimum))
        let level =
            intervals.logMedian - intervals.slope * x - intervals.curvature * x * x
            + intervals.userDeviation * stream.normal()
        let baskets = configuration.baskets
        // A lognormal's mean is exp(μ + σ²/2): the correction keeps the mean where the configuration has it.
        let spread = baskets.userDeviation * stream.normal() - baskets.userDeviation * baskets.userDeviation / 2
        let repeats = configuration.repeats
        let logit =
            log(repeats.limit / (1 - repeats.limit)) + repeats.activitySlope * x
            + repeats.userDeviation * stream.normal()
        let shopper = Shopper(
            orders: orders, cluster: tastes.drawCluster(&stream),
            isTrain: stream.uniform() < configuration.trainShare, intervalLevel: level,
            basketMean: (baskets.mean - 1) * exp(spread), repeatLimit: 1 / (1 + exp(-logit)),
            firstDay: rhythm.firstDay(&stream), usualHour: rhythm.usualHour(&stream))
        return (shopper, stream)
    }

    /// True whole days until the next order.
    func interval(_ shopper: Shopper, from day: Int, isLast: Bool, _ stream: inout RandomStream) -> Int {
        let law = configuration.intervals
        let kind = stream.uniform()
        if kind < law.sameDayShare { return 0 }
        let logDays = shopper.intervalLevel + law.orderDeviation * stream.normal() + (isLast ? law.lastShift : 0)
        let days = Int(min(exp(logDays).rounded(), Double(law.maximum)))
        if days >= 4, kind < law.sameDayShare + law.weeklyShare { return min(law.maximum, (days + 3) / 7 * 7) }
        guard days >= 5 else { return days }
        return min(law.maximum, rhythm.attracted(days, from: day, &stream))
    }

    /// Lines that an order is meant to have.
    func basketSize(_ shopper: Shopper, _ stream: inout RandomStream) -> Int {
        let shape = configuration.baskets.orderShape
        return 1 + stream.poisson(mean: shopper.basketMean * stream.gamma(shape: shape) / shape)
    }

    /// Chance that a line of the order after `earlier` orders repeats an item.
    func repeatChance(_ shopper: Shopper, earlier: Int) -> Double {
        earlier == 0 ? 0 : shopper.repeatLimit * Double(earlier) / (Double(earlier) + configuration.repeats.halfway)
    }
}
