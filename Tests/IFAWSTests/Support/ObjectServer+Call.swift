import Crypto
import Foundation

@testable import IFAWS

extension ObjectServer {
    /// A request taken apart.
    struct Call {
        let method: String
        let key: String
        let query: [String: String]
        let body: Data
        private let headers: [HTTPField]

        init(_ request: HTTPRequest, bucket: String) throws {
            method = request.method
            headers = request.headers
            let host = request.url.firstRange(of: "://").map { request.url[$0.upperBound...] } ?? ""
            let target = host.drop { $0 != "/" }
            let parts = target.split(separator: "?", maxSplits: 1)
            let path = PercentEncoding.decodeListed(String(parts.first ?? ""))
            key = String(path.dropFirst(bucket.count + 2))
            var query: [String: String] = [:]
            for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
                let sides = pair.split(separator: "=", maxSplits: 1)
                query[String(sides[0])] = sides.count > 1 ? PercentEncoding.decodeListed(String(sides[1])) : ""
            }
            self.query = query
            switch request.body {
            case .none: body = Data()
            case .data(let data): body = data
            case .file(let slice):
                var data = Data()
                try unsafe slice.file.forEachPiece(of: slice.offset..<slice.offset + slice.count) {
                    unsafe data.append(contentsOf: $0)
                }
                body = data
            }
        }

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        /// What a server answers that checks time and body before anything else.
        func refusal(now: Date) -> HTTPResponse? {
            // 20261123T024056Z, with the separators that the parser wants.
            var text = Array(header("x-amz-date") ?? "")
            if text.count == 16 {
                for (place, mark) in [(13, ":"), (11, ":"), (6, "-"), (4, "-")] as [(Int, Character)] {
                    text.insert(mark, at: place)
                }
            }
            let signed = AWSTime.parse(String(text)) ?? .distantPast
            if abs(signed.timeIntervalSince(now)) > 900 {
                return .error(403, "RequestTimeTooSkewed", ["date": Self.httpDate(now)])
            }
            guard header("authorization")?.hasPrefix("AWS4-HMAC-SHA256 ") == true else {
                return .error(403, "AccessDenied")
            }
            return header("x-amz-content-sha256") == Hexadecimal.encode(SHA256.hash(data: body))
                ? nil : .error(400, "XAmzContentSHA256Mismatch")
        }

        func unmetCondition(_ present: Object?) -> HTTPResponse? {
            if header("if-none-match") == "*", present != nil { return .error(412, "PreconditionFailed") }
            guard let tag = header("if-match") else { return nil }
            guard let present else { return .error(404, "NoSuchKey") }
            return S3Object.unquoted(tag) == present.tag ? nil : .error(412, "PreconditionFailed")
        }

        /// The answer to a write or copy that was done.
        func stored(_ object: Object, _ copy: String) -> HTTPResponse {
            header("x-amz-copy-source") == nil
                ? .make(200, "", ["etag": "\"\(object.tag)\""])
                : .make(200, "<\(copy)><ETag>\"\(object.tag)\"</ETag></\(copy)>")
        }

        /// The bytes that a header such as `Range` asks for; `nil` where it asks for none that are there.
        func range(_ name: String, of count: Int) -> Range<Int>? {
            guard let text = header(name), text.hasPrefix("bytes=") else { return nil }
            let ends = text.dropFirst(6).split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, ends[0] < count else { return nil }
            return ends[0]..<min(count, ends[1] + 1)
        }

        static func tag(of data: Data) -> String { Hexadecimal.encode(Insecure.MD5.hash(data: data)) }

        static func checksum(of data: Data) -> CRC32C {
            var checksum = CRC32C()
            unsafe data.withUnsafeBytes { unsafe checksum.update($0) }
            return checksum
        }

        static func httpDate(_ date: Date) -> String {
            let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            let text = Array(date.formatted(.iso8601))  // 2026-11-23T02:40:56Z
            let month = months[(Int(String(text[5..<7])) ?? 1) - 1]
            let day = days[Int((date.timeIntervalSince1970 / 86_400).rounded(.down)) % 7]
            return "\(day), \(String(text[8..<10])) \(month) \(String(text[0..<4])) \(String(text[11..<19])) GMT"
        }
    }
}
