/// The form of a picture.
public struct ImageFormat: Sendable, Hashable, CustomStringConvertible {
    /// The name and file extension.
    public let name: String

    /// A bitmap.
    public static let png = ImageFormat(name: "png")
    /// A document with real text, for pages and reports.
    public static let svg = ImageFormat(name: "svg")
    /// A page, for print.
    public static let pdf = ImageFormat(name: "pdf")

    /// The format of a file name's extension; nil where it is none of these.
    public init?(fileName: String) {
        let ending = fileName.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard ["png", "svg", "pdf"].contains(ending) else { return nil }
        name = ending
    }

    private init(name: String) { self.name = name }

    /// The name.
    public var description: String { name }
}

/// What is done in a bitmap or PDF with characters that no installed font has. An SVG keeps them, since whoever reads it
/// may have the font; there their width is an estimate. An open set: later versions may add ways.
public struct UnknownCharacters: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case reject, replace, keep }

    let kind: Kind

    /// The chart is not drawn; the error names the package with a font.
    public static let reject = UnknownCharacters(kind: .reject)
    /// Question marks stand for them.
    public static let replace = UnknownCharacters(kind: .replace)
    /// What SVG does.
    static let keep = UnknownCharacters(kind: .keep)
}

/// Size and look of a picture.
public struct RenderOptions: Sendable {
    /// Width in units; nil takes that of the chart's ``Chart/frame(width:height:)``, else 800.
    public var width: Double?
    /// Height in units; nil takes that of the chart's ``Chart/frame(width:height:)``, else 480.
    public var height: Double?
    /// Pixels per unit of a bitmap.
    public var scale: Double
    /// Colours, type sizes and fonts.
    public var theme: Theme
    /// What is done in a bitmap or PDF with characters that no installed font has.
    public var unknownCharacters: UnknownCharacters
    /// How ids within an SVG begin; nil derives it from the picture. Give one where the same chart stands twice in a
    /// page. Letters, digits, `-` and `_`, a letter first.
    public var idPrefix: String?

    /// Creates options; without arguments, 800 × 480 at scale 2 in the light theme.
    public init(
        width: Double? = nil, height: Double? = nil, scale: Double = 2, theme: Theme = .light,
        unknownCharacters: UnknownCharacters = .reject, idPrefix: String? = nil
    ) {
        self.width = width
        self.height = height
        self.scale = scale
        self.theme = theme
        self.unknownCharacters = unknownCharacters
        self.idPrefix = idPrefix
    }
}
