extension RecsysConfiguration {
    /// What carries the stages out.
    public struct Engine: RawRepresentable, Codable, Hashable, Sendable {
        public let rawValue: String

        /// Creates an engine by name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// This machine.
        public static let local = Engine(rawValue: "local")
        /// A Spark cluster.
        public static let spark = Engine(rawValue: "spark")

        static var all: [Engine] { [.local, .spark] }
    }

    /// The form of the input files.
    public struct InputFormat: RawRepresentable, Codable, Hashable, Sendable {
        public let rawValue: String

        /// Creates a format by name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// By the names of the files.
        public static let auto = InputFormat(rawValue: "auto")
        /// CSV, plain or compressed by gzip.
        public static let csv = InputFormat(rawValue: "csv")
        /// Parquet.
        public static let parquet = InputFormat(rawValue: "parquet")

        static var all: [InputFormat] { [.auto, .csv, .parquet] }
    }

    /// What happens to rows that break a rule.
    public struct Validation: RawRepresentable, Codable, Hashable, Sendable {
        public let rawValue: String

        /// Creates a mode by name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The first such row ends the run.
        public static let strict = Validation(rawValue: "strict")
        /// Such rows are counted, reported and left out.
        public static let lenient = Validation(rawValue: "lenient")

        static var all: [Validation] { [.strict, .lenient] }
    }

    /// `input`: where the data come from. InsightFlow's own section.
    public struct Input: Codable, Hashable, Sendable {
        /// A folder or s3:// prefix with orders and lines, or with transactions.
        public var path: String?
        /// The form of the files.
        public var format = InputFormat.auto
        /// What happens to rows that break a rule.
        public var validation = Validation.strict
        /// The columns of plain transactions; `nil` for orders and lines.
        public var transactions: TransactionColumns?

        /// All defaults.
        public init() {}
    }
}

/// `input.transactions`: which column of a plain table of transactions holds what.
public struct TransactionColumns: Codable, Hashable, Sendable {
    /// Who bought. Required.
    public var user: String?
    /// What was bought; without it only segments of users can be made.
    public var item: String?
    /// When. This or `sequence` is required.
    public var timestamp: String?
    /// How timestamps are written, such as `yyyy-MM-dd HH:mm:ss`; ISO 8601 without it.
    public var timestampFormat: String?
    /// The number of the order in the user's history, where there are no timestamps.
    public var sequence: String?
    /// The order; without it, a user's rows of one timestamp or sequence number are an order.
    public var order: String?
    /// How many; below 0 for what came back.
    public var quantity: String?
    /// Price of one.
    public var price: String?
    /// Orders that begin with this text are cancellations.
    public var cancellationPrefix: String?

    /// No columns.
    public init() {}
}

extension RecsysConfiguration.Input: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .text("path", \.path),
            .choice("format", \.format, RecsysConfiguration.InputFormat.all),
            .choice("validation", \.validation, RecsysConfiguration.Validation.all),
            .section("transactions", \.transactions),
        ]
    }
}

extension TransactionColumns: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .text("user", \.user),
            .text("item", \.item),
            .text("timestamp", \.timestamp),
            .text("timestamp_format", \.timestampFormat),
            .text("sequence", \.sequence),
            .text("order", \.order),
            .text("quantity", \.quantity),
            .text("price", \.price),
            .text("cancellation_prefix", \.cancellationPrefix),
        ]
    }

    var remarks: [Remark] {
        var remarks: [Remark] = []
        if user == nil {
            remarks.append(Remark(key: "user", message: "missing; name the column that says who bought"))
        }
        if timestamp == nil && sequence == nil {
            remarks.append(
                Remark(key: "timestamp", message: "missing, and so is sequence; name the column that says when"))
        }
        return remarks
    }
}
