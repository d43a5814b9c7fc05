import Foundation
import IFCharts
import IFCore
import Testing

/// Data and surroundings that charts must survive: a sane picture, or an error that says what to do.
@Suite struct RobustnessTests {
    private func document(_ chart: Chart, _ options: RenderOptions = RenderOptions()) throws -> SVGDocument {
        for format in [ImageFormat.png, .pdf] { #expect(try chart.render(format, options).count > 500) }
        return try SVGDocument(chart.render(.svg, options))
    }

    /// Every coordinate is within the picture, and no number is missing.
    private func expectSane(_ svg: SVGDocument, width: Double = 800, height: Double = 480) {
        for element in svg.all {
            for (name, limit) in [("x", width), ("y", height), ("x1", width), ("y2", height), ("cx", width)] {
                guard element.attributes[name] != nil else { continue }
                let value = element.number(name)
                #expect(value.isFinite && value >= -20 && value <= limit + 20, "\(element.name) \(name) = \(value)")
            }
        }
    }

    @Test func noFontIsAnErrorThatNamesThePackage() async {
        await #expect(processExitsWith: .success) {
            let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "no-fonts-\(getpid())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let file = folder.appending(path: "fonts.conf")
            try Data("<fontconfig></fontconfig>".utf8).write(to: file)
            setenv("FONTCONFIG_FILE", file.path(), 1)
            do {
                _ = try Chart("x") { BarMark(x: .value("a", "b"), y: .value("c", 1.0)) }.render(.png)
                exit(3)
            } catch let error as IFError {
                exit(error.code == .missingDependency && error.message.contains("fonts-inter") ? 0 : 4)
            }
        }
    }

    @Test func wantedFontsThatAreNotThereAreNamed() {
        var theme = Theme.light
        theme.fontFamilies = ["No Such Family"]
        #expect {
            try Gallery.band.render(.svg, RenderOptions(theme: theme))
        } throws: { error in
            (error as? IFError)?.code == .missingDependency && "\(error)".contains("No Such Family")
        }
    }

    @Test func emptyDataSaysSo() throws {
        let empty: [Chart] = [
            Chart("Nothing") {},
            Chart("No rows") { PointPlot(x: .values("x", [Double]()), y: .values("y", [Double]())) },
            Chart("No rows") { LinePlot(x: .values("x", [Double]()), y: .values("y", [Double]())) },
            Chart("No rows") { BarPlot(x: .values("x", [String]()), y: .values("y", [Double]())) },
            Chart("No values") { HistogramPlot(.values("x", [Double]()), bins: 10) },
            Chart("No values") { ECDFPlot(.values("x", [Double.nan])) },
            Chart("No cells") {
                HeatmapPlot(
                    columns: .values("c", [String]()), rows: .values("r", [String]()), values: .values("v", [Double]()))
            },
        ]
        for chart in empty {
            let svg = try document(chart)
            #expect(svg.elements("text").contains { $0.text == "No data" })
            #expect(svg.elements("desc").first?.text.contains("No data") == true)
            expectSane(svg)
        }
    }

    @Test func onePointIsSeen() throws {
        for chart in [
            Chart { LineMark(x: .value("x", 3.0), y: .value("y", 4.0)) },
            Chart { PointMark(x: .value("x", Date(timeIntervalSince1970: 0)), y: .value("y", 4.0)) },
            Chart { LineMark(x: .value("x", Date(timeIntervalSince1970: 1e9)), y: .value("y", -4.0)) },
        ] {
            let svg = try document(chart)
            #expect(!svg.elements("circle").isEmpty)
            #expect(svg.texts(in: "axis x").count >= 1 && svg.texts(in: "axis y").count >= 2)
            expectSane(svg)
        }
    }

    @Test(arguments: [0.0, 5, -5, 1e-12, 1e12, 1e300])
    func equalValuesHaveAnAxis(_ value: Double) throws {
        let values = [value, value, value]
        for chart in [
            Chart { LinePlot(x: .values("x", [1.0, 2, 3]), y: .values("y", values)) },
            Chart { PointPlot(x: .values("x", values), y: .values("y", values)) },
            Chart { BarPlot(x: .values("x", ["a", "b", "c"]), y: .values("y", values)) },
            Chart { HistogramPlot(.values("x", values), bins: 5) },
            Chart {
                HeatmapPlot(
                    columns: .values("c", ["a", "b", "c"]), rows: .values("r", ["r"]), values: .values("v", values))
            },
        ] { expectSane(try document(chart)) }
    }

    @Test func missingValuesAreCounted() throws {
        let line = try document(
            Chart {
                LinePlot(x: .values("x", [1.0, 2, 3, 4, 5]), y: .values("y", [1.0, 2, .nan, 4, .infinity]))
            })
        #expect(line.texts(in: "caption") == ["2 values are not finite and not shown."])
        let paths = line.groups("mark line").flatMap(\.all).compactMap { $0.attributes["d"] }
        #expect(paths.joined().filter { $0 == "M" }.count == 2, "the gap interrupts the line")
        let bars = try document(Chart { BarPlot(x: .values("x", ["a", "b"]), y: .values("y", [.nan, 2.0])) })
        #expect(bars.texts(in: "caption") == ["1 value is not finite and not shown."])
        #expect(bars.texts(in: "axis x") == ["a", "b"])
        let all = try document(Chart { PointPlot(x: .values("x", [Double.nan]), y: .values("y", [1.0])) })
        expectSane(all)
    }

    @Test func hugeRangesKeepTheirLabelsApart() throws {
        let values = [1e-12, 1e-6, 1, 1e6, 1e12]
        for (type, least) in [(ScaleType.linear, 3), (.log, 5)] {
            let chart = Chart { PointPlot(x: .values("x", values), y: .values("y", values)) }
                .chartXScale(type).chartYScale(type)
            let svg = try document(chart)
            for axis in ["axis x", "axis y"] {
                let labels = svg.texts(in: axis)
                #expect(labels.count >= least)
                #expect(Set(labels).count == labels.count)
            }
            expectSane(svg)
        }
        let most = Double.greatestFiniteMagnitude
        expectSane(try document(Chart { LinePlot(x: .values("x", [0.0, 1]), y: .values("y", [-most, most])) }))
    }

    @Test func logAxesRefuseZero() throws {
        let chart = Chart { LinePlot(x: .values("x", [1.0, 2]), y: .values("y", [0.0, 10])) }.chartYScale(.log)
        #expect { try chart.render(.svg) } throws: { "\($0)".contains("not greater than 0") }
        let bars = Chart { BarPlot(x: .values("x", ["a"]), y: .values("y", [1.0])) }.chartYScale(.log)
        #expect(throws: IFError.self) { try bars.render(.svg) }
    }

    @Test func twoHundredNamesAreThinned() throws {
        let names = (0..<200).map { "Category number \($0)" }
        let values = (0..<200).map { Double($0 % 17) }
        let standing = try document(Chart { BarPlot(x: .values("Name", names), y: .values("Value", values)) })
        #expect(standing.groups("mark bar").flatMap(\.all).count { $0.name == "rect" } == 200)
        let turned = standing.groups("axis x").flatMap(\.all).filter { $0.name == "text" }
        #expect((20...70).contains(turned.count))
        #expect(turned.allSatisfy { $0.attributes["transform"]?.contains("rotate(-45)") == true })
        let lying = try document(Chart { BarPlot(x: .values("Value", values), y: .values("Name", names)) })
        let places = lying.groups("axis y").flatMap(\.all).filter { $0.name == "text" }.map { $0.number("y") }
        for (one, next) in zip(places, places.dropFirst()) { #expect(next - one >= 11) }
        let series = try document(
            Chart {
                PointPlot(x: .values("x", values), y: .values("y", values)).foregroundStyle(by: .values("Name", names))
            })
        #expect(series.texts(in: "legend").last?.hasSuffix("more") == true)
        expectSane(series)
    }

    @Test func otherScriptsAreDrawnOrNamed() throws {
        let words = ["שלום עולם", "مرحبا", "日本語の商品", "Ελληνικά", "🥑"]
        for word in words {
            let chart = Chart(word) { BarMark(x: .value("x", word), y: .value("y", 1.0)) }
            do {
                let svg = try document(chart)
                #expect(svg.texts(in: "axis x") == [word])
            } catch let error as IFError {
                #expect(error.code == .missingDependency && error.message.contains("apt-get install fonts-"))
            }
            let replaced = try document(chart, RenderOptions(unknownCharacters: .replace))
            #expect(replaced.texts(in: "axis x").count == 1)
        }
    }

    /// An SVG is drawn whatever fonts are installed: its reader has others. Words stay in the order in which they are written.
    @Test(arguments: [
        ["שלום עולם", "תפוחים אדומים", "לחם"], ["مرحبا بالعالم", "تفاح ١٢", "خبز"], ["日本語の商品", "牛乳", "한국어 상품"],
        ["mixed עולם 12", "牛乳 (bio)", "خبز & זית"],
    ])
    func vectorsKeepEveryScript(_ words: [String]) throws {
        let values = [3.0, 1, 2]
        let standing = Chart(words.joined(separator: " · ")) {
            BarPlot(x: .values(words[0], words), y: .values(words[1], values))
        }
        let lying = Chart { BarPlot(x: .values("Value", values), y: .values(words[2], words)) }
        let series = Chart {
            PointPlot(x: .values("x", values), y: .values("y", values)).foregroundStyle(by: .values(words[0], words))
        }
        let documents = try [standing, lying, series].map { try SVGDocument($0.render(.svg)) }
        #expect(documents[0].texts(in: "titles") == [words.joined(separator: " · ")])
        #expect(documents[0].texts(in: "axis x") == words)
        #expect(
            documents[0].texts(in: "axis-name x") == [words[0]] && documents[0].texts(in: "axis-name y") == [words[1]])
        #expect(documents[0].titles(in: "mark bar")[1] == "\(words[0]): \(words[1]), \(words[1]): 1")
        #expect(Set(documents[1].texts(in: "axis y")) == Set(words))
        #expect(documents[2].texts(in: "legend") == [words[0]] + words)
        for svg in documents { expectSane(svg) }
        // Words have a width of their own: neighbours in the legend do not stand on one another.
        let places = documents[2].groups("legend").flatMap(\.all).filter { $0.name == "text" }.map { $0.number("x") }
        for (one, next) in zip(places, places.dropFirst()) { #expect(next - one > 30) }
    }

    /// What is cut off is seen to be cut off, and is said in full under the pointer.
    @Test(arguments: ["An organic product of a small farm in the hills, ", "小さな農場の有機栽培の商品", "מוצר אורגני מחווה קטנה "])
    func shortenedLabelsEndWithAnEllipsis(_ beginning: String) throws {
        let long = ["apples", "pears"].map { String(repeating: beginning, count: 8) + $0 }
        let values = [3.0, 1]
        func expectShortened(_ texts: [String], _ place: String) {
            #expect(texts.count == 2, "\(place)")
            for text in texts {
                #expect(text.last == "…" && text.count > 4 && text.count < 60, "\(place): \(text)")
                #expect(beginning.hasPrefix(text.dropLast()) || long[0].hasPrefix(text.dropLast()), "\(place): \(text)")
            }
        }
        let standing = try SVGDocument(
            Chart { BarPlot(x: .values("", long), y: .values("Sold", values)) }.render(.svg))
        expectShortened(standing.texts(in: "axis x"), "below")
        #expect(standing.titles(in: "mark bar") == ["\(long[0]), Sold: 3", "\(long[1]), Sold: 1"])
        let lying = try SVGDocument(Chart { BarPlot(x: .values("Sold", values), y: .values("", long)) }.render(.svg))
        expectShortened(lying.texts(in: "axis y"), "beside")
        let series = try SVGDocument(
            Chart {
                PointPlot(x: .values("x", values), y: .values("y", values)).foregroundStyle(by: .values("", long))
            }.render(.svg))
        expectShortened(series.texts(in: "legend").filter { $0 != "Series" }, "legend")
        for svg in [standing, lying, series] { expectSane(svg) }
        // What has room keeps its end.
        let short = try SVGDocument(
            Chart { BarPlot(x: .values("", ["apples", "pears"]), y: .values("Sold", values)) }.render(.svg))
        #expect(short.texts(in: "axis x") == ["apples", "pears"])
    }

    @Test func unequalColumnsAndMixedAxesAreErrors() {
        let unequal = Chart { LinePlot(x: .values("x", [1.0, 2]), y: .values("y", [1.0])) }
        #expect { try unequal.render(.svg) } throws: { "\($0)".contains("2 rows but 1 values of y") }
        let colors = Chart {
            PointPlot(x: .values("x", [1.0, 2]), y: .values("y", [1.0, 2])).foregroundStyle(by: .values("s", ["a"]))
        }
        #expect(throws: IFError.self) { try colors.render(.svg) }
        let mixed = Chart {
            LineMark(x: .value("x", "a"), y: .value("y", 1.0))
            LineMark(x: .value("x", 2.0), y: .value("y", 1.0))
        }
        #expect { try mixed.render(.svg) } throws: { ($0 as? IFError)?.code == .typeMismatch }
        let cells = Chart { RectangleMark(x: .value("x", 1.0), y: .value("y", "a")) }
        #expect(throws: IFError.self) { try cells.render(.svg) }
    }

    @Test func smallSizesAreRefusedInWords() {
        #expect { try Gallery.groupedBars.render(.png, RenderOptions(width: 60, height: 60)) } throws: {
            "\($0)".contains("more")
        }
        for (width, height, scale) in [(0.0, 100.0, 1.0), (100, 100, 0), (1e6, 1e6, 1), (.nan, 100, 1)] {
            #expect(throws: IFError.self) {
                try Gallery.band.render(.png, RenderOptions(width: width, height: height, scale: scale))
            }
        }
    }

    @Test func longTitlesAreBrokenIntoLines() throws {
        let title = (0..<30).map { "word\($0)" }.joined(separator: " ")
        let svg = try document(Chart(title) { BarMark(x: .value("a", "b"), y: .value("c", 1.0)) })
        let lines = svg.texts(in: "titles")
        #expect(lines.count >= 2)
        #expect(lines.joined(separator: " ") == title)
        expectSane(svg)
    }
}
