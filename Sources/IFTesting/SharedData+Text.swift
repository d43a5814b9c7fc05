import FoundationEssentials
import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension SharedData {
    /// The text of a gzipped file below the root, through the system's `gzip`: tests of modules that read no files
    /// import no file library.
    ///
    /// - Throws: ``IFCore/IFError/Code/inputOutput`` where the program is missing or fails.
    package static func unpacked(_ relative: String) throws -> String {
        let file = path(relative)
        let quoted = "'" + file.replacing("'", with: "'\\''") + "'"
        guard let pipe = unsafe popen("gzip -dc \(quoted)", "r") else {
            throw IFError(.inputOutput, "gzip cannot be started", file: file)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        guard unsafe pclose(pipe) == 0 else { throw IFError(.inputOutput, "gzip failed", file: file) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The columns of a gzipped table of comma-separated values without quotes, by name, as text.
    package static func columns(_ relative: String) throws -> [String: [String]] {
        let lines = try unpacked(relative).split(whereSeparator: \.isNewline)
        guard let header = lines.first?.split(separator: ",").map(String.init) else { return [:] }
        var columns = [[String]](repeating: [], count: header.count)
        for line in lines.dropFirst() {
            for (place, cell) in line.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
                columns[place].append(String(cell))
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(header, columns))
    }
}
