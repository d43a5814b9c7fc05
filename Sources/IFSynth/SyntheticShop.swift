import IFCore

/// A made-up shop in the form of the Instacart data: who ordered what, when, and what the publisher hid.
///
/// The shop is a function of its ``Configuration`` alone. Users are generated one after the other, each from random
/// streams of its own, so the same configuration gives the same bytes for any number of workers, and a shop of any
/// size needs memory for its items and a few thousand users only.
///
/// How a user comes about:
/// 1. a taste cluster, a number of orders (truncated lognormal), a typical interval that falls with that number, a
///    typical basket size, a propensity to buy again;
/// 2. for every order an interval in whole days (lognormal about the user's own level, drawn towards the busy
///    weekdays and towards whole weeks), of which the orders table shows `min(days, 30)` and the truth all of it;
/// 3. for every line either an item of an earlier order, in proportion to how often it was bought (H. A. Simon, "On
///    a class of skew distribution functions", Biometrika 42, 1955, doi:10.2307/2333389), or an item by taste.
///
/// The defaults are fitted to the published marginals; the configuration says to which.
public struct SyntheticShop: Sendable {
    /// What was asked for.
    public let configuration: Configuration
    let catalogue: Catalogue
    let tastes: TasteClusters
    let shoppers: ShopperModel

    /// Users of one block, the unit of parallel work.
    static let blockSize = 512
    /// Blocks of one chunk.
    static let blocksPerChunk = 8

    /// Builds catalogue and clusters.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` naming the first value of the configuration that cannot be.
    /// - Complexity: O(items + clusters × aisles).
    public init(_ configuration: Configuration = Configuration()) throws {
        try configuration.validate()
        self.configuration = configuration
        let random = RandomSource(seed: configuration.seed).derived("synthetic-shop")
        catalogue = Catalogue(configuration, random: random)
        tastes = TasteClusters(configuration, catalogue: catalogue, random: random)
        shoppers = ShopperModel(configuration, random: random)
    }

    /// Blocks of users; the last may be short.
    var blocks: BlockRanges { BlockRanges(rowCount: configuration.users, blockSize: Self.blockSize) }

    /// Chunks that ``generate(in:_:)`` hands out.
    public var chunkCount: Int { (blocks.count + Self.blocksPerChunk - 1) / Self.blocksPerChunk }
}
