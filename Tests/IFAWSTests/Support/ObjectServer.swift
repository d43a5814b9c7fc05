import Crypto
import Foundation
import IFCore
import Testing

@testable import IFAWS

/// The part of S3 that stores use, in this process: objects with conditions, checksums and copies, uploads in parts,
/// listings in pages, a clock of its own. It is answered without a socket, so that thousands of schedules of faults take
/// seconds; the same requests go to a real server in other tests, which also checks signatures.
final class ObjectServer: HTTPTransport {
    struct Object: Sendable {
        var data: Data
        var tag: String
        var modified: Date
        var checksum: CRC32C
        var writer: String?
    }

    struct Upload: Sendable {
        var key: String
        var begun: Date
        var writer: String?
        var parts: [Int: Object] = [:]
    }

    struct State: Sendable {
        var objects: [String: Object] = [:]
        var uploads: [String: Upload] = [:]
        var counter = 0
        /// Seconds that this server's clock is ahead of the machine's.
        var ahead: TimeInterval = 0
    }

    let state = Locked(State())
    let bucket = "shop"
    /// Entries of a page of a listing, fewer than asked for, so that listings have many pages.
    let pageSize: Int

    init(pageSize: Int = 7) { self.pageSize = pageSize }

    var keys: [String] { state.withLock { $0.objects.keys.sorted() } }
    var uploads: Int { state.withLock { $0.uploads.count } }
    var now: Date { state.withLock { Date().addingTimeInterval($0.ahead) } }

    /// Lets time pass, for the server.
    func wait(_ seconds: TimeInterval) { state.withLock { $0.ahead += seconds } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        await Task.yield()
        return try answer(request)
    }

    /// Does what the request asks for; the body of an answer goes where the request says.
    func answer(_ request: HTTPRequest) throws -> HTTPResponse {
        var response = try state.withLock { try perform(Call(request, bucket: bucket), &$0) }
        guard response.isSuccess, case .file(let file, let offset) = request.destination else { return response }
        let body = response.body
        #expect(unsafe body.withUnsafeBytes { unsafe file.write($0, at: offset) })
        response.body = Data()
        return response
    }

    private func perform(_ call: Call, _ state: inout State) throws -> HTTPResponse {
        let now = Date().addingTimeInterval(state.ahead)
        if let refusal = call.refusal(now: now) { return refusal }
        switch (call.method, call.key.isEmpty) {
        case ("GET", true):
            return call.query["uploads"] == nil ? list(call, state) : listUploads(call, state)
        case ("POST", true): return deleteBatch(call, &state)
        case ("GET", false), ("HEAD", false): return read(call, state)
        case ("DELETE", false): return delete(call, &state)
        case ("PUT", false): return put(call, now, &state)
        case ("POST", false):
            return call.query["uploads"] != nil ? begin(call, now, &state) : complete(call, now, &state)
        default: return .error(405, "MethodNotAllowed")
        }
    }

    // MARK: Writing

    private func put(_ call: Call, _ now: Date, _ state: inout State) -> HTTPResponse {
        var data = call.body
        if let source = call.header("x-amz-copy-source") {
            let name = PercentEncoding.decodeListed(source).dropFirst(bucket.count + 2)
            guard let found = state.objects[String(name)] else { return .error(404, "NoSuchKey") }
            if let tag = call.header("x-amz-copy-source-if-match"), tag != found.tag {
                return .error(412, "PreconditionFailed")
            }
            data = found.data
            if let range = call.range("x-amz-copy-source-range", of: data.count) { data = Data(data[range]) }
        }
        var object = Object(
            data: data, tag: Call.tag(of: data), modified: now.whole, checksum: Call.checksum(of: data),
            writer: call.header(S3Object.writerHeader))
        if let given = call.header("x-amz-checksum-crc32c"), given != object.checksum.base64 {
            return .error(400, "BadDigest")
        }
        if let upload = call.query["uploadId"] {
            guard let number = call.query["partNumber"].flatMap({ Int($0) }), state.uploads[upload]?.key == call.key
            else { return .error(404, "NoSuchUpload") }
            state.uploads[upload]?.parts[number] = object
            return call.stored(object, "CopyPartResult")
        }
        if let refusal = call.unmetCondition(state.objects[call.key]) { return refusal }
        if call.header("x-amz-copy-source") != nil { object.writer = nil }
        state.objects[call.key] = object
        return call.stored(object, "CopyObjectResult")
    }

    private func begin(_ call: Call, _ now: Date, _ state: inout State) -> HTTPResponse {
        state.counter += 1
        let id = "upload-\(state.counter)"
        state.uploads[id] = Upload(key: call.key, begun: now, writer: call.header(S3Object.writerHeader))
        return .make(200, "<InitiateMultipartUploadResult><UploadId>\(id)</UploadId></InitiateMultipartUploadResult>")
    }

    private func complete(_ call: Call, _ now: Date, _ state: inout State) -> HTTPResponse {
        guard let id = call.query["uploadId"], let upload = state.uploads[id], upload.key == call.key else {
            return .error(404, "NoSuchUpload")
        }
        var data = Data()
        var tags = Data()
        let wanted = XMLElement.parse(call.body)?.all("Part") ?? []
        var last = 0
        for part in wanted {
            guard let number = part.value("PartNumber").flatMap({ Int($0) }), number > last,
                let found = upload.parts[number], found.tag == part.value("ETag").map(S3Object.unquoted)
            else { return .error(400, "InvalidPart") }
            last = number
            data += found.data
            tags += Data(found.tag.utf8)
        }
        guard !wanted.isEmpty else { return .error(400, "MalformedXML") }
        let object = Object(
            data: data, tag: "\(Call.tag(of: tags))-\(wanted.count)", modified: now.whole,
            checksum: Call.checksum(of: data), writer: upload.writer)
        if let given = call.header("x-amz-checksum-crc32c"), given != object.checksum.base64 {
            return .error(400, "BadDigest")
        }
        if let refusal = call.unmetCondition(state.objects[call.key]) { return refusal }
        state.objects[call.key] = object
        state.uploads[id] = nil
        return .make(
            200, "<CompleteMultipartUploadResult><ETag>\"\(object.tag)\"</ETag></CompleteMultipartUploadResult>")
    }

    private func delete(_ call: Call, _ state: inout State) -> HTTPResponse {
        guard let id = call.query["uploadId"] else {
            state.objects[call.key] = nil
            return .make(204)
        }
        guard state.uploads.removeValue(forKey: id) != nil else { return .error(404, "NoSuchUpload") }
        return .make(204)
    }

    private func deleteBatch(_ call: Call, _ state: inout State) -> HTTPResponse {
        guard call.header("content-md5") == Base64.encode(Insecure.MD5.hash(data: call.body)) else {
            return .error(400, "InvalidDigest")
        }
        for object in XMLElement.parse(call.body)?.all("Object") ?? [] {
            if let key = object.value("Key") { state.objects[key] = nil }
        }
        return .make(200, "<DeleteResult></DeleteResult>")
    }

    // MARK: Reading

    private func read(_ call: Call, _ state: State) -> HTTPResponse {
        guard let object = state.objects[call.key] else {
            return call.method == "HEAD" ? .make(404) : .error(404, "NoSuchKey")
        }
        if let tag = call.header("if-match"), S3Object.unquoted(tag) != object.tag {
            return .error(412, "PreconditionFailed")
        }
        var headers = [
            "etag": "\"\(object.tag)\"", "content-length": String(object.data.count),
            "last-modified": Call.httpDate(object.modified),
        ]
        headers[S3Object.writerHeader] = object.writer
        if call.header("x-amz-checksum-mode") == "ENABLED" {
            headers["x-amz-checksum-crc32c"] = object.checksum.base64
            headers["x-amz-checksum-type"] = "FULL_OBJECT"
        }
        var body = object.data
        var status = 200
        if call.header("range") != nil {
            guard let range = call.range("range", of: body.count) else { return .error(416, "InvalidRange") }
            headers["content-range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(body.count)"
            body = Data(body[range])
            headers["content-length"] = String(body.count)
            status = 206
        }
        if call.method == "HEAD" { body = Data() }
        return HTTPResponse(
            status: status, headers: headers, body: body, received: body.count, checksum: Call.checksum(of: body))
    }

    private func list(_ call: Call, _ state: State) -> HTTPResponse {
        let prefix = call.query["prefix"] ?? ""
        let after = call.query["continuation-token"]
        let keys = state.objects.keys.filter { key in key.hasPrefix(prefix) && after.map { key > $0 } ?? true }.sorted()
        let page = keys.prefix(pageSize)
        let entries = page.compactMap { key in
            state.objects[key].map { object in
                "<Contents><Key>\(PercentEncoding.encode(key, keepingSlashes: true))</Key><Size>\(object.data.count)"
                    + "</Size><ETag>\"\(object.tag)\"</ETag><LastModified>\(object.modified.formatted(.iso8601))"
                    + "</LastModified></Contents>"
            }
        }
        let next = page.count < keys.count ? page.last : nil
        return .make(
            200,
            "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>\(next != nil)</IsTruncated>"
                + (next.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? "") + entries.joined()
                + "</ListBucketResult>")
    }

    private func listUploads(_ call: Call, _ state: State) -> HTTPResponse {
        let prefix = call.query["prefix"] ?? ""
        let entries = state.uploads.filter { $0.value.key.hasPrefix(prefix) }.map { id, upload in
            "<Upload><Key>\(PercentEncoding.encode(upload.key, keepingSlashes: true))</Key><UploadId>\(id)</UploadId>"
                + "<Initiated>\(upload.begun.formatted(.iso8601))</Initiated></Upload>"
        }
        return .make(
            200,
            "<ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
                + entries.joined() + "</ListMultipartUploadsResult>")
    }
}

extension Date {
    fileprivate var whole: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
