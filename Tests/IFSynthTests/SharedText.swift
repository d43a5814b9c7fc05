import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// Text of gzipped files, through the system's `gzip`: these tests import no file library.
enum SharedText {
    static func gunzip(_ path: String) throws -> String {
        let pipe = unsafe popen("gzip -dc '\(path)'", "r")
        guard let pipe = unsafe pipe else { throw CocoaError(.fileReadNoSuchFile) }
        defer { unsafe pclose(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
