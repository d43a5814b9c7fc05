import FoundationEssentials
import IFCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few questions that readers and writers ask the file system.
package enum FileSystem {
    /// What a path leads to.
    package struct Status {
        package var isFolder: Bool
        /// Bytes of a file.
        package var size: Int
        /// When it was last written, in seconds since 1970.
        package var modified: Double
    }

    /// What a path leads to, links followed; Foundation's attributes describe a link, not its target.
    ///
    /// - Throws: ``IFError/Code/notFound``, ``IFError/Code/inputOutput``.
    package static func status(_ path: String) throws -> Status {
        var info = stat()
        guard unsafe stat(path, &info) == 0 else {
            let reason = errno
            throw reason == ENOENT || reason == ENOTDIR
                ? IFError(.notFound, "there is no such file or folder", file: path)
                : IFError(.inputOutput, "the file system refused (error \(reason))", file: path)
        }
        #if canImport(Darwin)
            let time = info.st_mtimespec
        #else
            let time = info.st_mtim
        #endif
        return Status(
            isFolder: info.st_mode & S_IFMT == S_IFDIR, size: Int(info.st_size),
            modified: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// Whether anything has that path.
    static func exists(_ path: String) -> Bool { (try? status(path)) != nil }

    /// Names in a folder, in the order of their UTF-8 bytes.
    package static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw IFError(.inputOutput, "the folder cannot be listed", file: folder, cause: error)
        }
    }

    /// The first bytes of a file.
    static func head(_ path: String, count: Int) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else {
            throw IFError(.inputOutput, "the file cannot be opened (error \(errno))", file: path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe read(descriptor, &bytes, count)
        return Array(bytes.prefix(max(0, got)))
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw IFError(.inputOutput, "the folder cannot be made", file: path, cause: error)
        }
    }

    /// Makes a file of zeros that takes no space on the disk; its folder is made too.
    package static func makeSparseFile(_ path: String, size: Int) throws {
        try makeFolder(URL(filePath: path).deletingLastPathComponent().path())
        guard FileManager.default.createFile(atPath: path, contents: nil), unsafe truncate(path, off_t(size)) == 0
        else {
            throw IFError(.inputOutput, "the file cannot be made (error \(errno))", file: path)
        }
    }

    /// Moves a file over whatever file has the target's name, in one step.
    static func rename(_ source: String, to target: String) throws {
        guard renameFile(source, target) == 0 else {
            throw IFError(.inputOutput, "the finished file cannot be put in place (error \(errno))", file: target)
        }
    }

    /// Removes a file or folder if it is there.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a small file.
    static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw IFError(.inputOutput, "the file cannot be written", file: path, cause: error)
        }
    }

    /// Reads a small file.
    static func text(_ path: String) throws -> String {
        guard try !status(path).isFolder else { throw IFError(.notFound, "this is a folder, not a file", file: path) }
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw IFError(.inputOutput, "the file cannot be read", file: path, cause: error)
        }
    }
}

/// The C function, whose name the method above hides.
private func renameFile(_ source: String, _ target: String) -> Int32 { unsafe rename(source, target) }
