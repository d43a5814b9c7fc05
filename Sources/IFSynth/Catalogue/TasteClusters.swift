import FoundationEssentials
import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How each cluster of users weighs the cells of the catalogue.
struct TasteClusters: Sendable {
    private let sizes: AliasTable
    /// One table a cluster, and a last one for users without regard to taste.
    private let cells: AliasTable
    private let count: Int

    init(_ configuration: SyntheticShop.Configuration, catalogue: Catalogue, random: RandomSource) {
        let taste = configuration.tastes
        count = configuration.clusters
        // Sizes fall geometrically from the first cluster to the last.
        let last = Double(max(1, configuration.clusters - 1))
        sizes = AliasTable((0..<configuration.clusters).map { pow(taste.sizeRatio, -Double($0) / last) })
        var cells = AliasTable()
        for cluster in 0..<configuration.clusters {
            var stream = random.stream("tastes", block: cluster)
            let aisles = (0..<catalogue.aisleCount).map { _ in exp(taste.aisleDeviation * stream.normal()) }
            let ranges = (0..<catalogue.rangeCount).map { _ in exp(taste.rangeDeviation * stream.normal()) }
            cells.append(
                catalogue.cellWeights.enumerated().map { cell, weight in
                    weight * aisles[cell / catalogue.rangeCount] * ranges[cell % catalogue.rangeCount]
                })
        }
        cells.append(catalogue.cellWeights)
        self.cells = cells
    }

    /// A cluster, in proportion to its size.
    func drawCluster(_ stream: inout RandomStream) -> Int { sizes.draw(0, &stream) }

    /// A cell by the taste of a cluster.
    @inline(__always)
    func drawCell(cluster: Int, _ stream: inout RandomStream) -> Int { cells.draw(cluster, &stream) }

    /// A cell by popularity alone.
    @inline(__always)
    func drawAnyCell(_ stream: inout RandomStream) -> Int { cells.draw(count, &stream) }
}
