internal import FoundationEssentials
internal import IFCore
internal import Testing

extension ArtifactStoreContract {
    static var objectCases: [Case] {
        [
            Case("what is put can be got") { store in
                let info = try await store.put(Data("hello".utf8), at: "contract/a/b.txt")
                #expect(try await store.get("contract/a/b.txt") == Data("hello".utf8))
                #expect(info.key == "contract/a/b.txt")
                #expect(info.size == 5)
                #expect(!info.version.isEmpty)
            },
            Case("stat says what put said") { store in
                let put = try await store.put(Data("hello".utf8), at: "contract/a")
                #expect(try await store.stat("contract/a") == put)
                #expect(try await store.stat("contract/none") == nil)
            },
            Case("an object that is not there is not found") { store in
                try await expect(.notFound) { _ = try await store.get("contract/none") }
                try await withTemporaryFolder { folder in
                    try await expect(.notFound) { try await store.download("contract/none", to: folder + "/x") }
                    #expect(!FileManager.default.fileExists(atPath: folder + "/x"))
                }
            },
            Case("a folder is no object") { store in
                try await store.put(Data([1]), at: "contract/a/b")
                #expect(try await store.stat("contract/a") == nil)
                try await expect(.notFound) { _ = try await store.get("contract/a") }
                try await store.delete("contract/a")
                #expect(try await store.get("contract/a/b") == Data([1]))
            },
            Case("a put replaces") { store in
                let first = try await store.put(Data("one".utf8), at: "contract/a")
                let second = try await store.put(Data("two".utf8), at: "contract/a")
                #expect(try await store.get("contract/a") == Data("two".utf8))
                #expect(first.version != second.version)
            },
            Case("a shorter object leaves nothing of a longer one") { store in
                try await store.put(Data(repeating: 7, count: 100_000), at: "contract/a")
                try await store.put(Data([1]), at: "contract/a")
                #expect(try await store.get("contract/a") == Data([1]))
                #expect(try await store.stat("contract/a")?.size == 1)
            },
            Case("delete removes, and again is no error") { store in
                try await store.put(Data([1]), at: "contract/a/b")
                try await store.delete("contract/a/b")
                #expect(try await store.stat("contract/a/b") == nil)
                #expect(try await store.list("contract/").isEmpty)
                try await store.delete("contract/a/b")
            },
            Case("a key is free again after delete, as a part too") { store in
                try await store.put(Data([1]), at: "contract/a/b")
                try await store.delete("contract/a/b")
                try await store.put(Data([2]), at: "contract/a", if: .ifAbsent)
                #expect(try await store.get("contract/a") == Data([2]))
            },
        ]
    }

    static var listingCases: [Case] {
        [
            Case("list answers keys in byte order below a prefix") { store in
                for key in ["b/2", "b/10", "a", "b.txt", "c/d/e", "B", "b-1"] {
                    try await store.put(Data(key.utf8), at: "contract/" + key)
                }
                let all = try await store.list("contract/").map(\.key)
                #expect(
                    all == ["B", "a", "b-1", "b.txt", "b/10", "b/2", "c/d/e"].map { "contract/" + $0 })
                #expect(try await store.list("contract/b/").map(\.key) == ["contract/b/10", "contract/b/2"])
                #expect(
                    try await store.list("contract/b").map(\.key)
                        == ["b-1", "b.txt", "b/10", "b/2"].map { "contract/" + $0 })
                #expect(try await store.list("contract/b/1").map(\.key) == ["contract/b/10"])
            },
            Case("list of nothing is empty") { store in
                let found = try await store.list("contract/none/") + store.list("contract/none")
                #expect(found.isEmpty)
            },
            Case("list says what stat says") { store in
                try await store.put(Data("x".utf8), at: "contract/a")
                try await store.put(Data(repeating: 1, count: 200_000), at: "contract/b")
                for info in try await store.list("contract/") {
                    #expect(try await store.stat(info.key) == info)
                }
            },
            Case("a prefix may be an object and more") { store in
                try await store.put(Data([1]), at: "contract/run-1")
                try await store.put(Data([2]), at: "contract/run-10/x")
                #expect(try await store.list("contract/run-1").map(\.key) == ["contract/run-1", "contract/run-10/x"])
            },
        ]
    }

    static var contentCases: [Case] {
        [
            Case("an empty object is an object") { store in
                try await store.put(Data(), at: "contract/empty")
                #expect(try await store.get("contract/empty") == Data())
                #expect(try await store.stat("contract/empty")?.size == 0)
                #expect(try await store.list("contract/").map(\.key) == ["contract/empty"])
            },
            Case("every byte comes back") { store in
                let bytes = Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) })
                try await store.put(bytes, at: "contract/binary")
                #expect(try await store.get("contract/binary") == bytes)
            },
            Case("keys may hold spaces, signs and any script") { store in
                let keys = ["a b+c&d=e%20f?g#h", "注文/商品", "čaj–ёлка", "emoji-\u{1F9FE}", "quote'\"\\", "tab\tkey"]
                for key in keys { try await store.put(Data(key.utf8), at: "contract/" + key) }
                for key in keys { #expect(try await store.get("contract/" + key) == Data(key.utf8)) }
                #expect(Set(try await store.list("contract/").map(\.key)) == Set(keys.map { "contract/" + $0 }))
            },
            Case("files go in and come out") { store in
                try await withTemporaryFolder { folder in
                    let bytes = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
                    try bytes.write(to: URL(filePath: folder + "/in"))
                    let info = try await store.put(contentsOf: folder + "/in", at: "contract/file", if: .always)
                    #expect(info.size == 300_000)
                    #expect(try await store.get("contract/file") == bytes)
                    try Data("older and in the way".utf8).write(to: URL(filePath: folder + "/out"))
                    try await store.download("contract/file", to: folder + "/out")
                    #expect(try Data(contentsOf: URL(filePath: folder + "/out")) == bytes)
                    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
                }
            },
            Case("an object of 64 MB", isSlow: true) { store in
                try await withTemporaryFolder { folder in
                    var bytes = Data(count: 64 << 20)
                    for index in stride(from: 0, to: bytes.count, by: 4093) {
                        bytes[index] = UInt8(truncatingIfNeeded: index / 4093)
                    }
                    try bytes.write(to: URL(filePath: folder + "/in"))
                    try await store.put(contentsOf: folder + "/in", at: "contract/big", if: .ifAbsent)
                    #expect(try await store.stat("contract/big")?.size == 64 << 20)
                    try await store.download("contract/big", to: folder + "/out")
                    #expect(try Data(contentsOf: URL(filePath: folder + "/out")) == bytes)
                }
            },
        ]
    }
}
