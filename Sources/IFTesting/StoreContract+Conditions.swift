internal import FoundationEssentials
internal import IFCore
internal import Testing

extension ArtifactStoreContract {
    static var conditionCases: [Case] {
        [
            Case("if absent, only the first write wins") { store in
                try await store.put(Data("one".utf8), at: "contract/a", if: .ifAbsent)
                let second = try await code(of: {
                    try await store.put(Data("two".utf8), at: "contract/a", if: .ifAbsent)
                })
                #expect(second == .conflict)
                #expect(try await store.get("contract/a") == Data("one".utf8))
            },
            Case("if version, a write with the present version wins") { store in
                let first = try await store.put(Data("one".utf8), at: "contract/a")
                let second = try await store.put(Data("two".utf8), at: "contract/a", if: .ifVersion(first.version))
                #expect(try await store.get("contract/a") == Data("two".utf8))
                let late = try await code(of: {
                    try await store.put(Data("three".utf8), at: "contract/a", if: .ifVersion(first.version))
                })
                #expect(late == .conflict)
                #expect(try await store.get("contract/a") == Data("two".utf8))
                #expect(try await store.stat("contract/a")?.version == second.version)
            },
            Case("if version, nothing there is a conflict") { store in
                let first = try await store.put(Data("one".utf8), at: "contract/a")
                try await store.delete("contract/a")
                let gone = try await code(of: {
                    try await store.put(Data("two".utf8), at: "contract/a", if: .ifVersion(first.version))
                })
                #expect(gone == .conflict || gone == .notFound)
                #expect(try await store.stat("contract/a") == nil)
            },
            Case("conditions hold for files too") { store in
                try await withTemporaryFolder { folder in
                    try Data("file".utf8).write(to: URL(filePath: folder + "/in"))
                    try await store.put(Data("one".utf8), at: "contract/a")
                    let second = try await code(of: {
                        try await store.put(contentsOf: folder + "/in", at: "contract/a", if: .ifAbsent)
                    })
                    #expect(second == .conflict)
                    #expect(try await store.get("contract/a") == Data("one".utf8))
                }
            },
            Case("quick successive writes have different versions") { store in
                var versions: Set<String> = []
                for number in 0..<50 {
                    // The same size each time, and beyond the size that a store may hash.
                    var bytes = Data(repeating: 0, count: 100_000)
                    bytes[0] = UInt8(number)
                    versions.insert(try await store.put(bytes, at: "contract/a").version)
                }
                #expect(versions.count == 50)
            },
        ]
    }

    static var concurrencyCases: [Case] {
        [
            Case("of many that create one object, one wins") { store in
                var won: [Int] = []
                try await withThrowingTaskGroup(of: Int?.self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            let lost = try await code(of: {
                                try await store.put(Data([UInt8(writer)]), at: "contract/one", if: .ifAbsent)
                            })
                            return lost == nil ? writer : nil
                        }
                    }
                    for try await winner in group { if let winner { won.append(winner) } }
                }
                #expect(won.count == 1)
                #expect(try await store.get("contract/one") == Data(won.map { UInt8($0) }))
            },
            Case("a counter raised by compare-and-swap loses nothing", isSlow: true) { store in
                try await store.put(Data("0".utf8), at: "contract/count")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { try await raise(store, "contract/count", times: 25) } }
                    try await group.waitForAll()
                }
                #expect(try await store.get("contract/count") == Data("100".utf8))
            },
            Case("readers see one write or another, never a part", isSlow: true) { store in
                let size = 150_000
                try await store.put(Data(repeating: 0, count: size), at: "contract/shared")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 1...2 {
                        group.addTask {
                            for round in 0..<30 {
                                let byte = UInt8(truncatingIfNeeded: round * 2 + writer)
                                try await store.put(Data(repeating: byte, count: size), at: "contract/shared")
                            }
                        }
                    }
                    for _ in 0..<3 {
                        group.addTask {
                            for _ in 0..<60 {
                                let data = try await store.get("contract/shared")
                                #expect(data.count == size)
                                #expect(data.first == data.last && Set(data).count == 1)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            },
        ]
    }

    private static func raise(_ store: any ArtifactStore, _ key: String, times: Int) async throws {
        for _ in 0..<times {
            while true {
                guard let before = try await store.stat(key), let data = try? await store.get(key),
                    let after = try await store.stat(key), before.version == after.version,
                    let count = Int(String(decoding: data, as: UTF8.self))
                else { continue }
                let lost = try await code(of: {
                    try await store.put(Data(String(count + 1).utf8), at: key, if: .ifVersion(after.version))
                })
                if lost == nil { break }
                try #require(lost == .conflict)
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...3)))
            }
        }
    }
}
