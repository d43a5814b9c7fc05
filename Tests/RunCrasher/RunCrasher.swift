import Foundation
import IFAWS
import IFCore
import IFStore

/// Kills a process that writes runs, again and again, and checks after each time that nothing is lost or half-published.
///
///     RunCrasher kill ROOT KILLS SEED    ROOT is a folder or s3://bucket/prefix, found by AWS's variables
///     RunCrasher write ROOT              writes runs until it is killed; `kill` starts this
@main
struct RunCrasher {
    static func main() async {
        do {
            let arguments = CommandLine.arguments
            switch (arguments.dropFirst().first, arguments.count) {
            case ("write", 3):
                try await RunLoop(CrashStore(root: arguments[2])).run()
            case ("kill", 5):
                guard let kills = Int(arguments[3]), let seed = UInt64(arguments[4]) else { usage() }
                try await Killer(CrashStore(root: arguments[2]), kills: kills, seed: seed).run()
            default: usage()
            }
        } catch {
            fail("\(error)")
        }
    }

    private static func usage() -> Never { fail("usage: RunCrasher kill ROOT KILLS SEED | RunCrasher write ROOT") }

    static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("RunCrasher: \(message)\n".utf8))
        exit(1)
    }
}

/// The store that is written to, with what its runs look like.
struct CrashStore: Sendable {
    let root: String
    let runs: RunStore
    /// Under `latest/`: one family with its own names, one with others.
    let families: [RunFamily]
    static let paths = ["a/part-0", "a/part-1", "b.bin"]
    /// So many runs of a family are kept while writing.
    static let kept = 12

    init(root: String) throws {
        self.root = root
        if root.hasPrefix("s3://") {
            runs = RunStore(store: try S3Store(S3Location(root), session: AWSSession()), staleAfter: 1)
        } else {
            runs = RunStore(root: root)
        }
        families = [
            try RunFamily(prefix: "recsys/plain", latest: .sameNames),
            try RunFamily(prefix: "recsys/named", latest: LatestLayout(["a": "A.parquet", "b.bin": "b.bin"])),
        ]
    }

    /// What the file of a run holds: its own name in every line.
    static func data(_ run: String, _ path: String) -> Data {
        Data(String(repeating: "\(run) \(path)\n", count: path == "b.bin" ? 500 : 20).utf8)
    }
}
