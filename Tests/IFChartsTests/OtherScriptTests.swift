import Foundation
import IFCharts
import IFCore
import Testing

/// Names that run from right to left, and Chinese, Japanese and Korean ones, wherever a chart writes names: drawn, or an error
/// that names the package with the font.
@Suite struct OtherScriptTests {
    static let scripts: [[String]] = [
        ["שלום עולם", "תפוחים"], ["مرحبا بالعالم", "تفاح"], ["日本語の商品", "牛乳"], ["汉语商品", "苹果"], ["한국어 상품", "우유"],
    ]

    private func charts(_ words: [String]) -> [(place: String, chart: Chart)] {
        let values = [3.0, 1.0]
        let bars = Chart(words[0]) { BarPlot(x: .values(words[0], words), y: .values(words[1], values)) }
        let lying = Chart { BarPlot(x: .values("Sold", values), y: .values("", words)) }.subtitle(words[1])
        let cells = Chart {
            HeatmapPlot(
                columns: .values(words[0], words), rows: .values(words[1], words),
                values: .values(words[0], [1.0, 2, 3, 4]))
        }
        let series = Chart {
            LinePlot(x: .values("x", values), y: .values("y", values)).foregroundStyle(by: .values(words[0], words))
            RuleMark(y: .value("y", 2.0)).annotation(words[1])
        }
        let panels = Chart {
            for word in words {
                LinePlot(x: .values("x", values), y: .values("y", values)).facet(by: .value("kind", word))
            }
        }
        let labels = Chart {
            PointPlot(x: .values("x", values), y: .values("y", values)).annotation(.values(words[0], words))
        }
        return [
            ("bars", bars), ("lying bars", lying), ("cells", cells), ("series", series), ("panels", panels),
            ("labels", labels.caption(words[0])),
        ]
    }

    /// An SVG has the words as they are written, in the order of their letters; its reader turns them.
    @Test(arguments: scripts) func vectorsHaveThemInEveryPlace(_ words: [String]) throws {
        for (place, chart) in charts(words) {
            let texts = try SVGDocument(chart.render(.svg)).elements("text").map(\.text)
            for word in words { #expect(texts.contains(word), "\(place)") }
        }
    }

    /// A bitmap or a PDF has the words and no substitutes, or is refused with the name of a package.
    @Test(arguments: scripts) func bitmapsHaveThemOrNameTheFont(_ words: [String]) throws {
        let marks = words.map { (word: String) -> String in
            String(word.map { (letter: Character) -> Character in letter == " " ? " " : "?" })
        }
        for ((place, chart), (_, asked)) in zip(charts(words), charts(marks)) {
            for (format, magic) in [(ImageFormat.png, "\u{89}PNG"), (.pdf, "%PDF")] {
                let replaced = try chart.render(format, RenderOptions(unknownCharacters: .replace))
                #expect(replaced.starts(with: magic.unicodeScalars.map { UInt8($0.value) }), "\(place)")
                do {
                    let picture = try chart.render(format)
                    #expect(picture == replaced, "\(place): what can be drawn needs no substitutes")
                    #expect(try picture != asked.render(format), "\(place): question marks were drawn")
                } catch let error as IFError {
                    #expect(error.code == .missingDependency, "\(place): \(error)")
                    #expect(error.message.contains("apt-get install fonts-"), "\(place): \(error)")
                }
            }
        }
    }

    /// The Vega-Lite specification has them as data, whatever fonts are here.
    @Test(arguments: scripts) func specificationsHaveThem(_ words: [String]) throws {
        let fields = [
            "bars": "x", "lying bars": "y", "cells": "x", "series": "series", "panels": "facet", "labels": "label",
        ]
        for (place, chart) in charts(words) {
            let json = try JSONSerialization.jsonObject(with: Data(chart.vegaLite().utf8))
            let data = try #require((json as? [String: Any])?["data"] as? [String: Any])
            let rows = try #require(data["values"] as? [[String: Any]])
            let field = try #require(fields[place])
            #expect(Set(rows.compactMap { $0[field] as? String }).isSuperset(of: words), "\(place)")
        }
    }
}
