/// A piece of a report: text, a list, facts, a table, a chart, or something folded away.
public struct ReportBlock: Sendable {
    enum Content: Sendable {
        case text(ReportText)
        case warning(ReportText)
        case list([ReportText])
        case facts([ReportFact])
        case table(ReportTable)
        case chart(Chart, note: ReportText?)
        case heading(String)
        case details(String, [ReportBlock])
    }

    let content: Content

    /// A paragraph.
    public static func text(_ text: ReportText) -> ReportBlock { ReportBlock(content: .text(text)) }

    /// A paragraph that stands out: what a reader must know before using the figures, and what to do about it.
    public static func warning(_ text: ReportText) -> ReportBlock { ReportBlock(content: .warning(text)) }

    /// Points of a list.
    public static func list(_ points: [ReportText]) -> ReportBlock { ReportBlock(content: .list(points)) }

    /// Names and what they are, side by side.
    public static func facts(_ facts: [ReportFact]) -> ReportBlock { ReportBlock(content: .facts(facts)) }

    /// A table.
    public static func table(_ table: ReportTable) -> ReportBlock { ReportBlock(content: .table(table)) }

    /// A chart, at the size that it asks for; on a phone in a narrow form, with its panels one below the other. Charts that
    /// follow each other stand side by side where there is room.
    ///
    /// - Parameters:
    ///   - chart: The chart; its title and description are read out where it is not seen.
    ///   - note: What to see in it.
    public static func chart(_ chart: Chart, note: ReportText? = nil) -> ReportBlock {
        ReportBlock(content: .chart(chart, note: note))
    }

    /// A heading within the section.
    public static func heading(_ text: String) -> ReportBlock { ReportBlock(content: .heading(text)) }

    /// Blocks that unfold on demand; in print they stand there.
    public static func details(_ summary: String, _ blocks: [ReportBlock]) -> ReportBlock {
        ReportBlock(content: .details(summary, blocks))
    }

    /// The charts in it, in order.
    var charts: [Chart] {
        switch content {
        case .chart(let chart, _): [chart]
        case .details(_, let blocks): blocks.flatMap(\.charts)
        default: []
        }
    }
}

/// A name and what it is.
public struct ReportFact: Sendable {
    /// The name.
    public var name: String
    /// What it is.
    public var value: ReportText

    /// Creates a fact.
    public init(_ name: String, _ value: ReportText) {
        self.name = name
        self.value = value
    }
}

/// A text and what kind it is. All kinds are escaped; none is markup.
public struct ReportText: Sendable, Hashable, ExpressibleByStringInterpolation {
    enum Kind: Sendable, Hashable {
        case plain
        case code
        case name
        case measured
    }

    /// The text.
    public var text: String
    let kind: Kind

    /// Words.
    public init(_ text: String) { self.init(text, .plain) }

    /// Words.
    public init(stringLiteral text: String) { self.init(text, .plain) }

    init(_ text: String, _ kind: Kind) {
        self.text = text
        self.kind = kind
    }

    /// A path, key or other text for machines.
    public static func code(_ text: String) -> ReportText { ReportText(text, .code) }

    /// A name out of the data, in any script and direction.
    public static func name(_ text: String) -> ReportText { ReportText(text, .name) }

    /// A time or an amount of memory that was measured: two runs of the same work differ in it. It stands in an element
    /// of the class `measured`, so that reports can be compared without it.
    public static func measured(_ text: String) -> ReportText { ReportText(text, .measured) }
}
