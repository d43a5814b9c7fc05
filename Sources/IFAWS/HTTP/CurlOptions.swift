internal import CCurl
internal import FoundationEssentials

/// The options of one transfer.
@safe
struct CurlOptions {
    let settings: CurlEngine.Settings
    let transfer: CurlTransfer
    let handle: UnsafeMutableRawPointer

    func apply() {
        let request = transfer.request
        set(CURLOPT_URL, request.url)
        set(CURLOPT_NOSIGNAL, 1)
        // Otherwise libcurl tidies "/a/../b", and the signature is of another path.
        set(CURLOPT_PATH_AS_IS, 1)
        // A redirect leads to another host or region and has to be signed anew.
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_TCP_KEEPALIVE, 1)
        // Servers close idle connections after about a minute; ours should not be the one that finds out.
        set(CURLOPT_MAXAGE_CONN, 55)
        set(CURLOPT_BUFFERSIZE, 512 << 10)
        set(CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
        applyLimits(request.limits)
        applyRoute(isDirect: request.isDirect)
        applyMethod(request)
        applyHeaders(request)
        applyFunctions()
    }

    private func applyLimits(_ limits: HTTPLimits) {
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connect * 1000))
        if limits.stall > 0 {
            set(CURLOPT_LOW_SPEED_LIMIT, 1024)
            set(CURLOPT_LOW_SPEED_TIME, limits.stall)
        }
        if limits.total > 0 { set(CURLOPT_TIMEOUT_MS, Int(limits.total * 1000)) }
    }

    private func applyRoute(isDirect: Bool) {
        // Set in any case: libcurl would read the environment by itself.
        let isSecure = transfer.request.url.hasPrefix("https:")
        let proxy = isSecure ? settings.secureProxy : settings.proxy
        set(CURLOPT_PROXY, isDirect ? "" : proxy ?? "")
        set(CURLOPT_NOPROXY, settings.withoutProxy ?? "")
        // libcurl ignores SSL_CERT_FILE and CURL_CA_BUNDLE.
        if let bundle = settings.certificates { set(CURLOPT_CAINFO, bundle) }
    }

    private func applyMethod(_ request: HTTPRequest) {
        switch request.method {
        case "GET": set(CURLOPT_HTTPGET, 1)
        case "HEAD": set(CURLOPT_NOBODY, 1)
        case "PUT", "POST":
            set(CURLOPT_UPLOAD, 1)
            _ = unsafe ifcurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.body.count))
            set(CURLOPT_CUSTOMREQUEST, request.method)
        default: set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func applyHeaders(_ request: HTTPRequest) {
        var list: UnsafeMutablePointer<curl_slist>?
        for field in request.headers {
            // With ";" libcurl sends a header without a value instead of leaving it out.
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            unsafe list = unsafe curl_slist_append(list, line)
        }
        // Asking before sending costs a round trip, which pays for large bodies only.
        if request.body.count < 1 << 20 { unsafe list = unsafe curl_slist_append(list, "Expect:") }
        unsafe transfer.headerList = unsafe list
        _ = unsafe ifcurl_set_headers(handle, list)
    }

    private func applyFunctions() {
        // The loop holds the transfer as long as the handle carries it.
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        _ = unsafe ifcurl_set_pointer(handle, CURLOPT_ERRORBUFFER, transfer.message)
        for option in [CURLOPT_READDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_SEEKDATA] {
            _ = unsafe ifcurl_set_pointer(handle, option, context)
        }
        _ = unsafe ifcurl_set_data_function(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
            guard let transfer = unsafe CurlOptions.transfer(context) else { return Int(CURL_READFUNC_ABORT) }
            return unsafe transfer.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        _ = unsafe ifcurl_set_data_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            unsafe CurlOptions.transfer(context)?
                .write(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        _ = unsafe ifcurl_set_data_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            unsafe CurlOptions.transfer(context)?
                .header(UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        _ = unsafe ifcurl_set_seek_function(handle) { context, offset, origin in
            guard origin == SEEK_SET, let transfer = unsafe CurlOptions.transfer(context) else {
                return Int32(CURL_SEEKFUNC_FAIL)
            }
            transfer.seek(to: Int(offset))
            return Int32(CURL_SEEKFUNC_OK)
        }
    }

    private static func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        unsafe context.map { unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = unsafe ifcurl_set_long(handle, option, value) }
    private func set(_ option: CURLoption, _ value: String) { _ = unsafe ifcurl_set_string(handle, option, value) }
}
