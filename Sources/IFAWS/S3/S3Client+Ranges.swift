internal import FoundationEssentials
public import IFCore

extension S3Client {
    /// Reads bytes of an object; fewer than asked for where it ends.
    ///
    /// - Parameter tag: Of the only version that will do; `nil`: any.
    /// - Throws: As ``RangedStore/get(_:range:ifVersion:)``.
    func get(_ key: String, _ range: Range<Int>, ifTag tag: String?) async throws -> (object: S3Object, data: Data) {
        precondition(range.lowerBound >= 0 && !range.isEmpty, "a range needs bytes")
        let text = StoredObject.text(range)
        var request = S3Request("GET", key, action: "read \(text) of the object")
        request.headers = [HTTPField("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
        if let tag { request.headers.append(HTTPField("If-Match", "\"\(tag)\"")) }
        // Beside the bytes there is room for what a server says when it refuses.
        request.destination = .memory(limit: range.count + (64 << 10))
        do {
            let response = try await send(request)
            guard response.status == 206, let content = response.headers["content-range"],
                content.hasPrefix("bytes \(range.lowerBound)-"), response.body.count <= range.count
            else { throw ignored(text, key) }
            return (try S3Object(key, response), response.body)
        } catch let failure as S3Failure where failure.status == 412 {
            throw IFError(
                .conflict, "the object was replaced while it was read (at \(text)); read it again",
                file: location(key), key: key, cause: failure)
        } catch let failure as S3Failure where failure.status == 416 {
            throw IFError(
                .invalidArgument, "the object ends before \(text)", file: location(key), key: key, cause: failure)
        } catch let failure as HTTPFailure where failure.systemError != nil {
            // More came than was asked for.
            throw ignored(text, key)
        } catch {
            throw described(error, request.action, key)
        }
    }

    private func ignored(_ text: String, _ key: String) -> IFError {
        IFError(
            .unsupported, "the server did not answer with \(text), which were asked for; check the endpoint",
            file: location(key), key: key)
    }
}

extension S3Store: RangedStore {
    /// Reads bytes of an object.
    ///
    /// - Throws: ``IFError/Code/notFound``, ``IFError/Code/conflict``, ``IFError/Code/invalidArgument`` as
    ///   `RangedStore` says; ``IFError/Code/accessDenied``; ``IFError/Code/inputOutput``; ``IFError/Code/unsupported`` of a
    ///   server that sends other bytes.
    /// - Complexity: One request. S3 keeps checksums of whole objects, so these bytes are protected by the connection (TLS)
    ///   and by what their format holds.
    public func get(_ key: String, range: Range<Int>, ifVersion version: String?) async throws -> ObjectSlice {
        let (object, data) = try await client.get(try wholeKey(key), range, ifTag: version)
        return ObjectSlice(data: data, info: info(key, object))
    }
}
