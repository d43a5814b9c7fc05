internal import FoundationEssentials
internal import IFCore

extension S3Client {
    /// What is known of an object, `nil` where there is none.
    ///
    /// - Parameter withChecksum: Whether to ask for its checksum, which may need the right to decrypt it.
    func head(_ key: String, withChecksum: Bool = false) async throws -> S3Object? {
        var request = S3Request("HEAD", key, action: "look at the object")
        if withChecksum { request.headers.append(HTTPField("x-amz-checksum-mode", "ENABLED")) }
        do {
            return try S3Object(key, try await send(request))
        } catch let failure as S3Failure where failure.isMissingObject {
            // HEAD has no body that would tell a missing bucket from a missing object; that is told on writing.
            return nil
        } catch {
            throw described(error, request.action, key)
        }
    }

    /// Reads a whole object into memory and checks it.
    ///
    /// - Throws: ``IFError/Code/notFound``, ``IFError/Code/corruptFile``, ``IFError/Code/accessDenied``,
    ///   ``IFError/Code/inputOutput``.
    func get(_ key: String) async throws -> Data {
        var request = S3Request("GET", key, action: "read the object")
        request.headers.append(HTTPField("x-amz-checksum-mode", "ENABLED"))
        let response = try await perform(request)
        try check(response.checksum, of: try S3Object(key, response))
        return response.body
    }

    /// The objects whose keys begin with `prefix`, in the order of their UTF-8 bytes.
    func list(_ prefix: String, pageSize: Int = 1000) async throws -> [S3Object] {
        var objects: [S3Object] = []
        var token: String?
        repeat {
            var request = S3Request("GET", action: "list the objects")
            request.query = [
                HTTPField("list-type", "2"), HTTPField("encoding-type", "url"), HTTPField("prefix", prefix),
                HTTPField("max-keys", String(pageSize)),
            ]
            if let token { request.query.append(HTTPField("continuation-token", token)) }
            let response = try await perform(request)
            guard let page = XMLElement.parse(response.body), page.name == "ListBucketResult" else {
                throw IFError(
                    .inputOutput, "the server did not answer with a listing; check the endpoint", file: location(prefix)
                )
            }
            let isEncoded = page.value("EncodingType") == "url"
            objects += try page.all("Contents").map { entry in
                guard let object = S3Object(listed: entry, isEncoded: isEncoded) else {
                    throw IFError(.inputOutput, "an entry of the listing is incomplete", file: location(prefix))
                }
                return object
            }
            token = page.value("IsTruncated") == "true" ? page.value("NextContinuationToken") : nil
        } while token != nil
        return objects.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    func check(_ checksum: CRC32C, of object: S3Object) throws {
        guard let expected = object.checksum, expected != checksum else { return }
        throw IFError(
            .corruptFile, "the object does not have the checksum that was stored with it; read it again",
            file: location(object.key))
    }
}
