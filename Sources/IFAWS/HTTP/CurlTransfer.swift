internal import CCurl
internal import FoundationEssentials

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// One request under way. After it is handed to the engine only the engine's thread touches it; libcurl calls back
/// on that thread.
@safe
final class CurlTransfer: @unchecked Sendable {
    let request: HTTPRequest
    var continuation: CheckedContinuation<HTTPResponse, any Error>?
    /// Cancelled before it was begun.
    var isCancelled = false
    var handle: UnsafeMutableRawPointer?
    var headerList: UnsafeMutablePointer<curl_slist>?
    /// libcurl writes what went wrong here.
    let message: UnsafeMutablePointer<CChar>

    private var sent = 0
    private(set) var systemError: Int32 = 0
    private var response = HTTPResponse(status: 0, headers: [:], body: Data(), received: 0, checksum: CRC32C())

    init(_ request: HTTPRequest) {
        self.request = request
        unsafe message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_slist_free_all(headerList)
        unsafe message.deallocate()
    }

    // MARK: Called by libcurl

    /// Fills `buffer` with the next bytes of the body; answers how many.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, request.body.count - sent)
        guard count > 0 else { return 0 }
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        switch request.body {
        case .none:
            return 0
        case .data(let data):
            let start = data.startIndex + sent
            unsafe part.copyBytes(from: data[start..<start + count])
            sent += count
            return count
        case .file(let slice):
            let read = unsafe slice.file.read(into: part, at: slice.offset + sent)
            guard read > 0 else {
                // The file is shorter than it was: nothing that is sent now would be right.
                systemError = read < 0 ? errno : EIO
                return Int(CURL_READFUNC_ABORT)
            }
            sent += read
            return read
        }
    }

    /// Goes back: a connection that had died is replaced, and the body is sent from the beginning.
    func seek(to offset: Int) { sent = offset }

    /// Takes bytes of the answer; answers how many were taken.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        if case .file(let file, let offset) = request.destination, response.isSuccess {
            guard unsafe file.write(bytes, at: offset + response.received) else {
                systemError = errno
                return 0
            }
        } else {
            let limit = if case .memory(let limit) = request.destination { limit } else { 1 << 20 }
            guard response.body.count + bytes.count <= limit else {
                systemError = EFBIG
                return 0
            }
            unsafe response.body.append(contentsOf: bytes)
        }
        unsafe response.checksum.update(bytes)
        response.received += bytes.count
        return bytes.count
    }

    /// Takes a line of the header.
    func header(_ bytes: UnsafeRawBufferPointer) {
        let line = unsafe String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A new header block follows "100 Continue" and the answer of a proxy.
            response.headers.removeAll(keepingCapacity: true)
            let parts = line.split(separator: " ", maxSplits: 2)
            response.status = parts.count > 1 ? Int(parts[1].prefix(3)) ?? 0 : 0
            return
        }
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
        let value = line[line.index(after: colon)...].utf8
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        let trimmed = value.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        response.headers[line[..<colon].lowercased()] = String(decoding: Array(trimmed), as: UTF8.self)
    }

    // MARK: Ending

    /// Answers the caller; called once.
    func finish(_ code: CURLcode) {
        let continuation = self.continuation
        self.continuation = nil
        guard code != CURLE_OK else {
            continuation?.resume(returning: response)
            return
        }
        var text = unsafe String(cString: message)
        if text.isEmpty { text = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? "error" }
        continuation?.resume(
            throwing: HTTPFailure(
                code: code.rawValue, message: text, isTransient: systemError == 0 && code.isTransient,
                systemError: systemError == 0 ? nil : systemError))
    }

    func cancel() {
        continuation?.resume(throwing: CancellationError())
        continuation = nil
    }
}

extension CURLcode {
    /// Failures of the connection; a bad certificate, URL or option stays bad.
    fileprivate var isTransient: Bool {
        switch self {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
            CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_SSL_CONNECT_ERROR,
            CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_WEIRD_SERVER_REPLY, CURLE_UPLOAD_FAILED, CURLE_SEND_FAIL_REWIND:
            true
        default: false
        }
    }
}
