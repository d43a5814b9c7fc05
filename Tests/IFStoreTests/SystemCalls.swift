import FoundationEssentials
import Glibc

/// The system calls that tests need, each wrapped so that tests hold no unsafe code.
enum System {
    /// Lets this process write no file beyond `bytes`; the write fails instead of killing it.
    static func limitFileSize(to bytes: UInt) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }

    static func setTime(of path: String, to seconds: Int) {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        _ = unsafe utimensat(AT_FDCWD, path, [time, time], 0)
    }

    static func setMode(of path: String, to mode: mode_t) { _ = unsafe chmod(path, mode) }

    /// Makes a file of zeros that takes no space.
    static func makeSparseFile(_ path: String, bytes: Int) -> Bool {
        guard FileManager.default.createFile(atPath: path, contents: nil) else { return false }
        return unsafe truncate(path, bytes) == 0
    }

    /// The most memory this process had, in bytes.
    static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        return (kilobytes.flatMap { Int($0) } ?? .max / 1024) * 1024
    }
}
