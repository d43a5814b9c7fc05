internal import FoundationEssentials
public import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension FolderStore: RangedStore {
    /// Reads bytes of an object.
    public func get(_ key: String, range: Range<Int>, ifVersion wanted: String?) async throws -> ObjectSlice {
        precondition(range.lowerBound >= 0 && !range.isEmpty, "a range needs bytes")
        try ArtifactKey.validate(key)
        let file = try objectError(key) { () throws(IFError) in
            try OpenFile(path(of: key), O_RDONLY, action: "open the object")
        }
        let status = try FileStatus.of(file)
        guard status.kind == .file else { throw noObject(key) }
        // The version of a small object holds a digest of its content.
        let isSmall = status.size <= FolderStore.hashedSize
        let whole = isSmall ? try file.bytes(0..<status.size) : nil
        let found = version(status, whole.map(FileDigest.sha256))
        if let wanted, wanted != found { throw StoredObject.changed(key, range, in: self) }
        let there = range.clamped(to: 0..<status.size)
        guard !there.isEmpty else {
            throw IFError(
                .invalidArgument, "the object ends before \(StoredObject.text(range)): it has \(status.size)", key: key)
        }
        return ObjectSlice(
            data: try whole?.subdata(in: there) ?? file.bytes(there),
            info: ArtifactInfo(key: key, size: status.size, modified: status.modificationDate, version: found))
    }
}

extension OpenFile {
    /// The bytes of a range, which must be there.
    func bytes(_ range: Range<Int>) throws(IFError) -> Data {
        var data = Data(count: range.count)
        var done = 0
        var failure: Int32 = 0
        unsafe data.withUnsafeMutableBytes { buffer in
            while done < buffer.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + done))
                if count < 0, errno == EINTR { continue }
                if count < 0 { failure = errno }
                guard count > 0 else { return }
                done += count
            }
        }
        if failure != 0 { throw IFError.system(failure, "read the file", path: path) }
        guard done == range.count else {
            throw IFError(.corruptFile, "the file became shorter while it was read; read it again", file: path)
        }
        return data
    }
}
