internal import FoundationEssentials
internal import IFCore

/// A file of a run that is read by ranges; what can be compared with the manifest is.
struct RunFileSource: RandomAccessSource {
    let file: RunFile
    let source: any RandomAccessSource

    var name: String { source.name }
    var size: Int { source.size }

    func read(_ range: Range<Int>) async throws -> Data {
        let data = try await source.read(range)
        if range.count == size {
            guard FileDigest.sha256(data) == file.sha256 else { throw damaged("the file is") }
        } else if let tail = file.tailSHA256, range.upperBound == size, range.count >= FileTail.size {
            guard FileDigest.sha256(data.suffix(FileTail.size)) == tail else { throw damaged("the file's end is") }
        }
        return data
    }

    private func damaged(_ what: String) -> IFError {
        IFError(
            .corruptFile, "\(what) not what the manifest says; verify the run or roll back", file: name, key: file.path)
    }
}
