@testable import IFALS
import Testing

@Suite struct XXHash64Tests {
    @Test func agreesWithTheReferenceLibrary() throws {
        let golden = try ServingGolden.load()
        #expect(golden.hashes.count == 14)
        for known in golden.hashes {
            #expect(try XXHash64.hash(known.bytes, seed: known.seed) == #require(UInt64(known.hash, radix: 16)))
        }
    }
}
