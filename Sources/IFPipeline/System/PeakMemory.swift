import FoundationEssentials
import Glibc

/// The resident memory of this process, read from Linux's /proc.
enum PeakMemory {
    /// Starts a new measurement of the peak, where the kernel lets a process do so.
    static func reset() {
        guard let file = unsafe fopen("/proc/self/clear_refs", "w") else { return }
        unsafe fputs("5", file)
        unsafe fclose(file)
    }

    /// Peak resident bytes since the last reset, `nil` where /proc is absent.
    static func bytes() -> Int? {
        guard let data = try? Data(contentsOf: URL(filePath: "/proc/self/status")) else { return nil }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmHWM:") {
            guard let kilobytes = Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first ?? "")
            else { return nil }
            return kilobytes * 1024
        }
        return nil
    }
}
