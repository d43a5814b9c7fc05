/// Text that must fit: measured, shortened, broken into lines.
struct Lettering {
    let shaper: TextShaper
    let theme: Theme

    var title: TextStyle { TextStyle(size: theme.titleSize, color: theme.ink, isBold: true) }
    var subtitle: TextStyle { TextStyle(size: theme.labelSize, color: theme.muted) }
    var label: TextStyle { TextStyle(size: theme.labelSize, color: theme.ink) }
    var strong: TextStyle { TextStyle(size: theme.labelSize, color: theme.ink, isBold: true) }
    var tick: TextStyle { TextStyle(size: theme.tickSize, color: theme.muted) }
    var name: TextStyle { TextStyle(size: theme.tickSize, color: theme.ink) }
    var caption: TextStyle { TextStyle(size: theme.tickSize - 1, color: theme.muted) }

    func width(_ text: String, _ style: TextStyle) throws -> Double { try shaper.width(text, style) }

    /// The text, or its beginning and an ellipsis, within a width.
    func fitted(_ text: String, _ style: TextStyle, within limit: Double) throws -> String {
        let text = TextShaper.cleaned(text)
        if try width(text, style) <= limit { return text }
        let characters = Array(text)
        var kept = 0
        var tooMany = characters.count
        while kept + 1 < tooMany {
            let middle = (kept + tooMany) / 2
            if try width(shortened(characters, middle), style) <= limit { kept = middle } else { tooMany = middle }
        }
        return shortened(characters, kept)
    }

    private func shortened(_ characters: [Character], _ count: Int) -> String {
        var kept = characters.prefix(count)
        while kept.last == " " { kept.removeLast() }
        return String(kept) + "…"
    }

    /// The text in lines of at most a width, broken at spaces; what does not fit the last line is shortened.
    func lines(_ text: String, _ style: TextStyle, within limit: Double, atMost count: Int) throws -> [String] {
        let words = TextShaper.cleaned(text).split(separator: " ").map(String.init)
        var lines: [String] = []
        var line = ""
        for (index, word) in words.enumerated() {
            let longer = line.isEmpty ? word : line + " " + word
            if try line.isEmpty || width(longer, style) <= limit {
                line = longer
                continue
            }
            if lines.count == count - 1 {
                line += " " + words[index...].joined(separator: " ")
                break
            }
            lines.append(line)
            line = word
        }
        if !line.isEmpty { lines.append(line) }
        return try lines.map { try fitted($0, style, within: limit) }
    }
}
