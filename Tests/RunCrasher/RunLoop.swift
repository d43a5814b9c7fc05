import Foundation
import IFCore
import IFStore

/// Writes runs and says so, until it is killed.
struct RunLoop {
    let store: CrashStore

    init(_ store: CrashStore) { self.store = store }

    func run() async throws {
        var seconds = Int(Date().timeIntervalSince1970)
        for family in store.families {
            // Names are seconds, and runs follow one another faster.
            if let newest = try await store.runs.runs(family).last { seconds = max(seconds, newest.timestamp.seconds) }
        }
        say("ready")
        for number in 1... {
            seconds += 1
            let writers = try await store.runs.begin(
                store.families, now: Date(timeIntervalSince1970: TimeInterval(seconds)))
            for writer in writers {
                for (index, path) in CrashStore.paths.enumerated() {
                    let data = CrashStore.data(writer.name, path)
                    // Every other file is sent while it is written, every other run the others.
                    if (number + index).isMultiple(of: 2) {
                        try await stream(data, to: path, of: writer)
                    } else {
                        try writer.put(data, at: path)
                    }
                }
                let run = try await writer.commit(manifest: RunManifestInfo())
                seconds = max(seconds, run.timestamp.seconds)
                say("committed \(writer.family.prefix) \(run.name) \(run.promotion == nil ? "stored" : "promoted")")
            }
            guard number % 4 == 0 else { continue }
            for family in store.families {
                try await store.runs.prune(family, RetentionPolicy(newest: CrashStore.kept))
            }
        }
    }

    private func stream(_ data: Data, to path: String, of writer: RunWriter) async throws {
        let stream = try await writer.stream(to: path)
        for start in stride(from: 0, to: data.count, by: 64 << 10) {
            try await stream.write(data[start..<min(start + (64 << 10), data.count)])
        }
        try await stream.finish()
    }

    /// Unbuffered: a line that was begun when the process died is not taken for an answer, as it has no end.
    private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
