import FoundationEssentials
import Glibc
import IFCore
import IFTesting
import Testing

@testable import IFStore

@Suite("Folder store") struct FolderStoreTests {
    @Test(arguments: ["", "/etc/x", "../x", "a/../b", "a//b", "a/", "./a", ".lock", "a/.hidden", "a\u{0}b"])
    func keysThatLeaveTheRootAreRefused(_ key: String) async throws {
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root + "/root")
            await expectError(.invalidArgument) { try await store.put(Data([1]), at: key) }
            await expectError(.invalidArgument) { _ = try await store.get(key) }
            await expectError(.invalidArgument) { try await store.delete(key) }
            await expectError(.invalidArgument) { _ = try await store.stat(key) }
            #expect(!exists(root + "/x"))
        }
    }

    @Test func namesTooLongAreRefused() async throws {
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root)
            let key = String(repeating: "x", count: 256)
            await expectError(.invalidArgument) { try await store.put(Data(), at: key) }
            let limit = String(repeating: "x", count: 255)
            try await store.put(Data([1]), at: limit)
            #expect(try await store.get(limit) == Data([1]))
        }
    }

    @Test func filesBeingWrittenAreNoObjects() async throws {
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root)
            try await store.put(Data([1]), at: "a/b")
            let dead = root + "/a/.tmp-999999999-x"
            let mine = root + "/a/.tmp-\(getpid())-x"
            for path in [dead, mine] { try Data([1]).write(to: URL(filePath: path)) }
            #expect(try await store.list("").map(\.key) == ["a/b"])
            #expect(try store.removeAbandonedFiles().isEmpty)
            #expect(try store.removeAbandonedFiles(rest: 0) == [dead])
            #expect(exists(mine))
        }
    }

    @Test func aFileInTheWayOfAFolderIsTold() async throws {
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root)
            try await store.put(Data([1]), at: "a")
            await expectError(.conflict) { try await store.put(Data([1]), at: "a/b") }
            try await store.put(Data([1]), at: "c/d")
            await expectError(.conflict) { try await store.put(Data([1]), at: "c") }
            #expect(try await store.list("").map(\.key) == ["a", "c/d"])
        }
    }

    @Test func linksAreReadThroughAndNeverWrittenThrough() async throws {
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root)
            try await store.put(Data("one".utf8), at: "run-1/x")
            try FileOperations.makeLink(at: root + "/latest", to: "run-1")
            try FileOperations.makeLink(at: root + "/run-1/circle", to: "..")
            try FileOperations.makeLink(at: root + "/nowhere", to: "none")
            #expect(try await store.get("latest/x") == Data("one".utf8))
            #expect(try await store.list("latest/").map(\.key) == ["latest/x"])
            #expect(try await store.stat("nowhere") == nil)
            await expectError(.notFound) { _ = try await store.get("nowhere") }
            await expectError(.invalidArgument) { try await store.put(Data(), at: "latest/x") }
            await expectError(.invalidArgument) { try await store.delete("latest/x") }
            #expect(try await store.get("run-1/x") == Data("one".utf8))
        }
    }

    @Test func whatSomeoneElseEditsHasAnotherVersion() async throws {
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root)
            let before = try await store.put(Data("one".utf8), at: "x")
            try Data("two".utf8).write(to: URL(filePath: root + "/x"))
            // The same size, and the same time by force.
            System.setTime(of: root + "/x", to: Int(before.modified.timeIntervalSince1970))
            let after = try #require(try await store.stat("x"))
            #expect(after.version != before.version)
            await expectError(.conflict) { try await store.put(Data(), at: "x", if: .ifVersion(before.version)) }
        }
    }

    @Test func aFullDiskIsToldAsSuch() throws {
        let file = try OpenFile("/dev/full", O_WRONLY, action: "open it")
        let thrown = #expect(throws: IFError.self) { try file.write(Data(repeating: 1, count: 10)) }
        #expect(thrown?.code == .inputOutput)
        #expect(thrown?.description.contains("disk is full") == true)
    }

    @Test func aFileSystemThatIsFullLeavesTheOldObject() async throws {
        // A limit on file size fails writes half way, as a full disk does.
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root)
            try await store.put(Data("old".utf8), at: "x")
            await #expect(processExitsWith: .success) { [root = root as String] in
                System.limitFileSize(to: 1 << 20)
                let store = FolderStore(root: root)
                do {
                    try await store.put(Data(repeating: 1, count: 4 << 20), at: "x")
                    exit(1)
                } catch let error as IFError {
                    exit(error.code == .inputOutput ? 0 : 2)
                }
            }
            #expect(try await store.get("x") == Data("old".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: root).sorted() == [".lock", "x"])
        }
    }

    @Test(.enabled(if: getuid() == 0, "needs a user to change to"))
    func permissionDeniedIsTold() async throws {
        try await withTemporaryFolder { root in
            System.setMode(of: root, to: 0o755)
            try await FolderStore(root: root).put(Data("old".utf8), at: "x")
            await #expect(processExitsWith: .success) { [root = root as String] in
                guard setuid(65_534) == 0 else { exit(3) }
                let store = FolderStore(root: root)
                guard try await store.get("x") == Data("old".utf8) else { exit(4) }
                do {
                    try await store.put(Data(), at: "x")
                    exit(1)
                } catch let error as IFError {
                    exit(error.description.contains("permission denied") ? 0 : 2)
                }
            }
        }
    }

    @Test func memoryStaysSmallForLargeObjects() async throws {
        try await withTemporaryFolder { root in
            let source = root + "/source"
            #expect(System.makeSparseFile(source, bytes: 512 << 20))
            await #expect(processExitsWith: .success) { [root = root as String, source = source as String] in
                let store = FolderStore(root: root + "/store", isDurable: false)
                try await store.put(contentsOf: source, at: "big", if: .always)
                try await store.download("big", to: root + "/copy")
                _ = try FileDigest.sha256(ofFile: root + "/copy")
                exit(try System.peakMemory() < 200 << 20 ? 0 : 1)
            }
        }
    }
}
