internal import CGzip
import IFCore

/// The text of a gzip file, its members one after the other.
///
/// Every member's checksum and length are checked. A file that stops within a member, or goes on with bytes that are
/// no member, is an error: what was joined, padded or cut off is not passed over.
@safe
final class GzipInput {
    private static let chunk = 1 << 18
    /// Bytes beyond the input at which the decompressor may look.
    private static let slack = 64

    private let path: String
    private let file: RawFile
    private let gzip: OpaquePointer
    /// Compressed bytes read and not yet decompressed: `pending[position...]`.
    private var pending: [UInt8] = []
    private var position = 0
    /// Of the file, before `pending`.
    private var passed = 0
    private var members = 0
    private var isBetweenMembers = true
    private var isFileAtEnd = false

    init(_ path: String) throws {
        file = try RawFile(path)
        guard let gzip = unsafe if_gzip_create() else {
            throw IFError(.inputOutput, "not enough memory to decompress", file: path)
        }
        unsafe self.gzip = gzip
        self.path = path
    }

    deinit { unsafe if_gzip_free(gzip) }

    /// Fills `buffer` as far as the text goes and returns the bytes written.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        var filled = 0
        while filled < buffer.count {
            if position == pending.count { try refill() }
            if isBetweenMembers, try !beginMember() { break }
            var (consumed, produced): (Int64, Int64) = (0, 0)
            let status = unsafe pending.withUnsafeBufferPointer { input in
                unsafe if_gzip_run(
                    gzip, input.baseAddress.map { unsafe $0 + position }, Int64(input.count - position), &consumed,
                    start + filled, Int64(buffer.count - filled), &produced)
            }
            position += Int(consumed)
            filled += Int(produced)
            switch status {
            case IF_GZIP_MORE:
                if consumed == 0, produced == 0, isFileAtEnd, position == pending.count { throw truncated() }
            case IF_GZIP_MEMBER_END:
                isBetweenMembers = true
                unsafe if_gzip_reset(gzip)
            default: throw damaged(status)
            }
        }
        return filled
    }

    private func refill() throws {
        guard !isFileAtEnd else { return }
        passed += pending.count
        position = 0
        pending = try unsafe [UInt8](unsafeUninitializedCapacity: Self.chunk + Self.slack) { buffer, count in
            count = try unsafe file.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<Self.chunk]))
            unsafe buffer[count...].initialize(repeating: 0)
        }
        isFileAtEnd = pending.count < Self.chunk
    }

    /// Whether another member follows.
    private func beginMember() throws -> Bool {
        guard position < pending.count else {
            if members == 0 { throw truncated() }
            return false
        }
        // Fewer bytes than a header would pass for a header that is cut off.
        guard pending[position] == 0x1F else { throw damaged(IF_GZIP_NOT_GZIP) }
        isBetweenMembers = false
        members += 1
        return true
    }

    private func truncated() -> IFError {
        IFError(
            .corruptFile,
            "the compressed text stops in the middle, after \(passed + position) bytes: its writer or its download was "
                + "cut off", file: path)
    }

    private func damaged(_ status: if_gzip_status) -> IFError {
        let place = "before byte \(passed + position + 1) of the file"
        switch status {
        case IF_GZIP_NOT_GZIP where members > (isBetweenMembers ? 0 : 1):
            return IFError(
                .corruptFile,
                "after the compressed text come bytes that are not gzip, at or \(place); remove them, or compress the "
                    + "file again", file: path)
        case IF_GZIP_NOT_GZIP:
            return IFError(.corruptFile, "the file is not gzip: its header is damaged", file: path)
        case IF_GZIP_UNSUPPORTED:
            return IFError(.unsupported, "a compression method other than deflate", file: path)
        case IF_GZIP_CHECKSUM:
            return IFError(
                .corruptFile,
                "the text does not have the checksum or length that was recorded when it was compressed, \(place); "
                    + "fetch or compress the file again", file: path)
        default:
            return IFError(
                .corruptFile,
                "the compressed bytes are damaged \(place); fetch or compress the file again", file: path)
        }
    }
}

/// The library that decompresses.
enum GzipLibrary {
    /// The version of ISA-L.
    static var version: String { unsafe String(cString: if_gzip_library_version()) }
}
