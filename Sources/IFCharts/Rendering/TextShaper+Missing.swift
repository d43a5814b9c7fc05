import IFCore

extension TextShaper {
    /// Says which characters no installed font has, and the package that brings them.
    static func missing(in text: String, isKnown: (Character) -> Bool) -> IFError {
        let characters = text.filter { !isKnown($0) }
        let scalar = characters.unicodeScalars.first?.value ?? 0
        let code = "U+" + String(scalar, radix: 16, uppercase: true)
        return IFError(
            .missingDependency,
            "No installed font has the characters of the script at \(code), which a label of the chart needs. "
                + "Install one: apt-get install \(package(for: scalar)); or draw an SVG, which leaves the letters to its "
                + "reader's fonts; or with unknownCharacters: .replace, which shows question marks.")
    }

    /// The width of a character that no font here can measure, in its size: a square for those of East Asia and pictures,
    /// else that of an average letter.
    static func emsOfUnknown(_ character: Character) -> Double {
        switch package(for: character.unicodeScalars.first?.value ?? 0) {
        case "fonts-noto-cjk", "fonts-noto-color-emoji": 1
        default: 0.6
        }
    }

    /// The Debian package of a font for a character.
    static func package(for scalar: UInt32) -> String {
        switch scalar {
        case 0x1100...0x11FF, 0x2E80...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFE30...0xFE4F,
            0xFF00...0xFFEF, 0x20000...0x3FFFF:
            "fonts-noto-cjk"
        case 0x2600...0x27BF, 0x1F000...0x1FAFF: "fonts-noto-color-emoji"
        case 0x0590...0x06FF, 0xFB1D...0xFDFF: "fonts-dejavu-core"
        default: "fonts-noto-core"
        }
    }
}
