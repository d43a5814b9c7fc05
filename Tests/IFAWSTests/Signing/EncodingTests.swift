import Foundation
import Testing

@testable import IFAWS

@Suite("Checksums, encodings, times") struct EncodingTests {
    private func crc(_ bytes: [UInt8]) -> CRC32C {
        var crc = CRC32C()
        unsafe bytes.withUnsafeBytes { bytes in unsafe crc.update(bytes) }
        return crc
    }

    @Test("CRC-32C of RFC 3720, appendix B.4, and of the catalogue of CRC algorithms") func knownChecksums() {
        #expect(crc([UInt8](repeating: 0, count: 32)).value == 0x8A91_36AA)
        #expect(crc([UInt8](repeating: 0xFF, count: 32)).value == 0x62A8_AB43)
        #expect(crc(Array(0..<32)).value == 0x46DD_794E)
        #expect(crc(Array("123456789".utf8)).value == 0xE306_9283)
        #expect(CRC32C().value == 0)
    }

    @Test func checksumsOfPartsMakeThatOfTheWhole() {
        var generator = SystemRandomNumberGenerator()
        for count in [0, 1, 2, 7, 8, 9, 1000, 70_001] {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            for cut in [0, 1, count / 3, count].map({ min($0, count) }) {
                let second = crc(Array(bytes[cut...]))
                #expect(crc(Array(bytes[..<cut])).followed(by: second, count: count - cut) == crc(bytes))
            }
        }
    }

    @Test func checksumAsText() {
        let sum = crc(Array("123456789".utf8))
        #expect(sum.base64 == "4waSgw==")
        #expect(CRC32C(base64: "4waSgw==") == sum)
        #expect(CRC32C(base64: "4waS") == nil)
        #expect(CRC32C(base64: "?") == nil)
    }

    @Test func percentEncoding() {
        #expect(PercentEncoding.encode("a b/c~d-e_f.g") == "a%20b%2Fc~d-e_f.g")
        #expect(PercentEncoding.encode("a/b c", keepingSlashes: true) == "a/b%20c")
        #expect(PercentEncoding.encode("注") == "%E6%B3%A8")
        for text in ["a b+c%d", "注文/čaj", "100%", "%zz"] {
            #expect(PercentEncoding.decodeListed(PercentEncoding.encode(text)) == text)
        }
        #expect(PercentEncoding.decodeListed("a+b%2Bc%2") == "a b+c%2")
    }

    @Test func times() throws {
        let date = Date(timeIntervalSince1970: 1_795_401_656)
        #expect(AWSTime.compact(date) == "20261123T024056Z")
        #expect(AWSTime.parse("2026-11-23T02:40:56Z") == date)
        #expect(AWSTime.parse("2026-11-23T02:40:56.789Z") == date)
        #expect(AWSTime.parseHTTP("Mon, 23 Nov 2026 02:40:56 GMT") == date)
        #expect(AWSTime.parse("2026-11-23T02:40:56+00:00") == date)
        #expect(AWSTime.parse("2026-11-23T04:40:56.123456+02:00") == date)
        #expect(AWSTime.parse("2026-11-23T02:40:56") == nil)
        #expect(AWSTime.parse("yesterday") == nil)
        #expect(AWSTime.parseHTTP("Mon, 23 Nov 2026 02:40:56 CET") == nil)
    }
}
