public import IFAWS
public import IFCore
public import IFStore

/// Where artifacts are kept or data are read: a folder, or a prefix of a bucket in S3.
public enum StorePlace: Hashable, Sendable {
    /// A folder of a local or mounted file system.
    case folder(String)
    /// A bucket of Amazon S3, or of a server that speaks as S3 does, and a prefix in it.
    case s3(S3Location)

    /// Reads a path or an `s3://` location.
    ///
    /// - Parameters:
    ///   - text: What was given.
    ///   - name: By which option or key it was given, for the message.
    /// - Throws: ``IFError/Code/unsupported`` for other kinds of places; ``IFError/Code/invalidArgument``.
    public init(_ text: String, name: String) throws {
        if S3Location.isS3(text) {
            self = .s3(try S3Location(text))
        } else if text.contains("://") {
            throw IFError(
                .unsupported, "only folders and s3:// locations can be read and written; give one of them",
                key: "\(name) \(text)")
        } else {
            self = .folder(text)
        }
    }

    /// Opens the place as a store. Nothing is read or sent yet.
    ///
    /// - Parameter environment: Credentials, region and endpoint for S3, by AWS's conventions.
    public func store(environment: AWSEnvironment = AWSEnvironment()) throws -> any ArtifactStore {
        switch self {
        case .folder(let path): FolderStore(root: path)
        case .s3(let location): try S3Store(location, session: AWSSession(environment: environment))
        }
    }

    /// Opens the runs kept in the place.
    ///
    /// - Parameter environment: As for ``store(environment:)``.
    public func runs(environment: AWSEnvironment = AWSEnvironment()) throws -> RunStore {
        RunStore(store: try store(environment: environment))
    }
}

extension RecsysConfiguration {
    /// The root of the artifacts: as given, else the bucket that the configuration's s3:// locations share, else the
    /// folder `insightflow-store`.
    ///
    /// - Throws: ``IFError/Code/invalidConfiguration`` where artifacts are to go to several buckets.
    public func root(_ given: String?) throws -> String {
        if let given { return given }
        let artifacts = [
            s3.baseOutput, s3.evalOutput, s3.evalOutBase, s3.miceOrdersOut ?? s3.miceOrdersLatest ?? s3.rawAfterClean,
            s3.upiFeaturesOut ?? s3.ratingsLatest ?? s3.rawAfterTransformation, data.userSegS3, data.segmentPopS3,
        ]
        let buckets = try artifacts.compactMap { $0 }.filter(S3Location.isS3).map { try S3Location($0).bucket }
        let distinct = Set(buckets).sorted()
        guard distinct.count <= 1 else {
            throw IFError(
                .invalidConfiguration,
                "artifacts are to go to the buckets \(distinct.joined(separator: " and ")), but all of them have one "
                    + "root; give it with --root s3://bucket", key: "s3")
        }
        return distinct.first.map { "s3://\($0)" } ?? "insightflow-store"
    }
}
