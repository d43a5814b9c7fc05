// A page of a program's own. With a file as argument, writes it there; continuous integration opens it in a browser.
import Foundation
import IFCharts
import IFCore

// More dots than 2,000 are one picture within the chart.
let visits = (0..<4_000).map { Double($0) }
let minutes = visits.map { (visit: Double) -> Double in 20 + 8 * sin(visit * 12.9898) + 5 * cos(visit * 78.233) }
let baskets = zip(visits, minutes).map { (visit: Double, minute: Double) -> Double in
    minute * 1.5 + 9 * sin(visit * 39.425)
}

// snippet.page
var shops = ReportTable("Visits by shop", [.words("Shop"), .numbers("Visits"), .numbers("Value")])
for (shop, count, value) in [("Harbour", 1_810, 31.2), ("Station", 1_240, 28.9), ("مخبز الميناء", 950, 30.4)] {
    shops.add([.init(.name(shop)), .init(count), .init(value, .decimal(1))])
}
let page = ReportPage(
    "Visits of a week", lead: "Three shops, one week.",
    sections: [
        .init("Shops", [.table(shops)]),
        .init(
            "Visits",
            [
                .chart(
                    Chart("Time in the shop and value of the basket") {
                        PointPlot(x: .values("Minutes", minutes), y: .values("Value", baskets))
                    }, note: "Who stays longer buys more.")
            ]),
    ])
let html = try await page.html(in: RunContext())
// snippet.end

let text = String(decoding: html, as: UTF8.self)
precondition(text.contains("<image") && text.contains("href=\"data:image/png;base64,"), "the dots are a picture")
precondition(text.contains("<bdi>مخبز الميناء</bdi>"), "names keep their direction")

if CommandLine.arguments.count > 1 { try html.write(to: URL(filePath: CommandLine.arguments[1])) }
