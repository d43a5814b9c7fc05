internal import FoundationEssentials
internal import IFCore

extension S3Client {
    /// The largest object that one request writes or copies.
    static let largestSingle = 5 << 30

    /// A part of an upload that has arrived.
    struct UploadedPart: Sendable {
        var number: Int
        var tag: String
        var size: Int
        var checksum: CRC32C?
    }

    /// Writes a file: at once where it is small, otherwise in parts side by side; answers the entity tag.
    func upload(_ path: String, to key: String, if condition: WriteCondition = .always) async throws -> String {
        let file = try LocalFile(reading: path)
        let size = try file.size()
        // Not every server heeds a condition on a completed upload; all heed it on a plain write.
        let limit = condition == .always ? settings.partSize : Self.largestSingle
        if size <= limit {
            return try await put(.file(FileSlice(file: file, offset: 0, count: size)), at: key, if: condition)
        }
        let body: PartWriter = { upload, number, range in
            try await put(
                .file(FileSlice(file: file, offset: range.lowerBound, count: range.count)), as: number, of: upload, key)
        }
        return try await inParts(
            key, size: size, partSize: settings.partSize, hasChecksum: true, if: condition, body)
    }

    /// Writes the part of an upload that has this number, counted from 1, and holds these bytes of the object.
    typealias PartWriter = @Sendable (_ upload: String, _ number: Int, _ range: Range<Int>) async throws -> UploadedPart

    /// Copies an object within the bucket without moving its bytes through this machine.
    func copy(_ key: String, to target: String) async throws {
        guard let source = try await head(key) else {
            throw IFError(.notFound, "there is no such object to copy", file: location(key))
        }
        let from = HTTPField("x-amz-copy-source", "/\(bucket)/\(PercentEncoding.encode(key, keepingSlashes: true))")
        let pin = HTTPField("x-amz-copy-source-if-match", source.tag)
        if source.size <= min(settings.copyThreshold, Self.largestSingle) {
            var request = S3Request("PUT", target, action: "copy the object")
            request.headers = storageHeaders + [from, pin]
            request.limits = .patient
            _ = try await perform(request)
            return
        }
        let part: PartWriter = { upload, number, range in
            var request = S3Request("PUT", target, action: "copy a part of the object")
            request.query = [HTTPField("partNumber", String(number)), HTTPField("uploadId", upload)]
            request.headers = [
                from, pin, HTTPField("x-amz-copy-source-range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"),
            ]
            request.limits = .patient
            let answer = XMLElement.parse(try await send(request).body)
            guard let tag = answer?.value("ETag") else {
                throw IFError(.inputOutput, "the server did not confirm a copied part", file: location(target))
            }
            return UploadedPart(number: number, tag: S3Object.unquoted(tag), size: range.count)
        }
        _ = try await inParts(
            target, size: source.size, partSize: settings.copyPartSize, hasChecksum: false, if: .always, part)
    }

    // MARK: Parts

    /// Writes a part of an upload.
    func put(_ body: HTTPBody, as number: Int, of upload: String, _ key: String) async throws -> UploadedPart {
        var request = S3Request("PUT", key, action: "write a part of the object")
        let digests = try BodyDigests(body)
        request.query = [HTTPField("partNumber", String(number)), HTTPField("uploadId", upload)]
        request.headers = [HTTPField("x-amz-checksum-crc32c", digests.checksum.base64)]
        request.body = body
        request.digests = digests
        let tag = try tag(in: try await send(request), key)
        return UploadedPart(number: number, tag: tag, size: body.count, checksum: digests.checksum)
    }

    private func inParts(
        _ key: String, size: Int, partSize: Int, hasChecksum: Bool, if condition: WriteCondition,
        _ part: @escaping PartWriter
    ) async throws -> String {
        let writer = UUID().uuidString
        let upload = try await begin(key, writer, hasChecksum: hasChecksum)
        do {
            // At most 10,000 parts.
            let step = max(partSize, (size + 9_999) / 10_000)
            let ranges = stride(from: 0, to: size, by: step).map { $0..<min(size, $0 + step) }
            let parts = try await sideBySide(ranges.indices) { try await part(upload, $0 + 1, ranges[$0]) }
            return try await complete(key, upload, parts.sorted { $0.number < $1.number }, writer, condition)
        } catch {
            // Cancelled or not: parts of an upload that nobody ends are paid for until the bucket's rules remove them.
            await Task { await abort(key, upload) }.value
            throw described(error, "write the object in parts", key)
        }
    }

    func begin(_ key: String, _ writer: String, hasChecksum: Bool) async throws -> String {
        var request = S3Request("POST", key, action: "begin an upload")
        request.query = [HTTPField("uploads", "")]
        request.headers = storageHeaders + [HTTPField(S3Object.writerHeader, writer)]
        if hasChecksum {
            request.headers += [
                HTTPField("x-amz-checksum-algorithm", "CRC32C"), HTTPField("x-amz-checksum-type", "FULL_OBJECT"),
            ]
        }
        // Cancelled between the server's beginning and our learning its name, the upload would be nobody's.
        let prepared = request
        let response = try await Task { try await perform(prepared) }.value
        guard let upload = XMLElement.parse(response.body)?.value("UploadId") else {
            throw IFError(.inputOutput, "the server did not begin an upload; check the endpoint", file: location(key))
        }
        return upload
    }

    func complete(
        _ key: String, _ upload: String, _ parts: [UploadedPart], _ writer: String, _ condition: WriteCondition
    ) async throws -> String {
        var request = S3Request("POST", key, action: "complete the upload")
        request.query = [HTTPField("uploadId", upload)]
        let list = parts.map { part in
            let checksum = part.checksum.map { "<ChecksumCRC32C>\($0.base64)</ChecksumCRC32C>" } ?? ""
            return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\"\(part.tag)\"</ETag>\(checksum)</Part>"
        }.joined()
        request.body = .data(
            Data(
                "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list)</CompleteMultipartUpload>"
                    .utf8))
        request.headers = [HTTPField("Content-Type", "application/xml")] + conditionHeaders(condition)
        if let whole = Self.checksum(of: parts) {
            request.headers += [
                HTTPField("x-amz-checksum-crc32c", whole.base64), HTTPField("x-amz-checksum-type", "FULL_OBJECT"),
            ]
        }
        request.limits = .patient
        request.isRepeatable = false
        let prepared = request
        return try await conditional(key, condition, writer, request.action) {
            let answer = XMLElement.parse(try await send(prepared).body)
            if let tag = answer?.value("ETag").map(S3Object.unquoted), !tag.isEmpty { return tag }
            // Ceph leaves the entity tag empty.
            guard answer?.name == "CompleteMultipartUploadResult", let object = try await head(key),
                object.writer == writer
            else { throw IFError(.inputOutput, "the server did not confirm the upload", file: location(key)) }
            return object.tag
        }
    }

    private static func checksum(of parts: [UploadedPart]) -> CRC32C? {
        var whole = CRC32C()
        for part in parts {
            guard let checksum = part.checksum else { return nil }
            whole = whole.followed(by: checksum, count: part.size)
        }
        return whole
    }

    func abort(_ key: String, _ upload: String) async {
        var request = S3Request("DELETE", key, action: "give the upload up")
        request.query = [HTTPField("uploadId", upload)]
        _ = try? await send(request)
    }

    /// Gives up uploads below `prefix` that were begun so many seconds ago; answers how many.
    func abortUploads(_ prefix: String, olderThan seconds: TimeInterval) async throws -> Int {
        var count = 0
        var marker: [HTTPField] = []
        while true {
            var request = S3Request("GET", action: "list unfinished uploads")
            request.query =
                [
                    HTTPField("uploads", ""), HTTPField("encoding-type", "url"), HTTPField("prefix", prefix),
                ] + marker
            let page = XMLElement.parse(try await perform(request).body)
            // After an answer, by which a clock that is far off was noticed.
            let date = serverTime.addingTimeInterval(-seconds)
            let isEncoded = page?.value("EncodingType") == "url"
            let plain: (String) -> String = { isEncoded ? PercentEncoding.decodeListed($0) : $0 }
            for upload in page?.all("Upload") ?? [] {
                guard let key = upload.value("Key").map(plain), let id = upload.value("UploadId"),
                    let begun = upload.value("Initiated").flatMap(AWSTime.parse), begun < date,
                    // Some servers list all uploads of the bucket, whatever prefix was asked for.
                    key.utf8.starts(with: prefix.utf8)
                else { continue }
                await abort(key, id)
                count += 1
            }
            guard page?.value("IsTruncated") == "true", let key = page?.value("NextKeyMarker") else { return count }
            marker = [HTTPField("key-marker", plain(key))]
            if let id = page?.value("NextUploadIdMarker") { marker.append(HTTPField("upload-id-marker", id)) }
        }
    }

    /// Runs `body` for every index, as many at once as the settings say; answers in no particular order.
    func sideBySide<Value: Sendable>(
        _ indices: Range<Int>, _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            var results: [Value] = []
            results.reserveCapacity(indices.count)
            for index in indices {
                if index - indices.lowerBound >= settings.parallelTransfers, let done = try await group.next() {
                    results.append(done)
                }
                group.addTask { try await body(index) }
            }
            for try await done in group { results.append(done) }
            return results
        }
    }
}
