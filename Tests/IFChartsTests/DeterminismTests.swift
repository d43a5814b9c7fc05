import Foundation
import IFCharts
import IFCore
import Testing

@Suite struct DeterminismTests {
    /// 480 pictures (12 charts, 2 themes, 4 forms, 5 times) on 1, 2 and 8 workers: the same bytes.
    @Test func bytesDoNotDependOnWorkers() async throws {
        let charts = Gallery.all.map(\.chart)
        let forms: [@Sendable (Chart, Theme) throws -> Data] = [
            { try $0.render(.png, RenderOptions(width: 400, height: 300, scale: 1, theme: $1)) },
            { try $0.render(.svg, RenderOptions(theme: $1)) },
            { try $0.render(.pdf, RenderOptions(theme: $1)) },
            { Data(try $0.vegaLite(theme: $1).utf8) },
        ]
        let count = charts.count * 2 * forms.count
        #expect(count * 5 == 480)
        var first: [Data] = []
        for workers in [1, 2, 8] {
            let context = RunContext(seed: 1, workers: WorkerBudget(workers))
            let pictures = try await context.mapBlocks(480) { block in
                let kind = block % count
                let theme = kind / charts.count % 2 == 0 ? Theme.light : .dark
                return try forms[kind / charts.count / 2](charts[kind % charts.count], theme)
            }
            if first.isEmpty { first = Array(pictures.prefix(count)) }
            for (index, picture) in pictures.enumerated() {
                #expect(picture == first[index % count], "picture \(index) on \(workers) workers")
            }
        }
        #expect(Set(first).count == first.count, "different charts have different pictures")
    }
}
