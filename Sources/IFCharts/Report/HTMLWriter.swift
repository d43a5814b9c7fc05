/// Bytes of an HTML page.
struct HTMLWriter {
    private(set) var bytes: [UInt8] = []
    /// The charts of the page, drawn, in the order in which they are met.
    private let pictures: [InlinePicture]
    private var nextPicture = 0

    init(pictures: [InlinePicture]) { self.pictures = pictures }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Text or an attribute's value. Control characters, which HTML does not know, become U+FFFD.
    mutating func escaped(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": raw("&amp;")
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "\"": raw("&quot;")
            case "'": raw("&#39;")
            case "\n", "\t": raw(" ")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": raw("\u{FFFD}")
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// - Parameter number: What the text stands for, by which tables sort.
    mutating func text(_ text: ReportText, number: Double? = nil) {
        // A text without words would leave its cell or its name without a meaning.
        let shown = text.text.isEmpty ? "–" : text.text
        let (open, close) =
            switch text.kind {
            case .plain: ("", "")
            case .code: ("<code>", "</code>")
            case .name: ("<bdi>", "</bdi>")
            case .measured: ("<span class=\"measured\"\(number.map { " data-number=\"\($0)\"" } ?? "")>", "</span>")
            }
        raw(open)
        escaped(shown)
        raw(close)
    }

    mutating func blocks(_ blocks: [ReportBlock]) {
        var isInFigures = false
        for block in blocks {
            var isFigure = false
            if case .chart = block.content { isFigure = true }
            if isFigure != isInFigures { raw(isFigure ? "<div class=\"figures\">\n" : "</div>\n") }
            isInFigures = isFigure
            self.block(block)
        }
        if isInFigures { raw("</div>\n") }
    }

    private mutating func block(_ block: ReportBlock) {
        switch block.content {
        case .text(let text): line("p", text)
        case .warning(let text):
            raw("<p class=\"warning\" role=\"note\"><strong>Warning:</strong> ")
            self.text(text)
            raw("</p>\n")
        case .list(let points):
            raw("<ul>\n")
            for point in points { line("li", point) }
            raw("</ul>\n")
        case .facts(let facts):
            raw("<dl>\n")
            for fact in facts {
                raw("<div>")
                line("dt", ReportText(fact.name))
                line("dd", fact.value)
                raw("</div>\n")
            }
            raw("</dl>\n")
        case .table(let table): self.table(table)
        case .chart(let chart, let note): figure(chart, note)
        case .heading(let text): line("h3", ReportText(text))
        case .details(let summary, let blocks):
            // What unfolds stands behind the element rather than in it: a browser would not print what is folded in.
            raw("<details>\n")
            line("summary", ReportText(summary))
            raw("</details>\n<div class=\"folded\">\n")
            self.blocks(blocks)
            raw("</div>\n")
        }
    }

    private mutating func line(_ element: String, _ text: ReportText) {
        raw("<\(element)>")
        self.text(text)
        raw("</\(element)>\n")
    }

    private mutating func figure(_ chart: Chart, _ note: ReportText?) {
        let picture = pictures[nextPicture]
        nextPicture += 1
        raw("<figure>\n")
        if picture.scrolls {
            raw("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"")
            escaped("Chart: \(chart.title ?? "without a title")")
            raw("\">")
        }
        raw(picture.wide)
        if let narrow = picture.narrow { raw(narrow) }
        if picture.scrolls { raw("</div>\n") }
        if let note { line("figcaption", note) }
        raw("</figure>\n")
    }

    private mutating func table(_ table: ReportTable) {
        // What scrolls can be reached by key, so it needs a role and a name.
        raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
        escaped("Table: \(table.caption)")
        raw("\">\n<table>\n")
        // The words of the caption stay in sight while the table scrolls.
        raw("<caption><span>")
        escaped(table.caption)
        raw("</span></caption>\n")
        raw("<thead>\n<tr>")
        for column in table.columns {
            raw("<th scope=\"col\"\(column.isNumeric ? " class=\"number\"" : "")>")
            escaped(column.title)
            raw("</th>")
        }
        raw("</tr>\n</thead>\n<tbody>\n")
        for row in table.rows {
            raw("<tr>")
            for (index, cell) in row.enumerated() {
                raw(index == 0 ? "<th scope=\"row\"" : "<td")
                if table.columns[index].isNumeric { raw(" class=\"number\"") }
                // The element of what was measured holds all that differs between two runs.
                if let number = cell.number, cell.text.kind != .measured { raw(" data-number=\"\(number)\"") }
                raw(">")
                text(cell.text, number: cell.number)
                raw(index == 0 ? "</th>" : "</td>")
            }
            raw("</tr>\n")
        }
        raw("</tbody>\n</table>\n</div>\n")
    }
}
