import FoundationEssentials
import IFCore
import IFTesting
import Testing

@testable import IFStore

@Suite("Names, digests and fingerprints") struct ValueTests {
    @Test(arguments: [
        (0.0, "19700101-000000"), (951_782_399.9, "20000228-235959"), (951_782_400, "20000229-000000"),
        (1_767_355_445, "20260102-120405"), (4_107_542_399, "21000228-235959"), (4_107_542_400, "21000301-000000"),
        (-1, "19691231-235959"),
    ])
    func timestamps(_ seconds: Double, _ text: String) {
        let timestamp = RunTimestamp(Date(timeIntervalSince1970: seconds))
        #expect(timestamp.description == text)
        #expect(RunTimestamp(text) == timestamp)
    }

    @Test(arguments: [
        "20260230-000000", "20261301-000000", "20260101-240000", "20260101-006000", "20260101-000060",
        "2026010-0000000",
        "20260101_000000", "20260101-00000", "20260101-000000 ", "+0260101-000000", "postrank-20260101-000000", "",
    ])
    func thesAreNoTimestamps(_ text: String) { #expect(RunTimestamp(text) == nil) }

    @Test func everyDayComesBack() {
        var timestamp = RunTimestamp(Date(timeIntervalSince1970: -86_400 * 1000 + 12_345))
        for _ in 0..<60_000 {
            #expect(RunTimestamp(timestamp.description) == timestamp)
            timestamp = RunTimestamp(timestamp.date + 86_400)
        }
    }

    @Test func familiesRefuseWhatIsNoName() throws {
        #expect(throws: IFError.self) { try RunFamily(prefix: "/absolute") }
        #expect(throws: IFError.self) { try RunFamily(prefix: "a/../b") }
        #expect(throws: IFError.self) { try RunFamily(prefix: "a", runPrefix: "") }
        #expect(throws: IFError.self) { try RunFamily(prefix: "a", runPrefix: ".run-") }
        #expect(throws: IFError.self) { try RunFamily(prefix: "a", runPrefix: "run/") }
        #expect(throws: IFError.self) { try LatestLayout([:]) }
        #expect(throws: IFError.self) { try LatestLayout(["a": "x", "b": "x"]) }
        #expect(throws: IFError.self) { try LatestLayout(["a": "x", "a/b": "y"]) }
        #expect(throws: IFError.self) { try LatestLayout(["a": "../x"]) }
    }

    @Test func datesComeBackToTheMillisecond() throws {
        for milliseconds in [0, 1, 999, 1_767_355_445_123, 1_767_355_445_007] {
            let date = StoreJSON.rounded(Date(timeIntervalSince1970: Double(milliseconds) / 1000))
            let json = try StoreJSON.encode([date])
            #expect(try StoreJSON.decode([Date].self, from: json, file: "") == [date])
        }
    }

    @Test func aManifestOfALaterSchemaIsRefused() async throws {
        let json = Data(#"{"schema_version": 2, "anything": true}"#.utf8)
        let error = #expect(throws: IFError.self) { try RunManifest.read(json, file: "x") }
        #expect(error?.code == .unsupported)
    }

    /// FIPS 180-2, appendix B.
    @Test func digestsAreThoseOfTheStandard() async throws {
        let vectors = [
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
        try await withTemporaryFolder { folder in
            var paths: [String] = []
            for (index, vector) in vectors.enumerated() {
                paths.append("\(folder)/\(index)")
                try Data(vector.0.utf8).write(to: URL(filePath: paths[index]))
                #expect(FileDigest.sha256(Data(vector.0.utf8)) == vector.1)
            }
            for workers in [1, 2, 5] {
                let digests = try await FileDigest.sha256(
                    ofFiles: paths, in: RunContext(workers: WorkerBudget(workers)))
                #expect(digests == vectors.map(\.1))
            }
            await expectError(.notFound) { _ = try FileDigest.sha256(ofFile: folder + "/none") }
        }
    }

    @Test func fingerprintsFollowWhatMatters() async throws {
        try await withTemporaryFolder { root in
            let store = FolderStore(root: root)
            for key in ["data/a.csv", "data/deep/b.csv"] { try await store.put(Data(key.utf8), at: key) }
            let quick = try await Fingerprint.of(root + "/data")
            let content = try await Fingerprint.of(root + "/data", strength: .content, in: RunContext(workers: 2))
            #expect(quick.hasPrefix("quick:") && content.hasPrefix("sha256:"))
            try Data().write(to: URL(filePath: root + "/data/_SUCCESS"))
            try Data().write(to: URL(filePath: root + "/data/.a.csv.crc"))
            #expect(try await Fingerprint.of(root + "/data") == quick)
            // The same content written anew: only the quick one sees it.
            try await store.put(Data("data/a.csv".utf8), at: "data/a.csv")
            #expect(try await Fingerprint.of(root + "/data") != quick)
            #expect(try await Fingerprint.of(root + "/data", strength: .content) == content)
            try await store.put(Data("data/a.csX".utf8), at: "data/a.csv")
            #expect(try await Fingerprint.of(root + "/data", strength: .content) != content)
            let file = try await Fingerprint.of(root + "/data/deep/b.csv")
            #expect(try await Fingerprint.of(root + "/data/deep/b.csv") == file)
            await expectError(.notFound) { _ = try await Fingerprint.of(root + "/none") }
        }
    }
}
