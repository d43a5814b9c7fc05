extension RecsysConfiguration {
    /// `s3`: where inputs are and artifacts go, and how buckets are spoken to. Buckets, prefixes and URIs as given.
    public struct Locations: Codable, Hashable, Sendable {
        /// Root of the cleaned data: the input where nothing else names one, and the tree that imputed orders go into
        /// where ``miceOrdersOut`` and ``miceOrdersLatest`` are absent.
        public var rawAfterClean: String?
        /// Root of the transformed data: the tree that ratings and features go into where ``upiFeaturesOut`` and
        /// ``ratingsLatest`` are absent.
        public var rawAfterTransformation: String?
        /// Bucket that jobs load their code from.
        public var scriptsBucket: String?
        /// Prefix in that bucket.
        public var scriptsPrefix: String?
        /// Bucket of the cleaned data.
        public var cleanBucket: String?
        /// Bucket of the artifacts.
        public var curatedBucket: String?
        /// Root of the artifacts.
        public var baseOutput: String?
        /// Root of evaluations.
        public var evalOutput: String?
        /// Where imputed orders go.
        public var miceOrdersOut: String?
        /// Order lines before the evaluated period, a file or a folder of parts; used where the caller names no input.
        public var orderProductsPrior: String?
        /// Order lines of the evaluated period; the same.
        public var orderProductsTrain: String?
        /// Latest imputed orders; says where they go, where ``miceOrdersOut`` is absent.
        public var miceOrdersLatest: String?
        /// Where ratings and features go.
        public var upiFeaturesOut: String?
        /// Latest ratings; says where they go, where ``upiFeaturesOut`` is absent.
        public var ratingsLatest: String?
        /// Root of evaluations, as older files name it.
        public var evalOutBase: String?
        /// Root of charts of evaluations.
        public var evalChartsBase: String?
        /// How S3 encrypts what is stored; as the bucket says where absent. InsightFlow's own key, as the next two.
        public var serverSideEncryption: ServerSideEncryption?
        /// The key of the Key Management Service to encrypt with, by name, ARN or alias; the account's own for S3 where absent.
        public var kmsKeyId: String?
        /// Whether the caller pays for requests, as some buckets demand.
        public var requesterPays: Bool?

        /// All defaults.
        public init() {}
    }

    /// `data`: locations that the export reads.
    public struct DataLocations: Codable, Hashable, Sendable {
        /// Segments of users.
        public var userSegS3: String?
        /// Popular items of segments.
        public var segmentPopS3: String?

        /// All defaults.
        public init() {}
    }

    /// A location in S3 as the same place below another root: `s3://bucket/prefix/x` becomes `root/prefix/x`.
    ///
    /// - Parameters:
    ///   - uri: A location; one that is not in S3 is answered as it is.
    ///   - root: A folder or URI, with or without a `/` at the end.
    public static func rerooted(_ uri: String, root: String) -> String {
        for scheme in ["s3://", "s3a://", "s3n://"] where uri.hasPrefix(scheme) {
            let parts = uri.dropFirst(scheme.count).split(
                separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let key = parts.count > 1 ? parts[1].drop { $0 == "/" } : ""
            let base = root == "/" ? "" : root.hasSuffix("/") ? String(root.dropLast()) : root
            return key.isEmpty ? root : "\(base)/\(key)"
        }
        return uri
    }

    /// The same configuration with every location in S3 below `root`; see ``rerooted(_:root:)``.
    public func rerooted(to root: String) -> RecsysConfiguration {
        var copy = self
        func move<Section>(_ section: inout Section, _ paths: [WritableKeyPath<Section, String?>]) {
            for path in paths {
                section[keyPath: path] = section[keyPath: path].map { RecsysConfiguration.rerooted($0, root: root) }
            }
        }
        move(&copy.s3, Locations.keys.map(\.path))
        move(&copy.data, [\.userSegS3, \.segmentPopS3])
        move(&copy.reporting, [\.evalChartsRoot])
        move(&copy.input, [\.path])
        return copy
    }
}

extension RecsysConfiguration.Locations: ConfigurationSection {
    static var keys: [(name: String, path: WritableKeyPath<Self, String?>)] {
        [
            ("raw_after_clean", \.rawAfterClean),
            ("raw_after_transformation", \.rawAfterTransformation),
            ("scripts_bucket", \.scriptsBucket),
            ("scripts_prefix", \.scriptsPrefix),
            ("clean_bucket", \.cleanBucket),
            ("curated_bucket", \.curatedBucket),
            ("base_output", \.baseOutput),
            ("eval_output", \.evalOutput),
            ("mice_orders_out", \.miceOrdersOut),
            ("order_products_prior", \.orderProductsPrior),
            ("order_products_train", \.orderProductsTrain),
            ("mice_orders_latest", \.miceOrdersLatest),
            ("upi_features_out", \.upiFeaturesOut),
            ("ratings_latest", \.ratingsLatest),
            ("eval_out_base", \.evalOutBase),
            ("eval_charts_base", \.evalChartsBase),
        ]
    }

    static var fields: [Field<Self>] {
        let places: [Field<Self>] = keys.map { .text($0.name, $0.path) }
        let storage: [Field<Self>] = [
            .choice(
                "server_side_encryption", \.serverSideEncryption, RecsysConfiguration.ServerSideEncryption.all),
            .text("kms_key_id", \.kmsKeyId),
            .flag("requester_pays", \.requesterPays),
        ]
        return places + storage
    }

    var remarks: [Remark] {
        guard kmsKeyId != nil, serverSideEncryption != .managedByKMS else { return [] }
        return [Remark(key: "kms_key_id", message: "is used with server_side_encryption: aws:kms only; set that, too")]
    }
}

extension RecsysConfiguration.DataLocations: ConfigurationSection {
    static var fields: [Field<Self>] {
        [.text("user_seg_s3", \.userSegS3), .text("segment_pop_s3", \.segmentPopS3)]
    }
}
