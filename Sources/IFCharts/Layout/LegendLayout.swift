/// Where the entries of a legend stand: in rows under the titles.
struct LegendLayout {
    /// An entry at a place relative to the legend's corner.
    struct Entry {
        /// Index of the series; nil for words without a sign.
        var series: Int?
        var text: String
        var x: Double
        var row: Int
    }

    var entries: [Entry] = []
    var rows = 0
    static let rowHeight = 21.0
    static let signWidth = 20.0
    private static let gap = 18.0
    private static let longest = 190.0

    /// Lays out names in at most five rows; where there are more, the last entry says how many.
    static func make(label: String, names: [String], width: Double, _ letters: Lettering) throws -> LegendLayout {
        var legend = LegendLayout()
        guard !names.isEmpty else { return legend }
        var x = 0.0
        var row = 0
        if !label.isEmpty {
            let text = try letters.fitted(label, letters.strong, within: width / 2)
            legend.entries.append(Entry(series: nil, text: text, x: 0, row: 0))
            x = try letters.width(text, letters.strong) + gap
        }
        let indent = x < width / 4 ? x : 0
        for (index, name) in names.enumerated() {
            let text = try letters.fitted(name, letters.label, within: longest)
            let extent = try signWidth + letters.width(text, letters.label)
            if x > indent, x + extent > width {
                if row == 4 || (row == 3 && names.count - index > 60) {
                    let more = "and \(names.count - index) more"
                    // Room for the words is made by taking away what stands there.
                    let needed = try letters.width(more, letters.subtitle)
                    var left = names.count - index
                    while let last = legend.entries.last, last.row == row, last.series != nil, x + needed > width {
                        legend.entries.removeLast()
                        left += 1
                        x = last.x
                    }
                    legend.entries.append(Entry(series: nil, text: "and \(left) more", x: x, row: row))
                    break
                }
                row += 1
                x = indent
            }
            legend.entries.append(Entry(series: index, text: text, x: x, row: row))
            x += extent + gap
        }
        legend.rows = row + 1
        return legend
    }

    var height: Double { Double(rows) * LegendLayout.rowHeight }
}
