internal import FoundationEssentials
public import IFCore

/// An object that is sent while it is written: small ones with one request, others in parts, some of them under way at once.
///
/// Holds at most ``parallel`` + 1 parts: 32 MiB for objects to 16 GiB, twice that for three times as much, and so on.
actor S3ObjectStream: ObjectStream {
    /// Bytes of a part; the settings' where those are smaller.
    static let partSize = 8 << 20
    /// Parts under way at once.
    static let parallel = 3
    /// After so many parts the next are twice as large: S3 takes 10,000.
    private static let growth = 2000

    private let client: S3Client
    private let key: String
    private let writer = UUID().uuidString
    /// Not yet sent.
    private var buffer = Data()
    /// The server's name for the upload, once the first part is full.
    private var upload: String?
    /// In the order of their numbers.
    private var parts: [S3Client.UploadedPart] = []
    private var underway: [Task<S3Client.UploadedPart, any Error>] = []
    private var number = 0
    private var isEnded = false

    init(_ client: S3Client, _ key: String) {
        self.client = client
        self.key = key
    }

    deinit {
        // Whoever forgot to end it should not pay for its parts.
        if let upload, !isEnded {
            Task { [client, key, underway] in await S3ObjectStream.giveUp(upload, key, underway, client) }
        }
    }

    private static func giveUp(
        _ upload: String, _ key: String, _ underway: [Task<S3Client.UploadedPart, any Error>], _ client: S3Client
    ) async {
        // A part that arrives after the upload was given up would stay.
        for task in underway { task.cancel() }
        for task in underway { _ = await task.result }
        await client.abort(key, upload)
    }

    private var partSize: Int { min(client.settings.partSize, Self.partSize) << (number / Self.growth) }

    func write(_ bytes: Data) async throws {
        precondition(!isEnded, "the stream has ended")
        try Task.checkCancellation()
        buffer.append(bytes)
        while buffer.count >= partSize {
            let size = partSize
            let part = buffer.subdata(in: 0..<size)
            buffer = buffer.subdata(in: size..<buffer.count)
            try await send(part)
        }
    }

    func finish() async throws -> String {
        precondition(!isEnded, "the stream has ended")
        let tag: String
        if upload == nil {
            tag = try await client.put(.data(buffer), at: key)
        } else {
            if !buffer.isEmpty { try await send(buffer) }
            while !underway.isEmpty { try await takeFirst() }
            tag = try await complete()
        }
        isEnded = true
        buffer = Data()
        return tag
    }

    func abandon() async {
        guard !isEnded else { return }
        isEnded = true
        buffer = Data()
        let tasks = underway
        underway = []
        guard let upload else { return }
        await Task { await S3ObjectStream.giveUp(upload, key, tasks, client) }.value
    }

    // MARK: Parts

    private func send(_ part: Data) async throws {
        while underway.count >= min(Self.parallel, client.settings.parallelTransfers) { try await takeFirst() }
        let upload = try await begun()
        number += 1
        guard number <= 10_000 else {
            throw IFError(
                .unsupported, "the object is larger than an upload of unknown length can be; write several",
                file: client.location(key))
        }
        underway.append(
            Task { [client, key, number] in try await client.put(.data(part), as: number, of: upload, key) })
    }

    private func begun() async throws -> String {
        if let upload { return upload }
        let begun = try await client.begin(key, writer, hasChecksum: true)
        upload = begun
        return begun
    }

    private func takeFirst() async throws {
        let task = underway[0]
        do {
            let part = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            underway.removeFirst()
            parts.append(part)
        } catch {
            throw client.described(error, "write the object in parts", key)
        }
    }

    private func complete() async throws -> String {
        do {
            return try await client.complete(key, upload ?? "", parts, writer, .always)
        } catch {
            throw client.described(error, "write the object in parts", key)
        }
    }
}

extension S3Store: StreamingStore {
    /// Begins an object that is sent while it is written, in memory of 32 MiB however large it becomes (to 16 GiB; twice
    /// that for three times as much, and so on to 480 GiB).
    ///
    /// What is sent carries a SHA-256 within the signature and a CRC-32C of each part, and of the whole, that S3 checks. An
    /// upload that a dead process left is given up by ``abortUploads(_:olderThan:)``.
    public func stream(to key: String) async throws -> any ObjectStream { S3ObjectStream(client, try wholeKey(key)) }
}
