import IFCore
import IFLinearAlgebra
import Testing

@Suite struct ScorePanelsTests {
    private func vectors(_ count: Int, _ rank: Int, _ block: Int) -> [Float] {
        var stream = RandomSource(seed: 31).stream("test/panels", block: block)
        // Few different values: many equal scores.
        return (0..<count * rank).map { _ in Float(stream.integer(below: 3)) - 1 }
    }

    private func plain(
        _ items: [Float], _ query: ArraySlice<Float>, rank: Int, count: Int, without: Set<Int32>
    ) -> [Int32] {
        var best = TopK(capacity: count)
        for item in 0..<items.count / rank where !without.contains(Int32(item)) {
            best.insert(Int32(item), zip(items[item * rank..<(item + 1) * rank], query).reduce(0) { $0 + $1.0 * $1.1 })
        }
        return best.drain().items
    }

    @Test(arguments: [1, 31, 32, 33, 1000], KernelSet.available)
    func agreesWithSelection(items: Int, kernels: KernelSet) {
        for (rank, queries, count) in [(7, 1, 5), (16, 5, 1), (20, 12, 40), (64, 31, 2000)] {
            let values = vectors(items, rank, 0)
            let asked = vectors(queries, rank, 1)
            var panels = ScorePanels(vectors: values, rank: rank)
            panels.kernels = kernels
            let lists = panels.best(count, for: asked, rows: [])
            for query in 0..<queries {
                let wanted = plain(
                    values, asked[query * rank..<(query + 1) * rank], rank: rank, count: count, without: [])
                #expect(Array(lists.items(of: query)) == wanted)
            }
        }
    }

    @Test func exclusionsAndSubsets() {
        let (items, rank) = (200, 16)
        let values = vectors(items, rank, 2)
        let asked = vectors(3, rank, 3)
        var blocked = [UInt8](repeating: 0, count: items)
        for item in stride(from: 0, to: items, by: 3) { blocked[item] = 1 }
        let seen = CSRMatrix(
            rowCount: 3, columnCount: items, offsets: [0, 3, 3, 5], columns: [1, 5, 199, 2, 4],
            values: [1, 1, 1, 1, 1])
        let exclusions = ScorePanels.Exclusions(blocked: blocked, seen: seen)
        let panels = ScorePanels(vectors: values, rank: rank)
        let lists = panels.best(500, for: asked, rows: [0, 1, 2], excluding: exclusions)
        let subset = (0..<Int32(items)).filter { blocked[Int($0)] == 0 }
        let few = ScorePanels(vectors: values, rank: rank, subset: subset)
            .best(500, for: asked, rows: [0, 1, 2], excluding: .init(seen: seen))
        #expect(lists == few)
        for query in 0..<3 {
            let without = Set(seen.columns(ofRow: query)).union((0..<Int32(items)).filter { blocked[Int($0)] == 1 })
            let wanted = plain(
                values, asked[query * rank..<(query + 1) * rank], rank: rank, count: 500, without: without)
            #expect(Array(lists.items(of: query)) == wanted)
        }
    }

    @Test func listsDoNotDependOnTheBatch() {
        let rank = 64
        var stream = RandomSource(seed: 32).stream("test/panels/bits")
        let items = (0..<3000 * rank).map { _ in Float(stream.normal()) }
        let queries = (0..<29 * rank).map { _ in Float(stream.normal()) }
        let panels = ScorePanels(vectors: items, rank: rank)
        let all = panels.best(10, for: queries, rows: [])
        for query in 0..<29 {
            let one = panels.best(10, for: Array(queries[query * rank..<(query + 1) * rank]), rows: [])
            #expect(one.items == Array(all.items(of: query)))
            #expect(one.scores.map(\.bitPattern) == all.scores[all.range(of: query)].map(\.bitPattern))
        }
    }
}
