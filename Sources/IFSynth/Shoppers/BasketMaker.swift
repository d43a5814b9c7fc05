import IFCore

/// Fills the baskets of one user after the other; remembers what the user bought.
///
/// Memory: two marks an item, and the lines of the user at hand.
struct BasketMaker {
    private let catalogue: Catalogue
    private let tastes: TasteClusters
    private let tasteShare: Double
    /// Number of the last order whose basket holds the item.
    private var basketMark: [Int32]
    /// Number of the last user who bought the item in an order that has ended.
    private var userMark: [Int32]
    private var order: Int32 = 0
    private var user: Int32 = 0
    /// Items of the user's ended orders, one a line: a uniform draw repeats items by how often they were bought.
    private var history: [Int32] = []
    /// Items of the order at hand.
    private(set) var basket: [Int32] = []

    init(_ shop: SyntheticShop) {
        catalogue = shop.catalogue
        tastes = shop.tastes
        tasteShare = shop.configuration.tastes.share
        basketMark = Array(repeating: 0, count: catalogue.count)
        userMark = Array(repeating: 0, count: catalogue.count)
    }

    /// Forgets the user before.
    mutating func beginUser() {
        user += 1
        history.removeAll(keepingCapacity: true)
    }

    /// Draws the items of an order, all different; fewer than `size` where the shop or the taste has no more.
    mutating func fill(cluster: Int, size: Int, repeatChance: Double, _ stream: inout RandomStream) {
        order += 1
        basket.removeAll(keepingCapacity: true)
        for position in 0..<min(size, catalogue.count) {
            // Known items come to mind first: the chance falls by a third of itself along the basket.
            let chance = repeatChance * (1.2 - 0.4 * Double(position) / Double(size))
            var item: Int32 = -1
            if stream.uniform() < chance { item = drawKnown(&stream) }
            if item < 0 { item = drawByTaste(cluster, &stream) }
            guard item >= 0 else { return }
            basketMark[Int(item)] = order
            basket.append(item)
        }
    }

    /// Whether the user bought the item in an earlier order.
    func isKnown(_ item: Int32) -> Bool { userMark[Int(item)] == user }

    /// Adds the basket to what the user bought.
    mutating func endOrder() {
        for item in basket { userMark[Int(item)] = user }
        history.append(contentsOf: basket)
    }

    private func drawKnown(_ stream: inout RandomStream) -> Int32 {
        for _ in 0..<8 {
            let item = history[stream.integer(below: history.count)]
            if basketMark[Int(item)] != order { return item }
        }
        return -1
    }

    private func drawByTaste(_ cluster: Int, _ stream: inout RandomStream) -> Int32 {
        for _ in 0..<64 {
            let cell =
                stream.uniform() < tasteShare
                ? tastes.drawCell(cluster: cluster, &stream) : tastes.drawAnyCell(&stream)
            let item = catalogue.draw(cell: cell, &stream)
            if basketMark[Int(item)] != order { return item }
        }
        return -1
    }
}
