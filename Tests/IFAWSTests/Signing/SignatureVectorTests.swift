import Foundation
import IFTesting
import Testing

@testable import IFAWS

/// A request and its signature by another implementation; see `Scripts/golden/aws/signing_vectors.py`.
private struct Vector: Decodable {
    var name: String
    var service: String
    var region: String
    var accessKey: String
    var secretKey: String
    var token: String?
    var time: String
    var method: String
    var path: String
    var query: [[String]]
    var headers: [[String]]
    var body: String
    var payload: String?
    var canonicalRequest: String?
    var stringToSign: String?
    var authorization: String?
    var seconds: Int?
    var urlQuery: [[String]]?

    static func read(_ text: String) throws -> [Vector] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try text.split(separator: "\n").map { try decoder.decode(Vector.self, from: Data($0.utf8)) }
    }

    func date() throws -> Date {
        let digits = Array(time)
        let text =
            "\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6..<8]))T"
            + "\(String(digits[9..<11])):\(String(digits[11..<13])):\(String(digits[13..<15]))Z"
        return try #require(AWSTime.parse(text))
    }

    func check(_ kept: SigningKeys = SigningKeys()) throws {
        let signer = SignatureV4(region: region, service: service, keys: kept)
        let keys = AWSCredentials(accessKey: accessKey, secretKey: secretKey, sessionToken: token)
        let request = SignatureV4.Request(
            method: method, path: path, query: query.map { HTTPField($0[0], $0[1]) },
            headers: headers.map { HTTPField($0[0], $0[1]) },
            payload: try payload ?? BodyDigests(.data(Data(body.utf8))).sha256, date: try date())
        if let seconds {
            var unsigned = request
            unsigned.payload = SignatureV4.unsignedPayload
            let ours = signer.presignedQuery(unsigned, keys, seconds: seconds)
            #expect(Set(ours) == Set(try #require(urlQuery).map { HTTPField($0[0], $0[1]) }), "\(name)")
            return
        }
        let signed = signer.sign(request, keys)
        #expect(signed.canonicalRequest == canonicalRequest, "\(name)")
        #expect(signed.stringToSign == stringToSign, "\(name)")
        #expect(signer.authorization(request, keys) == authorization, "\(name)")
    }
}

@Suite("Signatures of other implementations") struct SignatureVectorTests {
    @Test(.enabled(if: S3Python.interpreter != nil && S3Python.signingSuite != nil, S3Python.missingSuite))
    func suiteOfAWS() throws {
        let vectors = try Vector.read(
            S3Python.output(of: [
                S3Python.script("golden/aws/signing_vectors.py"), "suite", try #require(S3Python.signingSuite),
            ]))
        #expect(vectors.count >= 30)
        for vector in vectors { try vector.check() }
    }

    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing))
    func fuzzAgainstBotocore() throws {
        let seed = String(Int.random(in: 0..<1_000_000_000))
        let vectors = try Vector.read(
            S3Python.output(of: [S3Python.script("golden/aws/signing_vectors.py"), "fuzz", "3000", seed]))
        #expect(vectors.count == 3000)
        #expect(vectors.contains { $0.seconds != nil } && vectors.contains { $0.service != "s3" })
        // Keys of other secrets, days and regions were kept before.
        let kept = SigningKeys()
        for vector in vectors { try vector.check(kept) }
    }
}
