/// How charts look: colours, type sizes, the palette of series. Lengths are in the chart's units, a pixel at scale 1.
public struct Theme: Sendable, Hashable {
    /// Behind everything.
    public var background: Color
    /// Titles, axis names, names along axes.
    public var ink: Color
    /// Numbers at axes, subtitles, captions.
    public var muted: Color
    /// Lines behind the data.
    public var grid: Color
    /// The line at zero or under the plot.
    public var axis: Color
    /// Series in order. More series than colours repeat them, nearer to the ink.
    public var palette: [Color]
    /// Numbers as colours.
    public var sequential: ColorRamp
    /// Numbers on both sides of a midpoint as colours.
    public var diverging: ColorRamp
    /// Cells without a number.
    public var missing: Color
    /// Font families in order of preference; the first that is installed is used.
    public var fontFamilies: [String] = ["Inter", "Liberation Sans", "Noto Sans", "DejaVu Sans", "FreeSans"]
    /// Size of the title.
    public var titleSize = 17.0
    /// Size of subtitle, axis names and legend.
    public var labelSize = 12.5
    /// Size of numbers and names along axes.
    public var tickSize = 11.5

    /// Petroff's ten colours: chosen for series that must be told apart, also with colour vision deficiencies, and
    /// rated by people. M. A. Petroff, "Accessible Color Sequences for Data Visualization", 2021, arXiv:2107.02270.
    ///
    /// Four of them do not have a contrast of 3:1 to white, so the themes have colours of their own with these hues.
    public static let petroff10: [Color] = [
        0x3F90DA, 0xFFA90E, 0xBD1F01, 0x94A4A2, 0x832DB6, 0xA96B59, 0xE76300, 0xB9AC70, 0x717581, 0x92DADD,
    ].map { Color($0) }

    /// Petroff's hues for a light background: as dark as a contrast of 3:1 needs, which WCAG 2.2 asks of graphics, and
    /// moved apart in lightness, above all the first six, so that they differ with any colour vision deficiency.
    /// Scripts/golden/charts/palette.py prints by how much.
    private static let seriesOnLight: [Color] = [
        0x3F90DA, 0xD97900, 0x9F0000, 0x7419D0, 0x958E6B, 0x365150, 0x8F503B, 0xC34204, 0x646B7F, 0x72999C,
    ].map { Color($0) }

    /// The same hues in the same order for a dark background.
    private static let seriesOnDark: [Color] = [
        0x3F90DA, 0xFC9F15, 0xCF0F38, 0x7F38F7, 0xEFD091, 0xAEC1BA, 0xB38572, 0xD26115, 0x676D7C, 0x76E6FD,
    ].map { Color($0) }

    /// Dark on white: screens by day, paper.
    public static let light = Theme(
        background: Color(0xFFFFFF), ink: Color(0x1F2328), muted: Color(0x59636E), grid: Color(0xE4E7EB),
        axis: Color(0x8C959F), palette: seriesOnLight, sequential: .blues, diverging: .blueRed,
        missing: Color(0xE9EBEE))

    /// Light on near black.
    public static let dark = Theme(
        background: Color(0x15191F), ink: Color(0xE8EBEF), muted: Color(0xA3ACB7), grid: Color(0x2B323B),
        axis: Color(0x6B7683), palette: seriesOnDark, sequential: .bluesDark, diverging: .blueRedDark,
        missing: Color(0x30363E))

    /// The colour of a series by its place.
    func seriesColor(_ index: Int) -> Color {
        guard !palette.isEmpty else { return ink }
        let round = index / palette.count
        let color = palette[index % palette.count]
        return round == 0 ? color : color.mixed(with: ink, min(0.6, 0.3 * Double(round)))
    }

    /// Ink on a filled cell: dark grey or white with the contrast of 4.5:1 that WCAG 2.2 asks of text, else black.
    func ink(on fill: Color) -> Color {
        let inks = [Color(0x1F2328), Color(0xFFFFFF)]
        let best = inks[0].contrast(with: fill) >= inks[1].contrast(with: fill) ? inks[0] : inks[1]
        return best.contrast(with: fill) >= 4.5 ? best : Color(0x000000)
    }
}
