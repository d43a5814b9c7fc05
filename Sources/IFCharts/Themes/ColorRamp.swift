/// Colours for numbers: stops at equal distances, mixed between.
public struct ColorRamp: Sendable, Hashable {
    var stops: [Color]

    /// A ramp of your own.
    ///
    /// - Parameter stops: Colours from the lowest to the highest value.
    /// - Precondition: At least two.
    public init(_ stops: [Color]) {
        precondition(stops.count >= 2, "a ramp has at least two stops")
        self.stops = stops
    }

    /// The colour at a share of the range, 0 to 1; shares outside take the ends.
    public func color(at share: Double) -> Color {
        let place = min(1, max(0, share.isNaN ? 0 : share)) * Double(stops.count - 1)
        let index = min(stops.count - 2, Int(place))
        return stops[index].mixed(with: stops[index + 1], place - Double(index))
    }

    /// The ramp from the other end.
    public func reversed() -> ColorRamp { ColorRamp(stops.reversed()) }

    /// Sequential, dark blue to yellow, of even steps in lightness and for all kinds of colour vision: eleven of the
    /// 256 colours of viridis (Smith and van der Walt, 2015, released as CC0).
    public static let viridis = ColorRamp(
        [
            0x440154, 0x482475, 0x414487, 0x355F8D, 0x2A788E, 0x21918C, 0x22A884, 0x44BF70, 0x7AD151, 0xBDDF26,
            0xFDE725,
        ].map { Color($0) })

    /// Sequential, from pale to dark blue, for few cells with numbers in them: ColorBrewer's Blues (Brewer, 2003,
    /// Apache License 2.0).
    public static let blues = ColorRamp(
        [0xF7FBFF, 0xDEEBF7, 0xC6DBEF, 0x9ECAE1, 0x6BAED6, 0x4292C6, 0x2171B5, 0x08519C, 0x08306B].map { Color($0) })

    /// Diverging, blue through near white to red, safe for colour-blind readers: ColorBrewer's RdBu, reversed (Brewer,
    /// 2003, Apache License 2.0).
    public static let blueRed = ColorRamp(
        [
            0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
            0x67001F,
        ].map { Color($0) })

    /// Diverging around a dark middle, for dark backgrounds: the ends of ``blueRed`` meeting in grey.
    public static let blueRedDark = ColorRamp(
        [0xB7DCF2, 0x6DB1DC, 0x3E83B8, 0x2C5878, 0x2B2F36, 0x7A3B33, 0xB95746, 0xE88A6C, 0xFBC5AC].map { Color($0) })

    /// Sequential on a dark background: from the background's grey to pale blue.
    public static let bluesDark = ColorRamp(
        [0x232A33, 0x23384D, 0x214A6C, 0x1F5E8E, 0x3277AE, 0x5493C8, 0x7EB0DC, 0xABCEEC, 0xDDEDFA].map { Color($0) })
}
