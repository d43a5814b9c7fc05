internal import FoundationEssentials
internal import IFCore
internal import Testing

extension ArtifactStoreContract {
    /// Bytes of which every part differs from every other.
    private static func pattern(_ count: Int) -> Data {
        let block = Data((0..<min(count, 65_521)).map { UInt8(truncatingIfNeeded: $0 * 31 + $0 >> 8) })
        var data = Data(capacity: count + block.count)
        while data.count < count { data.append(block) }
        return data.prefix(count)
    }

    /// For stores that read ranges; the others have nothing to keep.
    static var rangeCases: [Case] {
        [
            Case("ranges are those of the whole") { store in
                guard let store = store as? any RangedStore else { return }
                let data = pattern(100_000)
                let info = try await store.put(data, at: "contract/a")
                for range in [0..<1, 0..<100_000, 99_999..<100_000, 12_345..<54_321] {
                    for version in [nil, info.version] {
                        let slice = try await store.get("contract/a", range: range, ifVersion: version)
                        #expect(slice.data == data.subdata(in: range))
                        #expect(slice.info.size == 100_000 && slice.info.version == info.version)
                        #expect(slice.info.key == "contract/a")
                    }
                }
            },
            Case("a range that passes the end gives what is there") { store in
                guard let store = store as? any RangedStore else { return }
                try await store.put(Data([1, 2, 3]), at: "contract/a")
                #expect(try await store.get("contract/a", range: 1..<10, ifVersion: nil).data == Data([2, 3]))
                try await expect(.invalidArgument) {
                    _ = try await store.get("contract/a", range: 3..<10, ifVersion: nil)
                }
                try await store.put(Data(), at: "contract/empty")
                try await expect(.invalidArgument) {
                    _ = try await store.get("contract/empty", range: 0..<10, ifVersion: nil)
                }
                try await expect(.notFound) { _ = try await store.get("contract/none", range: 0..<1, ifVersion: nil) }
            },
            Case("a range of a replaced object is a conflict") { store in
                guard let store = store as? any RangedStore else { return }
                let old = try await store.put(pattern(100_000), at: "contract/a")
                var other = pattern(100_000)
                other[99_999] ^= 1
                let new = try await store.put(other, at: "contract/a")
                try await expect(.conflict) {
                    _ = try await store.get("contract/a", range: 0..<10, ifVersion: old.version)
                }
                let slice = try await store.get("contract/a", range: 0..<1, ifVersion: new.version)
                #expect(slice.info.version == new.version)
            },
            Case("a source is of one version") { store in
                guard let store = store as? any RangedStore else { return }
                try await store.put(pattern(5000), at: "contract/a")
                let source = StoredObject("contract/a", size: 5000, in: store)
                #expect(try await source.read(4000..<5000) == pattern(5000).subdata(in: 4000..<5000))
                #expect(try await source.read(0..<0).isEmpty)
                try await store.put(Data(repeating: 1, count: 5000), at: "contract/a")
                try await expect(.conflict) { _ = try await source.read(0..<10) }
                let wrong = StoredObject("contract/a", size: 6000, in: store)
                try await expect(.corruptFile) { _ = try await wrong.read(0..<10) }
                try await expect(.corruptFile) { _ = try await wrong.read(5500..<6000) }
            },
        ]
    }

    /// For stores that take streams; the others have nothing to keep.
    static var streamCases: [Case] {
        [
            Case("what is streamed can be got") { store in
                guard let store = store as? any StreamingStore else { return }
                // None, little, and more than a part of an upload.
                for pieces in [[], [3], [1 << 20, 5, 7 << 20, 1 << 20, 9 << 20, 1]] {
                    let stream = try await store.stream(to: "contract/s")
                    var data = Data()
                    for piece in pieces {
                        data += pattern(piece)
                        try await stream.write(pattern(piece))
                    }
                    let version = try await stream.finish()
                    await stream.abandon()
                    #expect(try await store.get("contract/s") == data, "and abandoning it then does nothing")
                    #expect(try await store.stat("contract/s")?.version == version)
                }
            },
            Case("nobody sees a stream before its end") { store in
                guard let store = store as? any StreamingStore else { return }
                try await store.put(Data([1]), at: "contract/s")
                let stream = try await store.stream(to: "contract/s")
                let other = try await store.stream(to: "contract/t/u")
                for _ in 0..<2 {
                    try await stream.write(pattern(9 << 20))
                    try await other.write(Data([2]))
                }
                #expect(try await store.list("contract/").map(\.key) == ["contract/s"])
                #expect(try await store.get("contract/s") == Data([1]))
                await other.abandon()
                try await stream.finish()
                #expect(try await store.list("contract/").map(\.size) == [18 << 20])
            },
            Case("an abandoned stream leaves nothing") { store in
                guard let store = store as? any StreamingStore else { return }
                let stream = try await store.stream(to: "contract/a/b")
                try await stream.write(pattern(20 << 20))
                await stream.abandon()
                await stream.abandon()
                #expect(try await store.list("contract/").isEmpty)
                try await store.put(Data([1]), at: "contract/a", if: .ifAbsent)
            },
        ]
    }
}
