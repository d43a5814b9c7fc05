internal import FoundationEssentials
internal import IFCore

/// A file of AWS settings: sections, `name = value`, and nested settings indented below a name without value.
///
/// Comments are lines that begin with `#` or `;`, and what follows ` #` or ` ;` after a value. Settings of a section
/// that occurs twice are joined.
struct ProfileFile {
    private var sections: [String: [String: String]] = [:]

    /// Reads a file; one that is not there has no sections.
    init(path: String) throws {
        var text = ""
        if FileManager.default.fileExists(atPath: path) {
            guard let data = try? Data(contentsOf: URL(filePath: path)) else {
                throw IFError(.inputOutput, "the file cannot be read; check its permissions", file: path)
            }
            text = String(decoding: data, as: UTF8.self)
        }
        self.init(text)
    }

    init(_ text: String) {
        var section = ""
        var parent = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = Self.trimmed(line)
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
                let name = trimmed[trimmed.index(after: trimmed.startIndex)..<end]
                section = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if sections[section] == nil { sections[section] = [:] }
                parent = ""
                continue
            }
            guard let equals = trimmed.firstIndex(of: "=") else { continue }
            let name = Self.trimmed(trimmed[..<equals]).lowercased()
            let value = Self.withoutComment(Self.trimmed(trimmed[trimmed.index(after: equals)...]))
            let isNested = line.first?.isWhitespace == true && !parent.isEmpty
            sections[section, default: [:]][isNested ? "\(parent).\(name)" : name] = String(value)
            if !isNested { parent = value.isEmpty ? name : "" }
        }
    }

    subscript(_ section: String) -> [String: String]? { sections[section] }

    private static func trimmed(_ text: Substring) -> Substring {
        let rest = text.drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return rest[...last]
    }

    private static func withoutComment(_ value: Substring) -> Substring {
        for mark in [" #", " ;", "\t#", "\t;"] {
            if let range = value.firstRange(of: mark) { return trimmed(value[..<range.lowerBound]) }
        }
        return value
    }
}
