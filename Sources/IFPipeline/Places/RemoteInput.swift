import Crypto
import FoundationEssentials
import IFAWS
import IFCore
import IFFiles
import IFStore

/// Input in an object store: what is needed of it comes into a local folder, where it is found and read by the rules
/// for folders. Parquet does not come: a hollow file stands for it, and ``sources`` reads what is wanted of it.
///
/// Used by one task only. The local folder is removed with the value; objects are listed once, so that one run reads
/// one state of them.
final class RemoteInput {
    /// As it was given.
    let uri: String
    /// Rooted one level above the input, so that the input may be an object too.
    private let store: any ArtifactStore
    /// The last part of the location; empty for a whole bucket.
    private let name: String
    /// Whether the input is one table: all of the prefix, or one object.
    private let takesAll: Bool
    private var listed: [ArtifactInfo]?
    private var folder: ScratchFolder?
    private var isFetched = false
    /// Objects that are read by ranges, by the paths of the files that stand for them; known once the input is fetched.
    private(set) var sources: [String: any RandomAccessSource] = [:]

    /// Input at a location, `nil` where that is none in S3.
    static func at(_ location: String?, _ environment: AWSEnvironment, takesAll: Bool) throws -> RemoteInput? {
        guard let location, case .s3(let place) = try StorePlace(location, name: "--input") else { return nil }
        return try RemoteInput(place, environment: environment, takesAll: takesAll)
    }

    private convenience init(_ location: S3Location, environment: AWSEnvironment, takesAll: Bool) throws {
        let parts = location.prefix.split(separator: "/")
        let parent = try S3Location(bucket: location.bucket, prefix: parts.dropLast().joined(separator: "/"))
        self.init(
            location.description, in: try StorePlace.s3(parent).store(environment: environment),
            name: parts.last.map(String.init) ?? "", takesAll: takesAll)
    }

    init(_ uri: String, in store: any ArtifactStore, name: String, takesAll: Bool) {
        self.uri = uri
        self.store = store
        self.name = name
        self.takesAll = takesAll
    }

    /// Changes when the objects change; nothing is fetched for it.
    func fingerprint() async throws -> String {
        var hash = SHA256()
        for object in try await needed() {
            hash.update(data: Data("\(object.key)\u{0}\(object.size)\u{0}\(object.version)\n".utf8))
        }
        return "s3:" + hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The local folder or file that stands for the input, fetched but for what ``sources`` reads.
    ///
    /// - Throws: ``IFError/Code/notFound`` where there is nothing at the location; what the store throws.
    func path(in context: RunContext) async throws -> String {
        if isFetched { return local(try localRoot()) }
        let needed = try await needed()
        let root = try localRoot()
        let store = store
        let ranged = store as? any RangedStore
        let fetched = needed.filter { ranged == nil || InputFile.format(of: $0.key) != .parquet }
        for object in needed {
            guard let ranged, InputFile.format(of: object.key) == .parquet else { continue }
            try FileSystem.makeSparseFile("\(root)/\(object.key)", size: object.size)
            // Of the version that was listed, which the fingerprint names.
            sources["\(root)/\(object.key)"] = StoredObject(object, in: ranged)
        }
        let done = ProgressTally(stage: "input", total: fetched.count, unit: "objects", context.progress)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, object) in fetched.enumerated() {
                if index >= 8 { try await group.next() }
                group.addTask {
                    let target = "\(root)/\(object.key)"
                    try Self.makeParent(of: target)
                    try await store.download(object.key, to: target)
                    done.add(1)
                }
            }
            try await group.waitForAll()
        }
        try await nameTheRest(below: root)
        isFetched = true
        return local(root)
    }

    /// As ``path(in:)``, but files may have their names and sizes only where that is enough to tell what they are.
    func outline(in context: RunContext) async throws -> String {
        let needed = try await needed()
        guard !isFetched, needed.allSatisfy({ InputFile.hasDataEnding($0.key) }) else {
            return try await path(in: context)
        }
        let root = try localRoot()
        for object in needed {
            let path = "\(root)/\(object.key)"
            try FileSystem.makeSparseFile(path, size: object.size)
        }
        try await nameTheRest(below: root)
        return local(root)
    }

    /// Where objects lie by their keys; the folder is made when first needed.
    private func localRoot() throws -> String {
        let folder = try self.folder ?? ScratchFolder("insightflow-input-")
        self.folder = folder
        let root = Self.root(of: folder)
        try Self.makeParent(of: root + "/x")
        return root
    }

    /// Beside the folder's own lock.
    private static func root(of folder: ScratchFolder) -> String { folder.path + "/objects" }

    /// Makes empty files and folders in place of what was passed over, so that messages can tell what is there.
    private func nameTheRest(below root: String) async throws {
        guard !takesAll else { return }
        try Self.makeParent(of: local(root) + "/x")
        for object in try await objects().prefix(1000) {
            let parts = parts(of: object)
            let path = "\(local(root))/\(parts[0])"
            guard !FileManager.default.fileExists(atPath: path) else { continue }
            if parts.count > 1 {
                try Self.makeParent(of: path + "/x")
            } else {
                try Data().write(to: URL(filePath: path))
            }
        }
    }

    /// The text with local paths turned back into locations.
    func named(_ text: String) -> String {
        guard let folder else { return text }
        let local = local(Self.root(of: folder))
        var result = ""
        var rest = Substring(text)
        while let range = rest.firstRange(of: local) {
            result += rest[..<range.lowerBound] + uri
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    /// The error, said of the location.
    func named(_ error: IFError) -> IFError {
        var copy = error
        copy.message = named(error.message)
        copy.location.file = error.location.file.map { named($0) }
        return copy
    }

    /// Names the locations in a report.
    func name(_ report: inout ValidationReport) {
        for index in report.rows.indices { report.rows[index].path = named(report.rows[index].path) }
        for index in report.findings.indices {
            for example in report.findings[index].examples.indices {
                let file = report.findings[index].examples[example].file
                report.findings[index].examples[example].file = named(file)
            }
        }
    }

    // MARK: Choosing

    private func objects() async throws -> [ArtifactInfo] {
        if let listed { return listed }
        // Consoles make empty objects whose keys end in "/" to stand for folders.
        var found = try await store.list(name.isEmpty ? "" : name + "/").filter { !$0.key.hasSuffix("/") }
        if found.isEmpty, takesAll, !name.isEmpty, let object = try await store.stat(name) { found = [object] }
        guard !found.isEmpty else {
            throw IFError(.notFound, "there are no objects at this location; check bucket and prefix", file: uri)
        }
        listed = found
        return found
    }

    /// The objects that can be data: of the tables that are looked for, and no markers.
    private func needed() async throws -> [ArtifactInfo] {
        try await objects().filter { object in
            let parts = parts(of: object)
            guard !parts.contains(where: InputFile.isMarker) else { return false }
            if takesAll { return true }
            let stem = InputFile.stem(of: parts[0])
            let isTable = InputTable.discovered.contains { $0.stems.contains { stem.hasPrefix($0) } }
            return isTable && (parts.count > 1 || InputFile.hasDataEnding(parts[0]))
        }
    }

    /// The parts of the key below the input; of the input itself, its name.
    private func parts(of object: ArtifactInfo) -> [String] {
        let key = object.key.hasPrefix(name + "/") ? object.key.dropFirst(name.count + 1) : object.key[...]
        return key.split(separator: "/").map(String.init)
    }

    private func local(_ root: String) -> String { name.isEmpty ? root : "\(root)/\(name)" }

    private static func makeParent(of path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    }
}
