import FoundationEssentials
import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The items: aisle, product range and popularity of each.
///
/// Item index i is id i + 1. Popularity ranks are dealt out at random, so ids say nothing about sales. A cell is an
/// aisle crossed with a product range; tastes weigh cells, and within a cell items sell by popularity.
struct Catalogue: Sendable {
    let aisleCount: Int
    let rangeCount: Int
    let departmentCount: Int
    /// Aisle of each item.
    let aisles: [Int32]
    /// Product range of each item.
    let ranges: [Int32]
    /// Popularity of each item; the weights sum to 1.
    let weights: [Double]
    /// Items cell after cell.
    private let items: [Int32]
    /// Where each cell starts in `items`; one more at the end.
    private let starts: [Int]
    private let within: AliasTable
    /// Popularity of each cell.
    let cellWeights: [Double]

    init(_ configuration: SyntheticShop.Configuration, random: RandomSource) {
        let count = configuration.itemCount
        let (aisleCount, rangeCount) = (configuration.aisles, configuration.tastes.ranges)
        departmentCount = configuration.departments
        let weights = Self.popularity(configuration.popularity, count: count, random: random)

        var stream = random.stream("catalogue")
        // Aisle sizes fall off slowly: the greatest of 134 holds 2.5 % of the items, the smallest 0.3 %.
        let sizes = AliasTable((0..<aisleCount).map { 1 / (Double($0) + 5).squareRoot() })
        var aisles = [Int32](repeating: 0, count: count)
        var ranges = [Int32](repeating: 0, count: count)
        for item in 0..<count {
            aisles[item] = Int32(sizes.draw(0, &stream))
            ranges[item] = Int32(stream.integer(below: rangeCount))
        }
        let cellCount = aisleCount * rangeCount
        var members = [[Int32]](repeating: [], count: cellCount)
        for item in 0..<count { members[Int(aisles[item]) * rangeCount + Int(ranges[item])].append(Int32(item)) }
        var within = AliasTable()
        var starts = [0]
        var cellWeights: [Double] = []
        for cell in members {
            let cellItems = cell.map { weights[Int($0)] }
            within.append(cellItems)
            cellWeights.append(cellItems.reduce(0, +))
            starts.append(starts[starts.count - 1] + cell.count)
        }
        items = members.flatMap { $0 }
        (self.aisleCount, self.rangeCount, self.weights) = (aisleCount, rangeCount, weights)
        (self.aisles, self.ranges) = (aisles, ranges)
        (self.within, self.starts, self.cellWeights) = (within, starts, cellWeights)
    }

    /// Items.
    var count: Int { weights.count }

    /// Department of an aisle: neighbouring aisles share one.
    func department(ofAisle aisle: Int) -> Int { aisle * departmentCount / aisleCount }

    /// An item of a cell that has some.
    @inline(__always)
    func draw(cell: Int, _ stream: inout RandomStream) -> Int32 { items[starts[cell] + within.draw(cell, &stream)] }

    private static func popularity(
        _ law: SyntheticShop.Configuration.Popularity, count: Int, random: RandomSource
    ) -> [Double] {
        let fade = law.fade * Double(count)
        var weights = (0..<count).map { index in
            let rank = Double(index) + 1
            return pow(rank + law.shift, -law.exponent) * exp(-(rank / fade).squareRoot())
        }
        let total = weights.reduce(0, +)
        for index in weights.indices { weights[index] /= total }
        var stream = random.stream("popularity")
        stream.shuffle(&weights)
        return weights
    }
}
