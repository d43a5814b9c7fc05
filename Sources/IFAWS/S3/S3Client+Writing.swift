internal import Crypto
internal import FoundationEssentials
internal import IFCore

extension S3Client {
    /// Writes an object with one request; answers its entity tag.
    ///
    /// A conditional write whose answer was lost is never simply sent again: the object is read back, and the identity
    /// that each such write leaves in it tells whose it is.
    func put(_ body: HTTPBody, at key: String, if condition: WriteCondition = .always) async throws -> String {
        var request = S3Request("PUT", key, action: "write the object")
        let digests = try BodyDigests(body)
        request.body = body
        request.digests = digests
        request.headers = storageHeaders + [HTTPField("x-amz-checksum-crc32c", digests.checksum.base64)]
        request.limits.stall = 60
        if condition == .always { return try tag(in: try await perform(request), key) }
        let writer = UUID().uuidString
        request.headers += conditionHeaders(condition) + [HTTPField(S3Object.writerHeader, writer)]
        request.isRepeatable = false
        let prepared = request
        return try await conditional(key, condition, writer, prepared.action) {
            try tag(in: try await send(prepared), key)
        }
    }

    /// Runs a conditional write and finds out, where its answer does not say, whether it was done.
    func conditional(
        _ key: String, _ condition: WriteCondition, _ writer: String, _ action: String,
        _ write: () async throws -> String
    ) async throws -> String {
        var attempt = 1
        var isUncertain = false
        while true {
            var failure: any Error
            do {
                return try await write()
            } catch let error as S3Failure
                where error.isUnmetCondition || (error.status == 404 && condition != .ifAbsent && error.isMissingObject)
            {
                // Another write of the same object was under way: this one was not done, and may be tried again.
                let wasBusy = error.code == "ConditionalRequestConflict"
                guard isUncertain || wasBusy else { throw conflict(key, error) }
                failure = conflict(key, error)
            } catch let error as S3Failure where error.isTransient {
                isUncertain = true
                failure = error
            } catch let error as HTTPFailure where error.isTransient {
                isUncertain = true
                failure = error
            } catch {
                throw described(error, action, key)
            }
            let present = try await head(key)
            if let present, present.writer == writer { return present.tag }
            guard Self.holds(condition, for: present) else { throw conflict(key, failure) }
            guard attempt < retries.attempts else { throw described(failure, action, key) }
            try await retries.wait(after: attempt)
            attempt += 1
        }
    }

    private static func holds(_ condition: WriteCondition, for present: S3Object?) -> Bool {
        switch condition {
        case .always: true
        case .ifAbsent: present == nil
        case .ifVersion(let version): present?.tag == version
        }
    }

    private func conflict(_ key: String, _ cause: any Error) -> IFError {
        if let error = cause as? IFError { return error }
        return IFError(
            .conflict, "another writer was first; look at the object and decide again", file: location(key),
            cause: cause)
    }

    /// The headers of a condition. The version goes without quotation marks: AWS takes both, others only that.
    func conditionHeaders(_ condition: WriteCondition) -> [HTTPField] {
        switch condition {
        case .always: []
        case .ifAbsent: [HTTPField("If-None-Match", "*")]
        case .ifVersion(let version): [HTTPField("If-Match", version)]
        }
    }

    /// How the object is to be stored.
    var storageHeaders: [HTTPField] {
        var headers: [HTTPField] = []
        if let algorithm = settings.encryption.algorithm {
            headers.append(HTTPField("x-amz-server-side-encryption", algorithm))
        }
        if let key = settings.encryption.key {
            headers.append(HTTPField("x-amz-server-side-encryption-aws-kms-key-id", key))
        }
        return headers
    }

    func tag(in response: HTTPResponse, _ key: String) throws -> String {
        guard let tag = response.headers["etag"] else {
            throw IFError(
                .inputOutput, "the server does not answer as S3 does: the ETag is missing; check the endpoint",
                file: location(key))
        }
        return S3Object.unquoted(tag)
    }

    // MARK: Deleting

    /// Removes an object; one that is not there is no error.
    func delete(_ key: String) async throws {
        var request = S3Request("DELETE", key, action: "delete the object")
        request.limits.stall = 60
        do {
            _ = try await send(request)
        } catch let failure as S3Failure where failure.isMissingObject {
            return
        } catch {
            throw described(error, request.action, key)
        }
    }

    /// Removes objects, a thousand with a request.
    ///
    /// - Throws: For the first object that could not be removed; the others may be gone.
    func delete(_ keys: [String]) async throws {
        var listed: [String] = []
        for key in keys {
            // XML cannot hold some characters that keys can.
            if XMLElement.escaped(key) == nil { try await delete(key) } else { listed.append(key) }
        }
        for start in stride(from: 0, to: listed.count, by: 1000) {
            try await deleteBatch(Array(listed[start..<min(start + 1000, listed.count)]))
        }
    }

    private func deleteBatch(_ keys: [String]) async throws {
        var rest = keys
        var attempt = 1
        while true {
            let objects = rest.compactMap(XMLElement.escaped).map { "<Object><Key>\($0)</Key></Object>" }.joined()
            let body = Data(
                "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>\(objects)</Delete>".utf8)
            var request = S3Request("POST", action: "delete objects")
            request.query = [HTTPField("delete", "")]
            // S3 demands a digest, of which servers of all kinds know this one.
            request.headers = [
                HTTPField("Content-Type", "application/xml"),
                HTTPField("Content-MD5", Base64.encode(Insecure.MD5.hash(data: body))),
            ]
            request.body = .data(body)
            request.limits = .patient
            let answer = XMLElement.parse(try await perform(request).body)
            let failed = answer?.all("Error") ?? []
            guard let first = failed.first else { return }
            let codes = Set(failed.compactMap { $0.value("Code") })
            guard codes.isSubset(of: ["InternalError", "SlowDown", "ServiceUnavailable"]), attempt < retries.attempts
            else {
                let isDenied = first.value("Code") == "AccessDenied"
                throw IFError(
                    isDenied ? .accessDenied : .inputOutput,
                    "could not delete the object: \(first.value("Code") ?? "unknown error") "
                        + "\(first.value("Message") ?? "")", file: location(first.value("Key") ?? ""))
            }
            rest = failed.compactMap { $0.value("Key") }
            try await retries.wait(after: attempt)
            attempt += 1
        }
    }
}
