public import FoundationEssentials
public import IFCore

/// A report as one HTML page: headings, text, tables and charts from plain values.
///
/// The page needs no network and no script to be read; a few lines of script let readers sort tables. It says in its
/// Content-Security-Policy that nothing else may load or run, whatever the texts hold. On a phone wide tables scroll, and
/// charts stand in a form drawn for narrow screens; dark follows the reader's setting; print is light and holds what is
/// folded on the screen.
public struct ReportPage: Sendable {
    /// A heading and what stands under it.
    public struct Section: Sendable {
        /// The heading.
        public var title: String
        /// What stands under it. A section without blocks is left out.
        public var blocks: [ReportBlock]

        /// Creates a section.
        public init(_ title: String, _ blocks: [ReportBlock]) {
            self.title = title
            self.blocks = blocks
        }
    }

    /// The page's heading and name.
    public var title: String
    /// A sentence under the heading.
    public var lead: ReportText
    /// Sections in order.
    public var sections: [Section]
    /// Colours and fonts by day; also of the charts.
    public var theme = Theme.light
    /// Colours by night.
    public var darkTheme = Theme.dark

    /// Creates a page.
    public init(_ title: String, lead: ReportText, sections: [Section]) {
        self.title = title
        self.lead = lead
        self.sections = sections
    }

    /// The page. The same page gives the same bytes, on one kind of machine with the same fonts, for any number of
    /// workers.
    ///
    /// Texts keep characters that no font here has: the reader may have one.
    ///
    /// - Parameter context: Workers for the charts.
    /// - Returns: HTML in UTF-8.
    /// - Throws: What ``Chart/render(_:_:)`` throws; `CancellationError`.
    /// - Complexity: O(text), and that of the charts.
    public func html(in context: RunContext) async throws -> Data {
        let shown = sections.filter { !$0.blocks.isEmpty }
        let charts = shown.flatMap { $0.blocks.flatMap(\.charts) }
        let theme = theme
        let pictures = try await context.mapBlocks(charts.count) { index in
            try InlinePicture(charts[index], theme: theme, idPrefix: "chart\(index + 1)")
        }
        var writer = HTMLWriter(pictures: pictures)
        head(&writer)
        writer.raw("<body>\n<a class=\"skip\" href=\"#main\">To the content</a>\n<header>\n<h1>")
        writer.escaped(title)
        writer.raw("</h1>\n<p>")
        writer.text(lead)
        writer.raw("</p>\n</header>\n<nav aria-label=\"Contents\">\n<ul>\n")
        for (index, section) in shown.enumerated() {
            writer.raw("<li><a href=\"#section-\(index + 1)\">")
            writer.escaped(section.title)
            writer.raw("</a></li>\n")
        }
        writer.raw("</ul>\n</nav>\n<main id=\"main\">\n")
        for (index, section) in shown.enumerated() {
            writer.raw("<section aria-labelledby=\"section-\(index + 1)\">\n<h2 id=\"section-\(index + 1)\">")
            writer.escaped(section.title)
            writer.raw("</h2>\n")
            writer.blocks(section.blocks)
            writer.raw("</section>\n")
        }
        writer.raw("</main>\n<script>\(ReportScript.text)</script>\n</body>\n</html>\n")
        return Data(writer.bytes)
    }

    private func head(_ writer: inout HTMLWriter) {
        writer.raw(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
            style-src 'unsafe-inline'; script-src '\(ReportScript.digest)'">
            <title>
            """)
        writer.escaped(title)
        writer.raw("</title>\n<style>\n\(ReportStyle.sheet(light: theme, dark: darkTheme))</style>\n</head>\n")
    }
}
