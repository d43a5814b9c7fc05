internal import FoundationEssentials
internal import IFCore

extension S3Client {
    /// Copies an object to a local file: a large one in parts side by side, all of the same version. The file takes its
    /// name when it is whole and checked.
    ///
    /// - Throws: ``IFError/Code/notFound``; ``IFError/Code/conflict`` where the object is replaced again and again while it is read;
    ///   ``IFError/Code/corruptFile``, ``IFError/Code/accessDenied``, ``IFError/Code/inputOutput``.
    func download(_ key: String, to path: String) async throws {
        var attempt = 1
        while true {
            do {
                return try await downloadOnce(key, to: path)
            } catch let failure as S3Failure where failure.status == 412 && attempt < retries.attempts {
                // Replaced between two parts: begin again with the new object.
                attempt += 1
            } catch {
                throw described(error, "download the object", key)
            }
        }
    }

    private func downloadOnce(_ key: String, to path: String) async throws {
        let file = try LocalFile(creating: "\(path).part-\(UUID().uuidString)")
        do {
            let (object, first) = try await fetchFirst(key, into: file)
            let rest = stride(from: first.received, to: object.size, by: settings.partSize)
                .map { $0..<min(object.size, $0 + settings.partSize) }
            let parts = try await sideBySide(rest.indices) { index in
                (index, try await fetch(rest[index], of: object, into: file))
            }
            var checksum = first.checksum
            for (index, part) in parts.sorted(by: { $0.0 < $1.0 }) {
                checksum = checksum.followed(by: part, count: rest[index].count)
            }
            guard try file.size() == object.size else {
                throw IFError(.inputOutput, "the object came incomplete; read it again", file: location(key))
            }
            try check(checksum, of: object)
            try file.move(to: path)
        } catch {
            try? FileManager.default.removeItem(atPath: file.path)
            throw error
        }
    }

    /// Fetches the beginning, which for most objects is all, and what there is to know of the object.
    private func fetchFirst(_ key: String, into file: LocalFile) async throws -> (S3Object, HTTPResponse) {
        var request = S3Request("GET", key, action: "download the object")
        request.headers = [
            HTTPField("Range", "bytes=0-\(settings.partSize - 1)"), HTTPField("x-amz-checksum-mode", "ENABLED"),
        ]
        request.destination = .file(file, offset: 0)
        do {
            let response = try await send(request)
            var object = try S3Object(key, response)
            if response.status == 206, response.received < object.size, object.checksum == nil {
                // Some servers tell the checksum of the whole only where the whole is asked for.
                object.checksum = try await head(key, withChecksum: true).flatMap {
                    $0.tag == object.tag ? $0.checksum : nil
                }
            }
            return (object, response)
        } catch let failure as S3Failure where failure.status == 416 {
            // An empty object has no first byte.
            request.headers = [HTTPField("x-amz-checksum-mode", "ENABLED")]
            let response = try await send(request)
            return (try S3Object(key, response), response)
        }
    }

    private func fetch(_ range: Range<Int>, of object: S3Object, into file: LocalFile) async throws -> CRC32C {
        var request = S3Request("GET", object.key, action: "download a part of the object")
        request.headers = [
            HTTPField("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"),
            HTTPField("If-Match", "\"\(object.tag)\""),
        ]
        request.destination = .file(file, offset: range.lowerBound)
        let response = try await send(request)
        guard response.status == 206, response.received == range.count else {
            throw IFError(
                .inputOutput, "the server sent other bytes than the part that was asked for", file: location(object.key)
            )
        }
        return response.checksum
    }
}
