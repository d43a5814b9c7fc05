import IFCore

/// Where things are in a native model file. Docs/ModelFile.md describes the format byte for byte.
enum ModelFileLayout {
    /// Like PNG's: a byte that is no ASCII, a name, and line ends that a text transfer would change.
    static let magic: [UInt8] = [0x89, 0x49, 0x46, 0x41, 0x4C, 0x53, 0x0D, 0x0A]
    /// In the order of the file's bytes: 04 03 02 01.
    static let byteOrderMark: UInt32 = 0x0102_0304
    static let version: UInt32 = 1
    /// Bytes of the header; the fixed part comes first, then the section table, then zeros.
    static let headerSize = 512
    static let fixedSize = 64
    static let sectionEntrySize = 32
    /// Sections begin at multiples of this: a cache line, so that mapped numbers are aligned for any use.
    static let alignment = 64
    /// Bytes that one checksum covers.
    static let blockSize = 1 << 20

    /// Positions of the fields of the header.
    enum Field {
        static let byteOrder = 8
        static let version = 12
        static let fileSize = 16
        static let sectionCount = 24
        static let blockSize = 28
        static let dataStart = 32
        static let dataEnd = 40
        static let tableHash = 48
        static let headerHash = 56
    }

    /// What a section holds.
    enum Kind: UInt32, CaseIterable {
        case metadata = 1
        case userIntegers = 2
        case userOffsets = 3
        case userText = 4
        case itemIntegers = 5
        case itemOffsets = 6
        case itemText = 7
        case userFactors = 8
        case itemFactors = 9

        var text: String {
            switch self {
            case .metadata: "metadata"
            case .userIntegers: "user ids"
            case .userOffsets: "user id offsets"
            case .userText: "user id text"
            case .itemIntegers: "item ids"
            case .itemOffsets: "item id offsets"
            case .itemText: "item id text"
            case .userFactors: "user factors"
            case .itemFactors: "item factors"
            }
        }
    }

    /// One line of the section table.
    struct Section {
        var kind: UInt32
        /// Bytes an element.
        var width: UInt32
        var offset: Int
        var count: Int

        var byteCount: Int { count * Int(width) }
    }

    static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
}

/// Bytes of a header in the making, little-endian.
struct HeaderBytes {
    private(set) var bytes: [UInt8]

    init(count: Int) { bytes = Array(repeating: 0, count: count) }

    mutating func set(_ values: [UInt8], at offset: Int) {
        bytes.replaceSubrange(offset..<offset + values.count, with: values)
    }

    mutating func set(_ value: some FixedWidthInteger, at offset: Int) {
        for index in 0..<value.bitWidth / 8 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }
}
